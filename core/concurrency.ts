/**
 * Slots of named limits: who gets some, and when to ask again. The record decides under the locks of the limits (`use_concurrency` of db/migrations), by the
 * same rules as these; test/db/concurrency-limits.test.ts holds the two against each other.
 *
 * 1. A slot of several limits is taken of all of them or of none.
 * 2. Whoever asked earlier goes first: slots for those ahead are kept free, so nobody is passed for ever by smaller wishes.
 * 3. A limit with a decay is never given back to: what was taken comes back with time alone.
 * 4. Within one process a slot goes from hand to hand for a short time, so that many short pieces of work do not cost a question each.
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

/**
 * Milliseconds between two questions of one who waits for what others hold: at most a second when everybody who holds slots, or gets them before, giving them
 * back once would be enough; those behind ask as rarely as their turn is far.
 */
const ASK_AGAIN = { shortest: 100, aTurn: 1_000, longest: 5_000 }
const SHORTEST_REFILL = 10

/** Questions in the life of a place among those who wait: one or two may come late. */
const QUESTIONS = 3

/**
 * Milliseconds after which to ask again: exact for what refills with time, half the expected wait for what others hold, and always well before the place is
 * lost (`patience`). Two who lost theirs between their questions would find each other ahead for ever, with slots free.
 */
export function askAgainAfter(blocked: readonly LimitFacts[], slots: number, patience: number): number {
  const wished = Math.max(
    ...blocked.map(({ max, used, ahead, decay, holdMs }) => {
      if (decay !== null) return Math.max(SHORTEST_REFILL, Math.ceil(((used + ahead + slots - max) / decay) * 1_000))
      const turnsBefore = Math.ceil((ahead + slots) / Math.max(1, max)) - 1
      const longest = Math.min(ASK_AGAIN.longest, ASK_AGAIN.aTurn * Math.max(1, turnsBefore))
      return Math.min(longest, Math.max(ASK_AGAIN.shortest, (holdMs * (ahead + slots)) / Math.max(1, max) / 2))
    }),
  )
  return Math.min(wished, patience / QUESTIONS)
}

/**
 * How long slots may go from hand to hand within one process, in milliseconds. `alone`: since the record was last asked and nobody else waited; it is asked
 * again every `look` meanwhile. `shared`: since they were taken, while others wait: much shorter than that, a process with short work would ask all the time.
 */
export const HAND_ON = { alone: 1_000, look: 500, shared: 200 }

/** The queue of a limit as a process found it when it asked last. */
export interface QueueFacts {
  /** Others wait, in other processes. */
  isShared: boolean
  /** More is taken than there is: the limit was lowered. */
  isOver: boolean
}

/** Slots that a process has, by its own clock. */
export interface HandedSlots {
  /** Names of limits that were asked for. */
  wanted: readonly string[]
  /** Of those, the limits that there were. */
  names: readonly string[]
  takenAt: number
  /** When the record is known to have had them last. */
  confirmedAt: number
}

/** Whether a process may go on using slots for somebody else who waits in it for the same. Limits with a decay are not in `queues`: each use counts. */
export function mayHandOn({ wanted, names, takenAt, confirmedAt }: HandedSlots, queues: ReadonlyMap<string, QueueFacts>, now: number): boolean {
  return wanted.every((name) => {
    const queue = queues.get(name)
    // A limit that was made since, or that is not there any more.
    if (!queue || !names.includes(name)) return !queue && !names.includes(name)
    if (queue.isOver) return false
    return now < confirmedAt + HAND_ON.alone && (!queue.isShared || now < takenAt + HAND_ON.shared)
  })
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
