/** Asks the person at the terminal for what a JSON Schema wants, part by part. */
import { askText } from './ask-person.ts'
import { readParameters, readValue } from './read-parameters.ts'
import { safeLine } from './safe-text.ts'

type Schema = Record<string, unknown>

const isSchema = (value: unknown): value is Schema => typeof value === 'object' && value !== null && !Array.isArray(value)

/** The answer, not judged yet. `defaults` are suggested; a part that may be left out is, by plain Enter. */
export async function askInput(schema: Schema, defaults: Record<string, unknown> | null): Promise<unknown> {
  const { properties } = schema
  if (!isSchema(properties)) return readValue(await askText(`answer${hintOf(schema)}`))
  const pairs: string[] = []
  for (const [name, property] of Object.entries(properties)) {
    const part = isSchema(property) ? property : {}
    const given = defaults?.[name] ?? part['default']
    const suggested = given === undefined ? undefined : typeof given === 'string' ? given : JSON.stringify(given)
    const text = await askText(`${safeLine(name)}${hintOf(part)}`, suggested)
    if (text !== '') pairs.push(`${name}=${text}`)
  }
  return readParameters(pairs, undefined, schema as Parameters<typeof readParameters>[2])
}

/** ` (yes or no: true, false)`, ` (one of "a", "b")`, ` (text)`: what is meant. */
function hintOf({ type, enum: choices, description, format }: Schema): string {
  const kind = Array.isArray(choices)
    ? `one of ${choices.map((choice) => String(choice)).join(', ')}`
    : type === 'boolean'
      ? 'true or false'
      : typeof format === 'string'
        ? format
        : typeof type === 'string'
          ? type
          : ''
  const words = [kind, typeof description === 'string' ? description : ''].filter((word) => word !== '').join(': ')
  return words === '' ? '' : safeLine(` (${words})`)
}
