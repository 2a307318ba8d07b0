/**
 * `rateLimit`: code that only so many may pass in a time, in all processes of the workspace.
 *
 *     await rateLimit('weather-api')
 *     const answer = await fetch(…)
 *
 * What is used comes back with time alone, as the limit's slot decay says: `weir concurrency-limit create weather-api --limit 10 --slot-decay-per-second 2`.
 */
import { checkKeys } from '../check-options.ts'
import { type SlotsOptions, takeSlots } from './take-slots.ts'

/** What `rateLimit` can be told. */
export type RateLimitOptions = SlotsOptions

const OPTIONS = ['slots', 'timeout', 'strict'] as const

/** Resolves when it is this code's turn. Throws SlotsNotTaken, UsageError, or what the run is aborted with. */
export async function rateLimit(names: string | readonly string[], options: RateLimitOptions = {}): Promise<void> {
  const owner = `rateLimit(${JSON.stringify(names)})`
  checkKeys(options, OPTIONS, owner)
  await takeSlots(owner, names, options, 'rate')
}
