/**
 * Slots of named limits: who gets some, and when to ask again. The record decides under the locks of the limits (`use_concurrency` of db/migrations), by the
 * same rules as these; test/db/concurrency-limits.test.ts holds the two against each other.
 *
 * 1. A slot of several limits is taken of all of them or of none.
 * 2. Whoever asked earlier goes first: slots for those ahead are kept free, so nobody is passed for ever by smaller wishes.
 * 3. A limit with a decay is never given back to: what was taken comes back with time alone.
 */
import { formatDuration } from './duration.ts'

/** A limit as one who asks for slots of it finds it. */
export interface LimitFacts {
  name: string
  /** Slots that may be taken at once. */
  max: number
  /** Slots that are taken; with a decay what has not come back, with a fraction. */
  used: number
  /** Slots that wait and were asked for earlier. */
  ahead: number
  /** Slots that come back in a second by themselves; null = those that are given back. */
  decay: number | null
  /** How long a slot is held on average, in milliseconds. */
  holdMs: number
}

/** Why slots can never be had: more than there are, or a rate of a limit that has none. */
export type SlotsProblem = { code: 'too-many' | 'no-decay'; name: string; max: number }

export type SlotsVerdict = { kind: 'grant' } | { kind: 'wait'; blocked: LimitFacts[] } | { kind: 'refuse'; problem: SlotsProblem }

/** What is counted with fractions may miss a whole number by this much. */
const ROUNDING = 1e-9

/** Whether `slots` of all these limits may be taken now. `rate`: every limit must have a decay. */
export function judgeSlots(limits: readonly LimitFacts[], slots: number, mode: 'slots' | 'rate'): SlotsVerdict {
  let problem: SlotsProblem | null = null
  for (const { name, max, decay } of limits) {
    if (mode === 'rate' && decay === null) problem = { code: 'no-decay', name, max }
    else if (slots > max) problem = { code: 'too-many', name, max }
  }
  if (problem) return { kind: 'refuse', problem }
  const blocked = limits.filter(({ max, used, ahead }) => used + ahead + slots > max + ROUNDING)
  return blocked.length === 0 ? { kind: 'grant' } : { kind: 'wait', blocked }
}

/** What is left of slots that were spent `elapsed` milliseconds ago. */
export const spentAfter = (spent: number, decay: number, elapsed: number): number => Math.max(0, spent - (decay * Math.max(0, elapsed)) / 1_000)

/** Milliseconds between two questions of one who waits: the first in line asks often, those behind it as rarely as their turn is far. */
const ASK_AGAIN = { shortest: 100, longest: 5_000 }
const SHORTEST_REFILL = 10

/** Milliseconds after which to ask again: exact for what refills with time, half the expected wait for what others hold. */
export function askAgainAfter(blocked: readonly LimitFacts[], slots: number): number {
  return Math.max(
    ...blocked.map(({ max, used, ahead, decay, holdMs }) => {
      if (decay !== null) return Math.max(SHORTEST_REFILL, Math.ceil(((used + ahead + slots - max) / decay) * 1_000))
      return Math.min(ASK_AGAIN.longest, Math.max(ASK_AGAIN.shortest, (holdMs * (ahead + slots)) / Math.max(1, max) / 2))
    }),
  )
}

/** `db (2 of 2 taken, 3 waiting before)`, of each limit that has no room. */
export const describeBlocked = (blocked: readonly LimitFacts[]): string =>
  blocked
    .map(({ name, max, used, ahead, decay }) => {
      const taken = decay === null ? `${used} of ${max} taken` : `${Math.ceil(used)} of ${max} used, ${describeDecay(decay)}`
      return `${name} (${taken}${ahead > 0 ? `, ${ahead} asked for before` : ''})`
    })
    .join(', ')

/** `2 come back a second`, or `1 comes back every 30 s`. */
export const describeDecay = (decay: number): string =>
  decay >= 1 ? `${Number(decay.toFixed(2))} come back a second` : `1 comes back every ${formatDuration(Math.round(1_000 / decay))}`

/** The limit of tasks that have a tag. */
export const tagLimitName = (tag: string): string => `tag:${tag}`
