/** The claims of one WorkPool, one after the other: two at once would choose the same runs, and one of them would be refused. */
import type { Instant } from '../../core/instant.ts'

/** Refused claims in a row before the pool waits a moment. */
const MAX_REFUSALS = 5

/** What one claim came to. */
export interface ClaimTurn {
  /** Whether another claim may find something. */
  more: boolean
  /** Runs that were given out. */
  granted: number
}

export class ClaimTurns {
  readonly #pause: number
  #isClaiming = false
  #isWanted = false
  #retryAt: Instant | null = null

  /** `pause`: how long after a failure, or too many refusals, the next try comes; in milliseconds. */
  constructor(pause: number) {
    this.#pause = pause
  }

  /** When to claim again after a failure; null = nothing is left to be tried. */
  get retryAt(): Instant | null {
    return this.#retryAt
  }

  /** Whether another try is due now. True once. */
  takeRetry(now: Instant): boolean {
    if (this.#retryAt === null || this.#retryAt > now) return false
    this.#retryAt = null
    return true
  }

  /**
   * Claims until nothing is left or `begin` says that nobody has room, once more for every wish that came meanwhile. Throws what `claim` throws; it is
   * tried again at `retryAt`.
   */
  async run(begin: () => boolean, claim: () => Promise<ClaimTurn>): Promise<void> {
    this.#isWanted = true
    if (this.#isClaiming) return
    this.#isClaiming = true
    let refusals = 0
    try {
      while (this.#isWanted && refusals < MAX_REFUSALS && begin()) {
        this.#isWanted = false
        const { more, granted } = await claim()
        refusals = more && granted === 0 ? refusals + 1 : 0
        this.#isWanted ||= more
      }
      if (refusals >= MAX_REFUSALS) this.#retryAt = Date.now() + this.#pause
    } catch (error) {
      this.#retryAt = Date.now() + this.#pause
      throw error
    } finally {
      this.#isClaiming = false
      this.#isWanted = false
    }
  }
}
