import type { LimitRow } from './documents.ts'

/** `2 of 5`; of a rate limit what has not come back, rounded up. */
export const showUse = ({ activeSlots, limit }: LimitRow): string => `${Math.ceil(activeSlots)} of ${limit}`

/** `5 at once`, `10 at once, 2 come back a second`, `5 at once, inactive`. */
export function showLimit({ limit, slotDecayPerSecond, isActive }: LimitRow): string {
  const decay = slotDecayPerSecond === null ? '' : `, ${slotDecayPerSecond} a second come back`
  return `${limit} at once${decay}${isActive ? '' : ', inactive'}`
}
