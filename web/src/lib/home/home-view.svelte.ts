/** The home page's answer, read anew when a run, a deployment or a pool has changed. */
import { now } from '#lib/clock/now.svelte.ts'
import type { HomeQuery } from '#lib/graphql/generated/graphql.ts'
import { asRequestError, request, type RequestError } from '#lib/graphql/request.ts'
import { oneAtATime } from '#lib/live/one-at-a-time.ts'
import { watchChanges } from '#lib/live/watch-changes.ts'
import { homeDocument } from './documents.ts'
import { type HomeRange, stepsUntil } from './home-range.ts'

/** Milliseconds between two readings: a busy workspace rings many times a second, and nobody reads that fast. */
const REST = 2_000

/** Everything that the home page shows. */
export class HomeView {
  data = $state.raw<HomeQuery | null>(null)
  error = $state.raw<RequestError | null>(null)
  #range: HomeRange
  #closed = false
  #wake: (() => void) | null = null

  constructor(range: HomeRange) {
    this.#range = range
  }

  /** Reads and listens; the answer stops it. */
  open(): () => void {
    void this.read()
    const stop = watchChanges(['FLOW_RUNS', 'DEPLOYMENTS', 'WORK_POOLS'], () => void this.read())
    return () => {
      this.#closed = true
      stop()
    }
  }

  /** Another range; what is shown stays until the answer is there. */
  show(range: HomeRange): void {
    if (range === this.#range) return
    this.#range = range
    void this.read()
    this.#wake?.()
  }

  readonly read = oneAtATime(async () => {
    if (this.#closed) return
    const range = this.#range
    const present = now()
    const { from, to } = stepsUntil(present, range, new Date(present).getTimezoneOffset())
    const iso = (instant: number) => new Date(instant).toISOString()
    try {
      const data = await request(homeDocument, { from: iso(from), to: iso(to), steps: range.steps, now: iso(present) })
      if (range === this.#range) this.data = data
      this.error = null
    } catch (error) {
      this.error = asRequestError(error)
    }
    if (range !== this.#range) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, REST)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
    this.#wake = null
  })
}
