/** One work pool as its page shows it, read anew when a pool or a run has changed. */
import type { WorkPoolQuery } from '#lib/graphql/generated/graphql.ts'
import { asRequestError, request, type RequestError } from '#lib/graphql/request.ts'
import { oneAtATime } from '#lib/live/one-at-a-time.ts'
import { workPoolDocument } from './documents.ts'
import { watchPools } from './watch-pools.ts'

/** Milliseconds between two readings: a busy workspace rings many times a second. */
const REST = 800

/** The pool, its queues and workers. */
export type PoolDetail = NonNullable<WorkPoolQuery['workPool']>
/** A lane of it. */
export type WorkQueue = PoolDetail['queues'][number]
/** One of its workers. */
export type Worker = PoolDetail['workers'][number]
/** A run that holds one of its slots. */
export type HoldingRun = WorkPoolQuery['holding']['nodes'][number]
/** A run that waits for one. */
export type WaitingRun = WorkPoolQuery['waiting']['nodes'][number]

/** Everything that one pool page shows. */
export class PoolView {
  pool = $state.raw<PoolDetail | null>(null)
  /** Newest first; at most 100. */
  holding = $state.raw<HoldingRun[]>([])
  /** Due first first; at most 20. */
  waiting = $state.raw<WaitingRun[]>([])
  status = $state<'loading' | 'ready' | 'missing' | 'failed'>('loading')
  error = $state.raw<RequestError | null>(null)
  readonly #id: string
  #closed = false

  constructor(id: string) {
    this.#id = id
  }

  /** Reads and listens; the answer stops it. */
  open(): () => void {
    void this.read()
    const stop = watchPools(() => void this.read())
    return () => {
      this.#closed = true
      stop()
    }
  }

  readonly read = oneAtATime(async () => {
    if (this.#closed) return
    try {
      const { workPool, holding, waiting } = await request(workPoolDocument, { id: this.#id, filter: [this.#id] })
      this.pool = workPool
      this.holding = holding.nodes
      this.waiting = waiting.nodes
      this.status = workPool ? 'ready' : 'missing'
      this.error = null
    } catch (error) {
      this.error = asRequestError(error)
      if (!this.pool) this.status = this.error.code === 'BAD_USER_INPUT' ? 'missing' : 'failed'
    }
    await new Promise((resolve) => setTimeout(resolve, REST))
  })
}
