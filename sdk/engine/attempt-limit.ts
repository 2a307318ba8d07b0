/** The time that one attempt of a flow or task may take. Only this limit is called `TimedOut`. */
import { formatDuration } from '../../core/duration.ts'
import { TimedOut } from '../errors.ts'
import type { TimeLimit } from './flow-run-scope.ts'

interface LimitInit {
  /** Milliseconds; null = none. */
  timeout: number | null
  /** The run, as the error names it: `task run load-0`. */
  what: string
  /** Aborts the attempt, too. */
  around: AbortSignal
  /** A pool keeps the time, and its run throws `TimedOut`. */
  isKeptElsewhere?: boolean
}

/** Of one attempt: begun with it, ended with it. */
export class AttemptLimit {
  /** Aborted when the time is over, and with the signal around it. */
  readonly signal: AbortSignal
  readonly #init: LimitInit
  readonly #own: AbortController | null
  #timer: NodeJS.Timeout | null = null
  #unwatch: (() => void) | undefined

  constructor(init: LimitInit) {
    this.#init = init
    this.#own = init.timeout === null ? null : new AbortController()
    this.signal = this.#own ? AbortSignal.any([this.#own.signal, init.around]) : init.around
  }

  /** The attempt can be aborted by more than what is around it. */
  get isOwn(): boolean {
    return this.#own !== null
  }

  /**
   * The attempt begins. `watch` tells somebody outside of the event loop, who ends what computes past the limit without a pause, and answers how to call that
   * off; null = nobody has to: a thread is ended by itself.
   */
  begin(watch: ((limit: Pick<TimeLimit, 'what' | 'length'>) => (() => void) | undefined) | null): void {
    const { timeout, what, isKeptElsewhere = false } = this.#init
    const own = this.#own
    if (own === null || timeout === null) return
    this.#unwatch = watch?.({ what, length: timeout })
    if (isKeptElsewhere) return
    this.#timer = setTimeout(() => {
      this.#unwatch?.()
      own.abort(new TimedOut(what, formatDuration(timeout)))
    }, timeout)
  }

  /** Whether it was this limit that ended the attempt: by what it was aborted with, or what it threw. */
  hasPassed(reason: unknown): boolean {
    if (this.#own === null) return false
    return this.#init.isKeptElsewhere ? reason instanceof TimedOut : this.#own.signal.aborted && reason === this.#own.signal.reason
  }

  /** The attempt is over. */
  end(): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#unwatch?.()
  }
}
