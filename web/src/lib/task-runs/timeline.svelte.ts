/**
 * The task runs of one run, as columns: asked once, then only what has changed since (`after`). A task run keeps its place for good, so rows never jump.
 */
import type { TimelineQuery } from '#lib/graphql/generated/graphql.ts'
import { asRequestError, request, type RequestError } from '#lib/graphql/request.ts'
import { type Columns, mergeColumns, NO_TASK_RUNS } from './columns.ts'
import { timelineDocument } from './documents.ts'

type Answer = NonNullable<NonNullable<TimelineQuery['flowRun']>['timeline']>

/** The task runs of one run. */
export class Timeline {
  columns = $state.raw<Columns>(NO_TASK_RUNS)
  /** Milliseconds since 1970 of the zero. */
  origin = $state(0)
  total = $state(0)
  status = $state<'loading' | 'ready' | 'failed'>('loading')
  error = $state.raw<RequestError | null>(null)
  readonly #flowRunId: string
  readonly #at = new Map<string, number>()
  #cursor: string | null = null
  #running: Promise<void> | null = null
  #again = false
  #closed = false

  constructor(flowRunId: string) {
    this.#flowRunId = flowRunId
  }

  /** Reads what has changed. Calls while one is under way are answered by one more after it. */
  read(): Promise<void> {
    if (this.#running) {
      this.#again = true
      return this.#running
    }
    this.#running = this.#readAll().finally(() => {
      this.#running = null
      if (this.#again && !this.#closed) {
        this.#again = false
        void this.read()
      }
    })
    return this.#running
  }

  /** Nothing that comes later is applied. */
  close(): void {
    this.#closed = true
  }

  indexOf(id: string): number | undefined {
    return this.#at.get(id)
  }

  async #readAll(): Promise<void> {
    try {
      for (let more = true; more && !this.#closed; ) {
        const { flowRun } = await request(timelineDocument, { id: this.#flowRunId, after: this.#cursor })
        if (this.#closed || !flowRun) return
        this.#merge(flowRun.timeline)
        more = flowRun.timeline.hasMore
      }
      this.status = 'ready'
      this.error = null
    } catch (error) {
      this.error = asRequestError(error)
      if (this.columns.ids.length === 0) this.status = 'failed'
    }
  }

  #merge(answer: Answer): void {
    const origin = Date.parse(answer.origin)
    // The zero moves once, from creation to start; what was read before moves with it.
    const shift = this.origin === 0 ? 0 : this.origin - origin
    this.origin = origin
    this.total = answer.total
    this.#cursor = answer.cursor
    if (answer.ids.length > 0 || shift !== 0) this.columns = mergeColumns(this.columns, this.#at, answer, shift)
  }
}
