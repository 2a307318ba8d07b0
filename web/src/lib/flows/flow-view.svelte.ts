/** One flow as its page shows it: itself with its deployments, and its newest runs, both live. */
import { now } from '#lib/clock/now.svelte.ts'
import { NO_FILTER, toApiFilter } from '#lib/flow-runs/filter.ts'
import { RunList } from '#lib/flow-runs/run-list.svelte.ts'
import type { FlowQuery } from '#lib/graphql/generated/graphql.ts'
import { asRequestError, request, type RequestError } from '#lib/graphql/request.ts'
import { oneAtATime } from '#lib/live/one-at-a-time.ts'
import { watchChanges } from '#lib/live/watch-changes.ts'
import { flowDocument } from './documents.ts'

/** Everything that one flow page shows. */
export class FlowView {
  flow = $state.raw<FlowQuery['flow'] | null>(null)
  status = $state<'loading' | 'ready' | 'missing' | 'failed'>('loading')
  error = $state.raw<RequestError | null>(null)
  readonly runs = new RunList()
  readonly #id: string
  #closed = false

  constructor(id: string) {
    this.#id = id
  }

  /** Reads and listens; the answer stops it. */
  open(): () => void {
    void this.read()
    const stop = watchChanges(['DEPLOYMENTS'], () => void this.read())
    return () => {
      this.#closed = true
      this.runs.close()
      stop()
    }
  }

  readonly read = oneAtATime(async () => {
    try {
      const { flow } = await request(flowDocument, { id: this.#id })
      if (this.#closed) return
      if (flow && !this.flow) this.runs.open({ ...toApiFilter(NO_FILTER, now()), flow: { id: [flow.id] } })
      this.flow = flow
      this.status = flow ? 'ready' : 'missing'
      this.error = null
    } catch (error) {
      this.error = asRequestError(error)
      if (!this.flow) this.status = this.error.code === 'BAD_USER_INPUT' ? 'missing' : 'failed'
    }
  })
}
