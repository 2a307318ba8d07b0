/** The time limits of a process that are not over. Only the one that is over first is watched: mapped tasks begin later than those before them. */
import { formatDuration } from '../../core/duration.ts'
import type { TimedOutFact, TimedOutPart } from '../../core/protocol/reports.ts'
import { readClocks } from '../client/reporting/transport.ts'
import type { TimeLimit } from '../engine/flow-run-scope.ts'
import { redactFact } from '../redaction/hidden-values.ts'

/** What is late by so much is not late because the machine is slow: the event loop that should have ended it does not turn. */
const PAST_LIMIT = 5_000
const SHORTEST_PAST_LIMIT = 500

/** A time limit. `at`: the machine-wide monotonic millisecond from which on nobody is waited for to see it; `fact`: what it means for the run then. */
export interface WatchedLimit {
  at: number
  fact: TimedOutFact
}

interface OpenLimit<Owner> extends TimeLimit {
  at: number
  owner: Owner
}

/** `onChange` is told when another one is over first, and whose it is; null = none is left. */
export class TimeLimits<Owner> {
  /** The one that is over first, as it stood when it became that. */
  first: WatchedLimit | null = null
  #first: OpenLimit<Owner> | null = null
  readonly #limits = new Set<OpenLimit<Owner>>()
  readonly #onChange: (first: WatchedLimit | null, owner: Owner | null) => void

  constructor(onChange: (first: WatchedLimit | null, owner: Owner | null) => void) {
    this.#onChange = onChange
  }

  /** Answers what to call when it is over, or has been seen to pass. */
  begin(limit: TimeLimit, owner: Owner, timeScale: number): () => void {
    const at = readClocks().monotonic + limit.length + Math.max(SHORTEST_PAST_LIMIT, PAST_LIMIT * timeScale)
    const open = { ...limit, at, owner }
    this.#limits.add(open)
    if (this.#first === null || at < this.#first.at) this.#look()
    return () => {
      if (this.#limits.delete(open) && this.#first === open) this.#look()
    }
  }

  #look(): void {
    let first: OpenLimit<Owner> | null = null
    for (const each of this.#limits) if (first === null || each.at < first.at) first = each
    if (first === this.#first) return
    this.#first = first
    this.first = first && watchedLimit(first)
    this.#onChange(this.first, first?.owner ?? null)
  }
}

/** As it is told to another thread, which cannot ask any more then. */
const watchedLimit = ({ at, what, length, retryAfter, part }: OpenLimit<unknown>): WatchedLimit => ({
  at,
  fact: { message: sayPastLimit(what, formatDuration(length)), retryAfter, ...(part ? { part: part().map(redactFact) as TimedOutPart[] } : {}) },
})

/** One line: the last words of the process. */
const sayPastLimit = (what: string, limit: string): string =>
  `${what} took longer than its limit of ${limit} and computed on without a pause, so its process was ended`
