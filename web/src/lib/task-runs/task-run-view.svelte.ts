/** One task run as its own page shows it: itself with its states, its log lines, and the task runs around it. Live by the stream of its flow run. */
import type { FlowRunChangedSubscription, FlowRunOfTaskQuery, TaskRunPageQuery } from '#lib/graphql/generated/graphql.ts'
import { flowRunChangedDocument } from '#lib/flow-runs/documents.ts'
import { asRequestError, request, type RequestError } from '#lib/graphql/request.ts'
import { listen } from '#lib/live/hub.svelte.ts'
import { oneAtATime } from '#lib/live/one-at-a-time.ts'
import { taskLogsDocument } from '#lib/logs/documents.ts'
import type { LogLine } from '#lib/logs/log-view.ts'
import { flowRunOfTaskDocument, taskRunPageDocument } from './documents.ts'
import { Timeline } from './timeline.svelte.ts'

/** The task run as its page shows it. */
export type TaskRunDetail = NonNullable<TaskRunPageQuery['taskRun']>

/** Lines that are read; whoever wants more opens the log of the run. */
const MOST_LINES = 1_000

/** Everything that one task run page shows. */
export class TaskRunView {
  task = $state.raw<TaskRunDetail | null>(null)
  flowRun = $state.raw<NonNullable<FlowRunOfTaskQuery['flowRun']> | null>(null)
  /** All task runs of the flow run: for the names of those around it. */
  timeline = $state.raw<Timeline | null>(null)
  /** Null until they are read. */
  lines = $state.raw<LogLine[] | null>(null)
  hasMoreLines = $state(false)
  status = $state<'loading' | 'ready' | 'missing' | 'failed'>('loading')
  error = $state.raw<RequestError | null>(null)
  readonly #id: string
  #after: string | null = null
  #stop: (() => void) | null = null
  #closed = false

  constructor(id: string) {
    this.#id = id
  }

  /** Reads and listens; the answer stops it. */
  open(): () => void {
    void this.read()
    return () => {
      this.#closed = true
      this.#stop?.()
      this.timeline?.close()
    }
  }

  readonly read = oneAtATime(async () => {
    try {
      const { taskRun } = await request(taskRunPageDocument, { id: this.#id })
      if (this.#closed) return
      this.task = taskRun
      this.status = taskRun ? 'ready' : 'missing'
      this.error = null
      if (taskRun && !this.#stop) this.#follow(taskRun.flowRunId)
    } catch (error) {
      this.error = asRequestError(error)
      if (!this.task) this.status = this.error.code === 'BAD_USER_INPUT' ? 'missing' : 'failed'
    }
  })

  #follow(flowRunId: string): void {
    this.timeline = new Timeline(flowRunId)
    this.#stop = listen({
      wanted: { key: `flow-run ${flowRunId}`, document: flowRunChangedDocument, variables: { id: flowRunId }, cursorVariable: 'since' },
      onRegistered: () => this.#readAround(),
      onMessage: (data) => {
        const { changed, reset } = (data as FlowRunChangedSubscription).flowRunChanged
        if (reset) return
        if (changed.includes('task-runs')) void this.timeline?.read()
        if (changed.includes('task-runs')) void this.read()
        if (changed.includes('logs')) void this.#readLines()
        if (changed.includes('state')) void this.#readFlowRun()
      },
    })
    this.#readAround()
  }

  #readAround(): void {
    void this.timeline?.read()
    void this.#readFlowRun()
    void this.#readLines()
    void this.read()
  }

  readonly #readFlowRun = oneAtATime(async () => {
    if (!this.task) return
    // The task run is there: what is around it may be late, and is asked for again by the stream.
    this.flowRun = (await request(flowRunOfTaskDocument, { id: this.task.flowRunId }).catch(() => null))?.flowRun ?? this.flowRun
  })

  readonly #readLines = oneAtATime(async () => {
    const { task } = this
    if (!task || this.#closed) return
    try {
      for (let more = true; more && !this.#closed && (this.lines?.length ?? 0) < MOST_LINES; ) {
        const { flowRun } = await request(taskLogsDocument, { flowRunId: task.flowRunId, taskRunId: task.id, after: this.#after })
        const { nodes = [], pageInfo } = flowRun?.logs ?? {}
        this.lines = [...(this.lines ?? []), ...nodes]
        this.#after = pageInfo?.endCursor ?? this.#after
        more = pageInfo?.hasNextPage ?? false
        this.hasMoreLines = more
      }
    } catch (error) {
      this.error = asRequestError(error)
    }
  })
}
