/**
 * Named JSON values of the workspace, which people set and runs read.
 *
 *     const cities = await variables.get('cities', ['Oslo'])
 *     await variables.set('last-day', '2026-01-01', { overwrite: true })
 *     await variables.unset('last-day')
 */
import type { JsonValue } from '../../core/json-value.ts'
import { configuredControlPlane } from '../client/configured-control-plane.ts'
import { askControlPlane, type ControlPlane, ControlPlaneAway, ControlPlaneRefused } from '../client/control-plane.ts'
import { checkKeys } from '../check-options.ts'
import { now, sleep } from '../engine/clock.ts'
import { messageOf, UsageError, WeirError } from '../errors.ts'
import { refuseSecrets } from '../redaction/refuse-secrets.ts'
import { runScopes } from '../run-context.ts'

/** How a variable is set. */
export interface VariableSettings {
  /** Whether one that is there gets the new value; by default that is an error. */
  overwrite?: boolean
  /** Instead of those that it has. */
  tags?: string[]
}

/** An answer is waited for so long, in milliseconds: then ControlPlaneAway is thrown. */
const PATIENCE = 60_000
const TRY = { first: 150, factor: 1.5, longest: 3_000 }
/** How often a new credential is waited for before the old one's refusal is believed. */
const NEW_CREDENTIALS = 20

const GET = 'query Variable($name: String!) { variable(name: $name) { value } }'
const CREATE = `mutation CreateVariable($input: CreateVariableInput!) { made: createVariable(input: $input) { __typename ... on Error { code message hint } } }`
const SET = `mutation SetVariable($input: SetVariableInput!) { made: setVariable(input: $input) { __typename ... on Error { code message hint } } }`
const FIND = 'query FindVariable($name: String!) { variable(name: $name) { id } }'
const DELETE = `mutation UnsetVariable($input: DeleteVariableInput!) { gone: deleteVariable(input: $input) { __typename ... on Error { code message hint } } }`
const OPTIONS = ['overwrite', 'tags'] as const

/** Of a mutation: without a code it was done. */
interface Outcome {
  code?: string
  message?: string
  hint?: string | null
}

/** Reads, sets and deletes variables, in flows and outside. */
export const variables = {
  /**
   * The value of a variable. Without one: `fallback`, and undefined when there is none. With no control plane configured: `fallback`, or UsageError when there
   * is none. Throws WeirError with the API's code when this credential may not read them.
   */
  get,
  /** Makes a variable, or with `overwrite` gives the one of this name another value. Throws WeirError (`conflict`: there is one already), UsageError. */
  set,
  /** Deletes a variable. Gives whether there was one: none is no error. Throws WeirError with the API's code when this credential may not. */
  unset,
}

function get<T = JsonValue>(name: string): Promise<T | undefined>
function get<T = JsonValue>(name: string, fallback: T): Promise<T>
async function get(name: string, ...fallback: [] | [unknown]): Promise<unknown> {
  const owner = `variables.get(${JSON.stringify(name)})`
  checkName(owner, name)
  const controlPlane = await controlPlaneFor(owner, fallback.length > 0)
  if (!controlPlane) return fallback[0]
  const { variable } = await ask<{ variable: { value: JsonValue } | null }>(controlPlane, GET, { name })
  return variable === null ? fallback[0] : variable.value
}

async function set(name: string, value: unknown, settings: VariableSettings = {}): Promise<void> {
  const owner = `variables.set(${JSON.stringify(name)})`
  checkName(owner, name)
  checkKeys(settings, OPTIONS, owner)
  refuseSecrets(owner, { value })
  const json = jsonOf(owner, value)
  const controlPlane = (await controlPlaneFor(owner, false)) as ControlPlane
  const input = { name, value: json, ...(settings.tags === undefined ? {} : { tags: settings.tags }) }
  const { made } = await ask<{ made: Outcome }>(controlPlane, settings.overwrite ? SET : CREATE, { input })
  if (made.code !== undefined) throw refusal(owner, made, made.code === 'CONFLICT' ? 'Pass { overwrite: true } to give it another value.' : made.hint)
}

async function unset(name: string): Promise<boolean> {
  const owner = `variables.unset(${JSON.stringify(name)})`
  checkName(owner, name)
  const controlPlane = (await controlPlaneFor(owner, false)) as ControlPlane
  const { variable } = await ask<{ variable: { id: string } | null }>(controlPlane, FIND, { name })
  if (variable === null) return false
  const { gone } = await ask<{ gone: Outcome }>(controlPlane, DELETE, { input: { id: variable.id } })
  // Somebody else was quicker, or an answer was lost and this one is to the second question.
  if (gone.code !== undefined && gone.code !== 'NOT_FOUND') throw refusal(owner, gone, gone.hint)
  return true
}

const refusal = (owner: string, { code = 'UNKNOWN', message = 'no reason was given' }: Outcome, hint?: string | null): WeirError =>
  new WeirError(code.toLowerCase(), `${owner}: ${message}`, hint == null ? {} : { hint })

function checkName(owner: string, name: unknown): void {
  if (typeof name !== 'string' || !/^[a-z0-9_-]{1,255}$/.test(name))
    throw new UsageError(`${owner} needs a name of 1 to 255 of a-z, 0-9, "-" and "_"`)
}

/** As JSON says it: dates as text; nothing that would be lost is taken. */
function jsonOf(owner: string, value: unknown): JsonValue {
  let text: string | undefined
  try {
    text = JSON.stringify(value)
  } catch (error) {
    throw new UsageError(`${owner} needs a value that JSON can say: ${messageOf(error)}`)
  }
  if (text === undefined) throw new UsageError(`${owner} needs a value that JSON can say, and got ${typeof value}`)
  return JSON.parse(text) as JsonValue
}

/** Null when none is configured and that is no error. */
async function controlPlaneFor(owner: string, mayBeNone: boolean): Promise<ControlPlane | null> {
  const flowRun = runScopes.getStore()?.flowRun
  const controlPlane = flowRun ? flowRun.session.controlPlane : await configuredControlPlane()
  if (!controlPlane && !mayBeNone)
    throw new UsageError(`${owner} needs a control plane, and none is configured`, 'Start one with "weir server start", or set WEIR_API_URL.')
  return controlPlane
}

/** Asks again while nobody answers; what is said is believed. */
async function ask<Data>(controlPlane: ControlPlane, query: string, given: Record<string, unknown>): Promise<Data> {
  const signal = runScopes.getStore()?.signal ?? new AbortController().signal
  const until = now() + PATIENCE
  let renewals = 0
  for (let pause: number = TRY.first; ; pause = Math.min(TRY.longest, pause * TRY.factor)) {
    if (signal.aborted) throw signal.reason
    try {
      return await askControlPlane<Data>(controlPlane, query, given, signal)
    } catch (error) {
      const isOver = error instanceof ControlPlaneRefused && error.code === 'UNAUTHENTICATED' && controlPlane.renew && ++renewals <= NEW_CREDENTIALS
      if (isOver) controlPlane.renew?.()
      else if (!(error instanceof ControlPlaneAway) || now() > until) throw error
      await sleep(Math.max(pause, error instanceof ControlPlaneAway ? (error.retryAfter ?? 0) : 0), signal)
    }
  }
}
