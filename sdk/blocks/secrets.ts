/** `secrets.get('name')`: one value that nobody reads but runs. Where it has been read it is hidden in all that the run says. */
import { BLOCK_NAME_EXPECTED, isBlockName } from '../../core/blocks/names.ts'
import { SECRET_TYPE } from '../../core/blocks/built-in-types.ts'
import type { JsonValue } from '../../core/json-value.ts'
import { UsageError } from '../errors.ts'
import { hideValue } from '../redaction/hidden-values.ts'
import { askerHere, revealBlock } from './ask-for-blocks.ts'
import { BlockNotLoaded } from './errors.ts'

const PREFIX = 'WEIR_SECRET_'

/** Variable of the environment that goes before the control plane: `api-key` is `WEIR_SECRET_API_KEY`. */
export const secretVariable = (name: string): string => `${PREFIX}${name.replaceAll('-', '_').toUpperCase()}`

/** The secret's value out of the environment, hidden from now on; undefined when it is not there. */
export function secretFromEnvironment(name: string): string | undefined {
  const value = process.env[secretVariable(name)]
  if (value === undefined || value === '') return undefined
  hideValue(value)
  return value
}

/** Secrets of the workspace: read by runs, hidden in all that they say. */
export const secrets = {
  /**
   * The value, a text unless something else was set. `WEIR_SECRET_NAME` of the environment goes first; else the workspace is asked, once in a run.
   * Throws BlockNotLoaded when there is none, UsageError for what is no name.
   */
  async get<Value extends JsonValue = string>(name: string): Promise<Value> {
    if (typeof name !== 'string' || !isBlockName(name))
      throw new UsageError(`${JSON.stringify(name)} cannot be the name of a secret: expected ${BLOCK_NAME_EXPECTED}`)
    const own = secretFromEnvironment(name)
    if (own !== undefined) return own as Value
    const asker = await askerHere()
    if (!asker) throw noControlPlane(name)
    const { value } = await revealBlock(asker, { type: SECRET_TYPE.slug, name })
    return value as Value
  },
}

const noControlPlane = (name: string): BlockNotLoaded =>
  new BlockNotLoaded(
    `secret "${name}"`,
    'secret_missing',
    `there is no control plane to ask, and ${secretVariable(name)} is not set`,
    `Set ${secretVariable(name)} in the environment or in .env, or start a control plane ("weir server start") and run "weir secret set ${name}".`,
  )
