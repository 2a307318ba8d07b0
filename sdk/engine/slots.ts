/**
 * How many submitted tasks run at once. A task that waits for another one's future lends its place meanwhile, so that tasks which submit tasks
 * cannot wait for each other for ever.
 */

/** One running task's place. */
export interface Slot {
  /** Runs `wait` without holding the place; has it again when this settles. */
  lendWhile<T>(wait: Promise<T>): Promise<T>
  /** Gives the place back for good. */
  free(): void
}

/** The places of one flow run for submitted tasks, given out in the order of asking. */
export class Slots {
  readonly #limit: number
  #used = 0
  readonly #waiting: (() => void)[] = []
  #first = 0

  /** `limit`: how many run at the same time. */
  constructor(limit: number) {
    this.#limit = limit
  }

  /** Calls `start` with a place: at once when there is one, else in order of asking. */
  take(start: (slot: Slot) => void): void {
    this.#acquire(() => start(this.#slot()))
  }

  #acquire(then: () => void): void {
    if (this.#used < this.#limit) {
      this.#used++
      then()
    } else {
      this.#waiting.push(then)
    }
  }

  #release(): void {
    const next = this.#waiting[this.#first]
    if (next === undefined) {
      this.#used--
      return
    }
    // A queue by index: shifting an array of thousands for each task costs more than the task.
    this.#waiting[this.#first++] = undefined as never
    if (this.#first > 1_024 && this.#first * 2 > this.#waiting.length) {
      this.#waiting.splice(0, this.#first)
      this.#first = 0
    }
    next()
  }

  #slot(): Slot {
    let lent = 0
    let held = true
    let freed = false
    return {
      lendWhile: async (wait) => {
        if (lent++ === 0 && held) {
          held = false
          this.#release()
        }
        try {
          return await wait
        } finally {
          if (--lent === 0 && !held && !freed) {
            await new Promise<void>((resolve) => this.#acquire(resolve))
            if (freed) this.#release()
            else held = true
          }
        }
      },
      free: () => {
        freed = true
        if (held) {
          held = false
          this.#release()
        }
      },
    }
  }
}
