/** Concurrency limits on the command line: a number, or `none`. */
import { InvalidArgumentError } from 'commander'

const MOST = 1_000_000

/** For an argument or option. Null = no limit. */
export function readLimit(text: string): number | null {
  if (text === 'none') return null
  const value = Number(text)
  if (!/^\d+$/.test(text) || value < 1 || value > MOST) throw new InvalidArgumentError(`Expected a whole number from 1 to ${MOST}, or none.`)
  return value
}

/** `at most 5 at a time`, `no limit`. */
export const showLimit = (limit: number | null): string => (limit === null ? 'no limit' : `at most ${limit} at a time`)
