/** The time limits of a process that are not over. Only the one that is over first is watched: mapped tasks begin later than those before them. */
import { readClocks } from '../client/reporting/transport.ts'

/** What is late by so much is not late because the machine is slow: the event loop that should have ended it does not turn. */
const PAST_LIMIT = 5_000
const SHORTEST_PAST_LIMIT = 500

/** A time limit. `at`: the machine-wide monotonic millisecond from which on nobody is waited for to see it. */
export interface WatchedLimit {
  what: string
  length: number
  at: number
}

/** `onChange` is told when another one is over first; null = none is left. */
export class TimeLimits<Limit extends WatchedLimit = WatchedLimit> {
  /** The one that is over first. */
  first: Limit | null = null
  readonly #limits = new Set<Limit>()
  readonly #onChange: (first: Limit | null) => void

  constructor(onChange: (first: Limit | null) => void) {
    this.#onChange = onChange
  }

  /** Answers what to call when it is over, or has been seen to pass. */
  begin(limit: Omit<Limit, 'at'>, timeScale: number): () => void {
    const at = readClocks().monotonic + limit.length + Math.max(SHORTEST_PAST_LIMIT, PAST_LIMIT * timeScale)
    const watched = { ...limit, at } as Limit
    this.#limits.add(watched)
    if (this.first === null || at < this.first.at) this.#look()
    return () => {
      if (this.#limits.delete(watched) && this.first === watched) this.#look()
    }
  }

  #look(): void {
    let first: Limit | null = null
    for (const each of this.#limits) if (first === null || each.at < first.at) first = each
    if (first === this.first) return
    this.first = first
    this.#onChange(first)
  }
}
