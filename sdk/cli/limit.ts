/** Concurrency limits on the command line: a number, or `none`. */
import { InvalidArgumentError } from 'commander'

const MOST = 1_000_000

/** As somebody typed it. Not null for "none": commander makes an empty text of an option that is read as null. */
export type TypedLimit = number | 'none'

/** For an argument or option. */
export function readLimit(text: string): TypedLimit {
  if (text === 'none') return text
  const value = Number(text)
  if (!/^\d+$/.test(text) || value < 1 || value > MOST) throw new InvalidArgumentError(`Expected a whole number from 1 to ${MOST}, or none.`)
  return value
}

/** As the API takes it: null = no limit. */
export const limitOf = (typed: TypedLimit): number | null => (typed === 'none' ? null : typed)

/** `at most 5 at a time`, `no limit`. */
export const showLimit = (limit: number | null): string => (limit === null ? 'no limit' : `at most ${limit} at a time`)
