/**
 * Ids are UUID v7: ordered by time, made where the thing is made (application, runner, worker), so no statement waits for another's answer.
 * A run's children carry its id in their keys and live in the partition of its time (see docs/data-model.md).
 */
import { uuidv7obj, V7Generator } from 'uuidv7'
import type { Instant } from './instant.ts'

/** A new id; monotonic within this process, also inside one millisecond. */
export function newId(): string {
  const { bytes } = uuidv7obj()
  for (let at = 0, to = 0; at < 16; at++) {
    // A hyphen is there already.
    if (at === 4 || at === 6 || at === 8 || at === 10) to++
    const byte = bytes[at] as number
    characters[to++] = DIGITS[byte >> 4] as number
    characters[to++] = DIGITS[byte & 15] as number
  }
  return String.fromCharCode.apply(null, characters)
}

// Written in place: put together digit by digit, an id leaves many times its own size behind, and a task run has four.
const DIGITS = Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0))
const characters: number[] = Array<number>(36).fill('-'.charCodeAt(0))

/** A new id that sorts at the given instant (partitions and tests). */
export const newIdAt = (instant: Instant): string => new V7Generator().generateOrResetWithTs(Math.floor(instant)).toString()

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

/** Lower-case hyphenated UUID of any version. */
export const isUuid = (text: string): boolean => UUID.test(text)

/** The instant inside a UUID v7, in whole milliseconds; null for any other UUID. */
export const instantOfId = (id: string): Instant | null =>
  id[14] === '7' && isUuid(id) ? Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16) : null
