/** The words of a command line in the order in which they are read. */

/** Options of every command, and whether a value follows. */
const COMMON: Record<string, boolean> = {
  '-o': true,
  '--output': true,
  '--api-url': true,
  '--api-key': true,
  '--profile': true,
  '--no-prompt': false,
}

/** Their names. */
export const COMMON_OPTIONS = Object.keys(COMMON)

/** `weir --profile work flow-run ls` means what it says: options of every command may stand before it. */
export function nounFirst(given: string[]): string[] {
  const { leading, rest } = splitLeading(given)
  return rest.length === 0 ? given : [...rest, ...leading]
}

/** Options of every command that stand before the noun, with their values; and what follows. */
export function splitLeading(given: string[]): { leading: string[]; rest: string[] } {
  let count = 0
  while (count < given.length) {
    const hasValue = COMMON[given[count]?.split('=')[0] as string]
    if (hasValue === undefined) break
    count += hasValue && !given[count]?.includes('=') ? 2 : 1
  }
  return { leading: given.slice(0, count), rest: given.slice(count) }
}
