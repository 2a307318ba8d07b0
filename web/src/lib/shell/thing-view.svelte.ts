/** One thing as its page shows it: read when the page opens, and anew whenever it may have changed. */
import { asRequestError, type RequestError } from '#lib/graphql/request.ts'
import { oneAtATime } from '#lib/live/one-at-a-time.ts'

/** How a page comes by its thing. */
export interface ThingSource<Thing> {
  /** Reads it; null when there is none. Throws RequestError. */
  ask: () => Promise<Thing | null>
  /** Calls back whenever it may have changed; the answer stops that. */
  watch: (read: () => void) => () => void
  /** Milliseconds between two readings, where what is watched rings often. */
  rest?: number
}

/** What a page about one thing shows. What was read stays on the screen while it cannot be read anew: then `error` says why. */
export class ThingView<Thing> {
  thing = $state.raw<Thing | null>(null)
  status = $state<'loading' | 'ready' | 'missing' | 'failed'>('loading')
  error = $state.raw<RequestError | null>(null)
  readonly #source: ThingSource<Thing>
  #closed = false

  constructor(source: ThingSource<Thing>) {
    this.#source = source
  }

  /** Reads and listens; the answer stops it. */
  open(): () => void {
    void this.read()
    const stop = this.#source.watch(() => void this.read())
    return () => {
      this.#closed = true
      stop()
      this.closed()
    }
  }

  readonly read = oneAtATime(async () => {
    if (this.#closed) return
    try {
      const thing = await this.#source.ask()
      if (this.#closed) return
      if (thing !== null && this.thing === null) this.arrived(thing)
      this.thing = thing
      this.status = thing === null ? 'missing' : 'ready'
      this.error = null
    } catch (error) {
      this.error = asRequestError(error)
      // An id that is none is nobody's.
      if (this.thing === null) this.status = this.error.code === 'BAD_USER_INPUT' ? 'missing' : 'failed'
    }
    const { rest = 0 } = this.#source
    if (rest > 0) await new Promise((resolve) => setTimeout(resolve, rest))
  })

  /** It was read for the first time. */
  protected arrived(_thing: Thing): void {}

  /** The page is gone. */
  protected closed(): void {}
}
