/** How quickly runners that are reused come back: whether it is worth booting another for a run that waits. */
export class ReturnPace {
  #lastAt: number | null = null
  #interval = LONGEST

  /** One has come back. `now` in milliseconds of any clock that never goes back. */
  returned(now: number): void {
    if (this.#lastAt !== null) this.#interval += WEIGHT * (Math.min(LONGEST, now - this.#lastAt) - this.#interval)
    this.#lastAt = now
  }

  /** Milliseconds until so many more will have come back, when it goes on like this; infinite when none has yet. */
  timeFor(count: number, now: number): number {
    return this.#lastAt === null ? Number.POSITIVE_INFINITY : count * Math.max(this.#interval, now - this.#lastAt)
  }
}

/** Share of the newest interval in the mean. */
const WEIGHT = 0.25
/** An interval counts for no more milliseconds than this, or one quiet hour would outweigh a hundred quick returns. */
const LONGEST = 1_000
