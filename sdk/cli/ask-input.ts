/** Asks the person at the terminal for what a JSON Schema wants, part by part. */
import { askText } from './ask-person.ts'
import { askedParts, descriptionOf, kindOf, type Schema } from './asked-parts.ts'
import { readParameters, readValue } from './read-parameters.ts'
import { safeLine } from './safe-text.ts'

/** The answer, not judged yet. `defaults` are suggested; a part that may be left out is, by plain Enter. */
export async function askInput(schema: Schema, defaults: Record<string, unknown> | null): Promise<unknown> {
  const parts = askedParts(schema, defaults)
  if (!parts) return readValue(await askText(`answer${hintOf(kindOf(schema), descriptionOf(schema))}`))
  const pairs: string[] = []
  for (const { name, kind, description, suggested } of parts) {
    const shown = suggested === undefined ? undefined : typeof suggested === 'string' ? suggested : JSON.stringify(suggested)
    const text = await askText(`${safeLine(name)}${hintOf(kind, description)}`, shown)
    if (text !== '') pairs.push(`${name}=${text}`)
  }
  return readParameters(pairs, undefined, schema as Parameters<typeof readParameters>[2])
}

/** ` (true or false)`, ` (one of a, b: how soon)`: what is meant. */
function hintOf(kind: string, description: string): string {
  const words = [kind, description].filter((word) => word !== '').join(': ')
  return words === '' ? '' : safeLine(` (${words})`)
}
