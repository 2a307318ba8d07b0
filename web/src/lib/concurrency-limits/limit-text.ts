/** A concurrency limit in words. */
import type { ConcurrencyLimitRowFragment } from '#lib/graphql/generated/graphql.ts'

type Limit = Pick<ConcurrencyLimitRowFragment, 'limit' | 'slotDecayPerSecond' | 'isActive'>

/** `at once`, `2 come back a second`, `1 comes back every 30 s`; of one that holds nobody back: that. */
export function wordsOf({ slotDecayPerSecond: decay, isActive }: Limit): string {
  if (!isActive) return 'holds nobody back'
  if (decay === null) return 'at once'
  return decay >= 1 ? `${Number(decay.toFixed(2))} come back a second` : `1 comes back every ${Number((1 / decay).toFixed(1))} s`
}

/** Slots that are taken: of a rate limit what has not come back, rounded up. */
export const takenOf = ({ activeSlots }: Pick<ConcurrencyLimitRowFragment, 'activeSlots'>): number => Math.max(0, Math.ceil(activeSlots - 1e-9))

/** What a person has written for a number; null for nothing, NaN for what is none. */
export const readNumber = (text: string): number | null => (text.trim() === '' ? null : Number(text.trim().replace(',', '.')))
