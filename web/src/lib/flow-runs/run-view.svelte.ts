/**
 * One run as its page shows it: a snapshot, then live. The stream says what has changed; each part is read anew by its own cursor, so that a page with ten
 * thousand task runs moves only what moved.
 */
import type {
  FailingTaskRunsQuery,
  FlowRunChangedSubscription,
  FlowRunDetailFragment,
  FlowRunFindingsQuery,
  FlowRunStatesQuery,
} from '#lib/graphql/generated/graphql.ts'
import { now } from '#lib/clock/now.svelte.ts'
import { asRequestError, request, type RequestError } from '#lib/graphql/request.ts'
import { listen } from '#lib/live/hub.svelte.ts'
import { oneAtATime } from '#lib/live/one-at-a-time.ts'
import { LogTail } from '#lib/logs/log-tail.svelte.ts'
import type { LogLine } from '#lib/logs/log-view.ts'
import { Timeline } from '#lib/task-runs/timeline.svelte.ts'
import {
  failingTaskRunsDocument,
  findingsDocument,
  flowRunChangedDocument,
  flowRunDocument,
  flowRunsChangedDocument,
  lastLinesDocument,
  stateHistoryDocument,
} from './documents.ts'

/** The run as its page shows it. */
export type FlowRunDetail = FlowRunDetailFragment
type Of<Query extends { flowRun: object | null }> = NonNullable<Query['flowRun']>
type StateEntry = Of<FlowRunStatesQuery>['stateHistory'][number]
/** A run that it started. */
export type ChildFlowRun = Of<FlowRunStatesQuery>['childFlowRuns'][number]
/** Something that it has shown to people. */
export type Artifact = Of<FlowRunFindingsQuery>['artifacts'][number]
/** Events that it has emitted: the first 200, and how many there are. */
export type FlowRunEvents = FlowRunFindingsQuery['events']
/** The first task runs that failed, and how many did. */
export type FailingTaskRuns = Of<FailingTaskRunsQuery>['taskRuns']

/** Everything that one run page shows. */
export class RunView {
  run = $state.raw<FlowRunDetail | null>(null)
  status = $state<'loading' | 'ready' | 'missing' | 'failed'>('loading')
  error = $state.raw<RequestError | null>(null)
  /** When `run` was answered, by the server's clock: its times count on from here. */
  answeredAt = $state(0)
  /** Null until it is read. */
  history = $state.raw<StateEntry[] | null>(null)
  children = $state.raw<ChildFlowRun[]>([])
  artifacts = $state.raw<Artifact[] | null>(null)
  events = $state.raw<FlowRunEvents | null>(null)
  /** Of a run that failed or crashed; null until it is read. */
  failing = $state.raw<FailingTaskRuns | null>(null)
  /** Of the first of them, or of the run. */
  lastLines = $state.raw<LogLine[]>([])
  readonly timeline: Timeline
  readonly logs: LogTail
  readonly #id: string
  #stops: (() => void)[] = []
  #closed = false
  /** Counts the stream's messages: a snapshot that was overtaken by one is not applied. */
  #messages = 0

  constructor(id: string) {
    this.#id = id
    this.timeline = new Timeline(id)
    this.logs = new LogTail(id)
  }

  /** Reads and listens; the answer stops it. */
  open(): () => void {
    void this.#readAll()
    this.#stops.push(
      listen({
        wanted: { key: `flow-run ${this.#id}`, document: flowRunChangedDocument, variables: { id: this.#id }, cursorVariable: 'since' },
        onRegistered: () => void this.#readAll(),
        onMessage: (data) => this.#follow((data as FlowRunChangedSubscription).flowRunChanged),
      }),
    )
    return () => this.#close()
  }

  /** While it waits, what it waits for changes with other runs: listens to those of its pool. The answer stops it. */
  watchPool(poolId: string): () => void {
    const filter = { workPool: { id: [poolId] } }
    return listen({
      wanted: {
        key: `flow-runs ${JSON.stringify(filter)}`,
        document: flowRunsChangedDocument,
        variables: { filter },
        cursorVariable: 'since',
      },
      onRegistered: () => {},
      onMessage: () => void this.reload(),
    })
  }

  /** The run itself: after an action, or when asked to try again. */
  readonly reload = oneAtATime(async () => {
    const before = this.#messages
    try {
      const { flowRun } = await request(flowRunDocument, { id: this.#id })
      if (this.#closed) return
      if (!flowRun) this.status = 'missing'
      else if (before === this.#messages || !this.run) this.#show(flowRun)
    } catch (error) {
      this.error = asRequestError(error)
      // What is no id at all is nobody's run.
      if (!this.run) this.status = this.error.code === 'BAD_USER_INPUT' ? 'missing' : 'failed'
    }
  })

  readonly #readHistory = this.#reading(async () => {
    const { flowRun } = await request(stateHistoryDocument, { id: this.#id })
    this.history = flowRun?.stateHistory ?? []
    this.children = flowRun?.childFlowRuns ?? []
  })

  readonly #readFindings = this.#reading(async () => {
    const { flowRun, events } = await request(findingsDocument, { id: this.#id })
    this.artifacts = flowRun?.artifacts ?? []
    this.events = events
  })

  readonly #readFailing = this.#reading(async () => {
    const failing = (await request(failingTaskRunsDocument, { id: this.#id })).flowRun?.taskRuns ?? null
    const { flowRun } = await request(lastLinesDocument, { id: this.#id, taskRunId: failing?.nodes[0]?.id ?? null })
    // Both at once: the box is drawn once.
    this.lastLines = flowRun?.logs.nodes ?? []
    this.failing = failing
  })

  #reading(read: () => Promise<void>): () => Promise<void> {
    return oneAtATime(async () => {
      if (this.#closed || this.status === 'missing') return
      try {
        await read()
      } catch (error) {
        this.error = asRequestError(error)
      }
    })
  }

  async #readAll(): Promise<void> {
    void this.timeline.read()
    void this.logs.read()
    const before = this.run?.state
    await this.reload()
    if (this.#closed || !this.run) return
    // A run that was over and still is has come to nothing new: the timeline gets the time that asking again would take.
    if (before?.isFinal && before.id === this.run.state.id && this.history && this.artifacts) return
    void this.#readHistory()
    void this.#readFindings()
  }

  #follow({ flowRun, changed, reset }: FlowRunChangedSubscription['flowRunChanged']): void {
    if (this.#closed) return
    this.#messages++
    if (flowRun) this.#show(flowRun)
    else this.status = 'missing'
    if (reset) return
    if (changed.includes('task-runs')) void this.timeline.read()
    if (changed.includes('logs')) void this.logs.read()
    if (changed.includes('artifacts') || changed.includes('events')) void this.#readFindings()
    if (changed.includes('state')) {
      void this.#readHistory()
      void this.timeline.read()
    }
  }

  #show(run: FlowRunDetail): void {
    const before = this.run
    this.run = run
    this.answeredAt = now()
    this.status = 'ready'
    this.error = null
    const failed = run.state.type === 'FAILED' || run.state.type === 'CRASHED'
    if (!failed) this.failing = null
    else if (before?.state.id !== run.state.id) void this.#readFailing()
  }

  #close(): void {
    this.#closed = true
    for (const stop of this.#stops.splice(0)) stop()
    this.timeline.close()
    this.logs.close()
  }
}
