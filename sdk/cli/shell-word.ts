import { safeLine } from './safe-text.ts'

/** A name as it has to be typed: in quotes where a shell would make something else of it. For command lines that a message suggests. */
export function shellWord(name: string): string {
  const shown = safeLine(name)
  return /^[\w./:@%+=,-]+$/.test(shown) ? shown : `'${shown.replaceAll("'", `'\\''`)}'`
}
