/**
 * The task runs of one run, as columns: asked once, then only what has changed since (`after`). A task run keeps its place for good, so rows never jump.
 */
import type { StateType, TimelineQuery } from '#lib/graphql/generated/graphql.ts'
import { asRequestError, request, type RequestError } from '#lib/graphql/request.ts'
import { timelineDocument } from './documents.ts'

/** Columns of equal length; `segments` and times as in the API: ms since `origin`, -1 = still lasts. */
export interface Columns {
  ids: string[]
  names: string[]
  stateTypes: StateType[]
  stateNames: string[]
  messages: (string | null)[]
  segments: number[][]
  /** Positions of those whose results came in. */
  upstream: number[][]
}

type Answer = NonNullable<NonNullable<TimelineQuery['flowRun']>['timeline']>

export class Timeline {
  columns = $state.raw<Columns>({ ids: [], names: [], stateTypes: [], stateNames: [], messages: [], segments: [], upstream: [] })
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
    if (answer.ids.length === 0 && shift === 0) return
    const old = this.columns
    const next: Columns = {
      ids: [...old.ids],
      names: [...old.names],
      stateTypes: [...old.stateTypes],
      stateNames: [...old.stateNames],
      messages: [...old.messages],
      segments: shift === 0 ? [...old.segments] : old.segments.map((flat) => shifted(flat, shift)),
      upstream: [...old.upstream],
    }
    answer.ids.forEach((id, position) => {
      let at = this.#at.get(id)
      if (at === undefined) {
        at = next.ids.length
        this.#at.set(id, at)
        next.upstream[at] = []
      }
      next.ids[at] = id
      next.names[at] = answer.names[position] ?? ''
      next.stateTypes[at] = answer.stateTypes[position] as StateType
      next.stateNames[at] = answer.stateNames[position] ?? ''
      next.messages[at] = answer.messages?.[position] ?? null
      next.segments[at] = answer.segments[position] ?? []
    })
    // Positions of an answer are its own; those that an earlier answer named and this one leaves out stay.
    answer.ids.forEach((id, position) => {
      const at = this.#at.get(id) as number
      const named = (answer.upstream[position] ?? []).map((index) => this.#at.get(answer.ids[index] as string)).filter((index) => index !== undefined)
      next.upstream[at] = [...new Set([...(next.upstream[at] ?? []), ...named])]
    })
    this.columns = next
  }
}

const shifted = (flat: readonly number[], by: number): number[] => flat.map((value, index) => (index % 3 === 0 || value === -1 ? value : value + by))
