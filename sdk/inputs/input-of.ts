/** A value on its way to a run, checked before anything is sent. */
import type { JsonValue } from '../../core/json-value.ts'
import { messageOf, UsageError } from '../errors.ts'
import { refuseSecrets } from '../redaction/refuse-secrets.ts'

/** As JSON has it. Throws UsageError for what JSON cannot say, and for what has a secret of the run in it. */
export function inputOf(owner: string, value: unknown): JsonValue {
  let text: string | undefined
  try {
    text = JSON.stringify(value)
  } catch (error) {
    throw new UsageError(`${owner} needs a value that JSON has: ${messageOf(error).split('\n')[0]}`)
  }
  if (text === undefined) throw new UsageError(`${owner} needs a value that JSON has (text, number, boolean, null, list, object)`)
  refuseSecrets(owner, { value })
  return JSON.parse(text) as JsonValue
}
