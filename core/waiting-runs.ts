/**
 * What a WorkPool knows of the runs that wait for its workers: when the next one is due, whether it is worth asking the record, and whether a claim is owed.
 * A hint each, as all that a Coordinator knows: what it does not know costs one question too many, what it wrongly believes ends by itself.
 */
import type { Instant } from './instant.ts'
import type { Timings } from './timings.ts'

/** What a claim saw. */
export interface ClaimSight {
  /** When the next run is due by the record; null = none waits for time. */
  nextDue: Instant | null
  /** It saw no due run at all, not even one that is held back. */
  nothingWaits: boolean
  /** The room that it began with was gone when it saw some. */
  cameTooLate: boolean
}

export class WaitingRuns {
  readonly #timings: Timings
  #nextDue: Instant | null = null
  /** The earliest due instant that was rung since the last claim began: its answer cannot know of it. */
  #rungDue: Instant | null = null
  /** Somebody rang since the last claim began. */
  #rungSince = false
  /** The record had nothing to give out, and nobody has rung since: until then more room is no reason to look again. */
  #nothingUntil: Instant | null = null
  #owesClaim = false

  constructor(timings: Timings) {
    this.#timings = timings
  }

  /** When the next run is due; null = none waits for time. */
  get nextDue(): Instant | null {
    return this.#nextDue
  }

  /** A ring or a claim found no room. When there is room again, somebody has to look. */
  get owesClaim(): boolean {
    return this.#owesClaim
  }

  /** Something may be claimable now, or will be at `due`. Whether to look now. */
  rung(due: Instant | null, now: Instant): boolean {
    if (due !== null && due > now) {
      this.#nextDue = earlier(this.#nextDue, due)
      this.#rungDue = earlier(this.#rungDue, due)
      return false
    }
    this.#rungSince = true
    this.#nothingUntil = null
    return true
  }

  /** A schedule makes the next run due then. */
  nextIs(due: Instant | null): void {
    this.#nextDue = earlier(this.#nextDue, due)
  }

  /** A run may wait that the last claim has not seen. */
  mayHaveCome(): void {
    this.#nothingUntil = null
  }

  /** Whether it is known that no run waits: more room is no reason to look then. */
  isNothing(now: Instant): boolean {
    return this.#nothingUntil !== null && now < this.#nothingUntil && (this.#nextDue === null || now < this.#nextDue)
  }

  /** Somebody wanted to look, and nobody has room. */
  oweClaim(): void {
    this.#owesClaim = true
  }

  /** Whether a claim was owed. It is not any more: should the room be gone when it begins, `beginClaim` hears of that. */
  takeOwedClaim(): boolean {
    const owed = this.#owesClaim
    this.#owesClaim = false
    return owed
  }

  /** A claim begins, and sees whatever was rung before; without room it sees nothing and is owed. */
  beginClaim(hasRoom: boolean): void {
    this.#owesClaim = !hasRoom
    this.#rungDue = null
    this.#rungSince = false
  }

  /** What the claim saw. Returns when the next run is due, with what was rung meanwhile. */
  claimed({ nextDue, nothingWaits, cameTooLate }: ClaimSight, now: Instant): Instant | null {
    this.#nextDue = earlier(nextDue, this.#rungDue)
    if (cameTooLate) this.#owesClaim = true
    // Believed for a while only: a ring may have been lost.
    this.#nothingUntil = nothingWaits && !this.#rungSince ? now + this.#timings.judgeAlarm : null
    return this.#nextDue
  }

  /** Whether the next run has become due: it waits from now on, and a claim is owed. */
  takeDue(now: Instant): boolean {
    if (this.#nextDue === null || this.#nextDue > now) return false
    this.#nextDue = null
    this.#nothingUntil = null
    this.#owesClaim = true
    return true
  }
}

/** The earlier one of those that there are. */
const earlier = (one: Instant | null, other: Instant | null): Instant | null =>
  one === null || other === null ? (one ?? other) : Math.min(one, other)
