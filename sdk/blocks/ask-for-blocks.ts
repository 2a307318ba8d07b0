/** How code asks the control plane about blocks: in a run with the run's own token, outside of one as this process is configured. */
import { formatBlockName, type BlockName } from '../../core/blocks/names.ts'
import { readAt } from '../../core/blocks/secret-places.ts'
import type { JsonObject } from '../../core/json-value.ts'
import { askPatiently } from '../client/ask-patiently.ts'
import { configuredControlPlane } from '../client/configured-control-plane.ts'
import { type ControlPlane, ControlPlaneRefused } from '../client/control-plane.ts'
import { hideValue } from '../redaction/hidden-values.ts'
import { runScopes } from '../run-context.ts'
import { BlockNotLoaded } from './errors.ts'

/** Milliseconds for which an answer is waited for. */
const PATIENCE = 60_000

const REVEAL = `mutation RevealBlock($name: String!) { revealBlock(input: { name: $name }) {
  ... on RevealBlockSuccess { data secretPlaces } ... on Error { code message hint } } }`

/** Whom to ask, and until when. */
export interface Asker {
  controlPlane: ControlPlane
  signal: AbortSignal
  /** Whether it is a run that asks: what it has read it need not read again. */
  isRun: boolean
}

/** Null = there is no control plane to ask. Throws SettingsError. */
export async function askerHere(): Promise<Asker | null> {
  const scope = runScopes.getStore()
  if (scope?.flowRun) {
    const { controlPlane } = scope.flowRun.session
    return controlPlane && { controlPlane, signal: scope.signal, isRun: true }
  }
  const controlPlane = await configuredControlPlane()
  return controlPlane && { controlPlane, signal: scope?.signal ?? new AbortController().signal, isRun: false }
}

interface Problem {
  code?: string
  message?: string
  hint?: string | null
}

/** What each run has read. */
const read = new WeakMap<ControlPlane, Map<string, Promise<JsonObject>>>()

/** The block's data in clear; its secrets are hidden from then on. A run reads a block once. Throws BlockNotLoaded, or what `signal` is aborted with. */
export async function revealBlock(asker: Asker, block: BlockName): Promise<JsonObject> {
  if (!asker.isRun) return await askForBlock(asker, block)
  const name = formatBlockName(block)
  const known = read.get(asker.controlPlane) ?? new Map<string, Promise<JsonObject>>()
  read.set(asker.controlPlane, known)
  const data = known.get(name) ?? askForBlock(asker, block)
  known.set(name, data)
  // Awaited and not handed on: so the stack of an error leads to the author's line.
  try {
    return structuredClone(await data)
  } catch (error) {
    // The next one who asks may be luckier.
    if (known.get(name) === data) known.delete(name)
    throw error
  }
}

/** It was written: the next reading asks again. */
export const forgetBlock = ({ controlPlane }: Asker, block: BlockName): void => {
  read.get(controlPlane)?.delete(formatBlockName(block))
}

async function askForBlock(asker: Asker, block: BlockName): Promise<JsonObject> {
  const name = formatBlockName(block)
  const what = block.type === 'secret' ? `secret "${block.name}"` : `block "${name}"`
  type Answer = { revealBlock: { data?: JsonObject; secretPlaces?: string[] } & Problem }
  const { revealBlock: answer } = await ask<Answer>(asker, REVEAL, { name }, (code, why, hint) => {
    if (code !== 'FORBIDDEN' || asker.isRun) return new BlockNotLoaded(what, code, why, hint)
    return new BlockNotLoaded(what, code, why, 'Load it inside a flow, whose run may; or set it in the environment, when it is a secret.')
  })
  if (answer.data) {
    for (const place of answer.secretPlaces ?? []) hideValue(readAt(answer.data, place) ?? null)
    return answer.data
  }
  const { code = 'UNKNOWN', message = 'no reason was given', hint } = answer
  if (code !== 'NOT_FOUND') throw new BlockNotLoaded(what, code, message, hint ?? undefined)
  throw block.type === 'secret'
    ? new BlockNotLoaded(what, code, 'there is none', `Set it with "weir secret set ${block.name}".`)
    : new BlockNotLoaded(what, code, 'there is none', `Make it with "weir block create ${name}", or on the page "Blocks".`)
}

/** The answer. Throws what `fail` makes of a refusal, or of nobody answering. */
export async function ask<Data>(
  { controlPlane, signal, isRun }: Asker,
  query: string,
  variables: Record<string, unknown>,
  fail: (code: string, why: string, hint?: string) => Error,
): Promise<Data> {
  const asRun = isRun && controlPlane.asRun ? await controlPlane.asRun(signal, PATIENCE) : controlPlane
  try {
    const data = await askPatiently<Data>(asRun, query, variables, { signal, patience: PATIENCE })
    if (data !== null) return data
  } catch (error) {
    if (!(error instanceof ControlPlaneRefused)) throw error
    throw fail(error.code, error.message, error.hint)
  }
  throw fail('control_plane_away', `${controlPlane.apiUrl} does not answer`)
}
