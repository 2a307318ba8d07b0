/** Variables as people write and read them. */

/** Letters of a value on one line of the list. */
const LONGEST = 200

/** On one line, as JSON; long ones are cut. */
export function shortValue(value: unknown): string {
  const text = JSON.stringify(value)
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text
}

/** What stands in the field: a text as it is when nobody could take it for something else, everything else as JSON. */
export const writtenValue = (value: unknown): string =>
  typeof value === 'string' && value !== '' && typeof readValue(value) === 'string' && readValue(value) === value
    ? value
    : JSON.stringify(value, null, 2)

/** JSON where it reads as JSON, otherwise the text itself, as `weir variable set` has it. */
export function readValue(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}

/** What a value is, in a word. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'list'
  return { string: 'text', number: 'number', boolean: 'yes or no' }[typeof value as 'string'] ?? 'object'
}

/** As typed: with commas, spaces or lines between them, each once. */
export const readTags = (text: string): string[] => [...new Set(text.split(/[\s,]+/).filter(Boolean))]
