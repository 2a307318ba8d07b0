import { wrongUse } from '../../failure.ts'
import { readObject, readText, readValue } from '../../read-parameters.ts'
import { askForSecret, secretOfEnvironment } from '../../read-secret.ts'
import { type CommonOptions, mayAsk } from '../../session.ts'
import type { BlockTypeRow } from './documents.ts'

/** How fields are given. */
export interface DataOptions extends CommonOptions {
  data?: string
  set?: string[]
  secret?: string[]
  fromEnv?: string[]
}

/** Fields as they are given, `--data` first; those that are asked for last. `needed`: secret fields that are asked for when nobody gave them. Throws Failure. */
export async function readData(options: DataOptions, type: BlockTypeRow, needed: readonly string[] = []): Promise<Record<string, unknown>> {
  const data: Record<string, unknown> = options.data === undefined ? {} : { ...readObject(readText(options.data, '--data'), '--data') }
  const put = (field: string, value: unknown) => Object.defineProperty(data, field, { value, enumerable: true, configurable: true, writable: true })
  for (const pair of options.set ?? []) {
    const [field, text] = readPair(pair, '--set', 'FIELD=VALUE')
    if (isSecret(type, field))
      throw wrongUse(
        'SECRET_SHOWN',
        `"${field}" is secret, and an argument is kept in histories.`,
        `Use --secret ${field}, or --from-env ${field}=VARIABLE.`,
      )
    put(field, readValue(text))
  }
  for (const pair of options.fromEnv ?? []) {
    const [field, variable] = readPair(pair, '--from-env', 'FIELD=VARIABLE')
    const text = secretOfEnvironment(variable)
    put(field, wantsJson(type, field) ? readValue(text) : text)
  }
  const asked = new Set([...(options.secret ?? []), ...needed.filter((field) => !Object.hasOwn(data, field))])
  for (const field of asked)
    put(field, await askForSecret(field, { mayAsk: mayAsk(options), instead: `Use --from-env ${field}=VARIABLE, or --data @file.` }))
  return data
}

const isSecret = (type: BlockTypeRow, field: string): boolean =>
  type.secretFields.some((secret) => secret === field || secret.startsWith(`${field}.`))

/** Whether the type says that the field is something else than a text: a list with secrets in it. */
const wantsJson = ({ schema }: BlockTypeRow, field: string): boolean =>
  ['array', 'object', 'number', 'integer', 'boolean'].includes(String(schema.properties?.[field]?.type))

function readPair(pair: string, option: string, expected: string): [string, string] {
  const equals = pair.indexOf('=')
  if (equals < 1) throw wrongUse('BAD_FIELD', `${option} "${pair}" names no field.`, `Expected ${option} ${expected}.`)
  return [pair.slice(0, equals), pair.slice(equals + 1)]
}
