/** Puts values in the place of references in a run's parameters and environment. Secrets among them are hidden from then on. */
import { formatBlockName } from '../../core/blocks/names.ts'
import { SECRET_TYPE } from '../../core/blocks/built-in-types.ts'
import type { JsonObject, JsonValue } from '../../core/json-value.ts'
import { findReferences, type Reference, replaceAtPaths } from '../../core/references.ts'
import { ask, type Asker, revealBlock } from '../blocks/ask-for-blocks.ts'
import { secretFromEnvironment } from '../blocks/secrets.ts'
import type { ControlPlane } from '../client/control-plane.ts'
import { type ParameterIssue, WeirError } from '../errors.ts'

/** Some references lead nowhere; every one with its place. */
export class ReferencesUnresolved extends WeirError {
  /** Every reference that leads nowhere, with its place. */
  readonly issues: readonly ParameterIssue[]

  constructor(what: string, issues: readonly ParameterIssue[]) {
    super(
      'references_unresolved',
      `${what} refer to what is not there\n${issues.map(({ path, message }) => `  ${path.join('.')}: ${message}`).join('\n')}`,
    )
    this.issues = issues
  }
}

const VARIABLE = 'query Variable($name: String!) { variable(name: $name) { value } }'

/**
 * A copy with values in the place of references; the same value when there are none. `what`: what it is called in an error. Throws ReferencesUnresolved, or
 * what `signal` is aborted with.
 */
export async function resolveReferences<Value>(
  value: Value,
  what: string,
  { controlPlane, signal }: { controlPlane: ControlPlane | null; signal: AbortSignal },
): Promise<Value> {
  const { references, broken } = findReferences(value)
  if (references.length === 0 && broken.length === 0) return value
  const issues: ParameterIssue[] = [...broken]
  const asker: Asker | null = controlPlane && { controlPlane, signal, isRun: true }
  const found = await Promise.all(
    references.map(async ({ path, reference }) => {
      try {
        return [{ path, value: await resolve(reference, asker) }]
      } catch (error) {
        if (signal.aborted || !(error instanceof WeirError)) throw error
        issues.push({ path, message: error.message })
        return []
      }
    }),
  )
  if (issues.length > 0) throw new ReferencesUnresolved(what, issues)
  return replaceAtPaths(value, found.flat()) as Value
}

async function resolve(reference: Reference, asker: Asker | null): Promise<JsonValue> {
  if (reference.kind === 'variable') {
    const what = `variable "${reference.name}"`
    if (!asker) throw missing(`${what}: there is no control plane to ask`)
    type Answer = { variable: { value: JsonValue } | null }
    const { variable } = await ask<Answer>(asker, VARIABLE, { name: reference.name }, (_, why) => missing(`${what} was not read: ${why}`))
    if (!variable) throw missing(`there is no ${what}`)
    return variable.value
  }
  const { block, field } = reference
  const name = formatBlockName(block)
  const own = block.type === SECRET_TYPE.slug ? secretFromEnvironment(block.name) : undefined
  if (own === undefined && !asker) throw missing(`block "${name}": there is no control plane to ask`)
  let value: JsonValue | undefined = own === undefined ? await revealBlock(asker as Asker, block) : { value: own }
  for (const step of field) {
    value = typeof value === 'object' && value !== null && Object.hasOwn(value, step) ? (value as JsonObject)[step] : undefined
    if (value === undefined) throw missing(`block "${name}" has no "${field.join('.')}"`)
  }
  return value
}

const missing = (message: string): WeirError => new WeirError('reference_missing', message)
