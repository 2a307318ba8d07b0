/**
 * The rows of the run list: keyset pages, then live.
 * 1. A row that changes is changed where it stands, and flashes once; it never moves and never leaves while somebody looks.
 * 2. New runs are counted, not pushed: `showNew` puts them on top, or reads the list anew where new ones do not belong on top.
 * 3. Whatever answers a filter that is no longer the present one is thrown away.
 */
import { SvelteMap, SvelteSet } from 'svelte/reactivity'
import { now } from '#lib/clock/now.svelte.ts'
import type { FlowRunFilter, FlowRunOrder, FlowRunRowFragment, FlowRunsChangedSubscription } from '#lib/graphql/generated/graphql.ts'
import { asRequestError, request, type RequestError } from '#lib/graphql/request.ts'
import { listen } from '#lib/live/hub.svelte.ts'
import { flowRunsChangedDocument, flowRunsDocument } from './documents.ts'
import { beganAt } from './newest-first.ts'

/** What a list shows of a run. */
export type FlowRunRow = FlowRunRowFragment

const PAGE = 100

/** The list of one page. */
export class RunList {
  rows = $state.raw<FlowRunRow[]>([])
  status = $state<'loading' | 'ready' | 'failed'>('loading')
  error = $state.raw<RequestError | null>(null)
  total = $state<{ count: number; isExact: boolean } | null>(null)
  loadingMore = $state(false)
  hasMore = $state(false)
  /** Uuid → how often it has changed since it is shown; a changed number plays the flash. */
  readonly changes = new SvelteMap<string, number>()
  /** Uuids of rows that have left the filter since they were read. */
  readonly gone = new SvelteSet<string>()
  #fresh = $state.raw<FlowRunRow[]>([])
  #filter: FlowRunFilter | null = null
  #order: FlowRunOrder = 'START_TIME_DESC'
  /** When the first page was asked for, in milliseconds since 1970: what began, was due or was made later is new. */
  #askedAt = 0
  #after: string | null = null
  #abort = new AbortController()
  #stop: (() => void) | null = null

  /** What is asked of the API; relative times are fixed. */
  get filter(): FlowRunFilter | null {
    return this.#filter
  }

  get newCount(): number {
    return this.#fresh.length
  }

  /** Reads the first page and listens. Keeps the old rows on the screen until the new ones are there. */
  open(filter: FlowRunFilter | null, order: FlowRunOrder = 'START_TIME_DESC'): void {
    this.#stop?.()
    this.#order = order
    this.#filter = filter
    this.#after = null
    if (this.status !== 'ready') this.status = 'loading'
    void this.#loadFirst()
    this.#stop = listen({
      wanted: {
        key: `flow-runs ${JSON.stringify(filter)}`,
        document: flowRunsChangedDocument,
        variables: { filter },
        cursorVariable: 'since',
      },
      onRegistered: () => void this.#loadFirst(),
      onMessage: (data) => this.#apply((data as FlowRunsChangedSubscription).flowRunsChanged),
    })
  }

  close(): void {
    this.#stop?.()
    this.#stop = null
    this.#abort.abort()
  }

  readonly reload = (): void => void this.#loadFirst()

  async #loadFirst(): Promise<void> {
    this.#abort.abort()
    const { signal } = (this.#abort = new AbortController())
    const asked = now()
    try {
      const { flowRuns } = await request(flowRunsDocument, { first: PAGE, filter: this.#filter, orderBy: this.#order }, { signal })
      this.rows = flowRuns.nodes
      this.total = { count: flowRuns.totalCount, isExact: flowRuns.totalCountIsExact }
      this.hasMore = flowRuns.pageInfo.hasNextPage
      this.#after = flowRuns.pageInfo.endCursor ?? null
      this.#askedAt = asked
      this.#fresh = []
      this.gone.clear()
      this.status = 'ready'
      this.error = null
    } catch (error) {
      if (signal.aborted) return
      this.error = asRequestError(error)
      if (this.rows.length === 0) this.status = 'failed'
    }
  }

  /** The next page, when the end of the list comes near. */
  async loadMore(): Promise<void> {
    if (this.loadingMore || !this.hasMore || this.status !== 'ready') return
    this.loadingMore = true
    const { signal } = this.#abort
    try {
      const { flowRuns } = await request(
        flowRunsDocument,
        { first: PAGE, after: this.#after, filter: this.#filter, orderBy: this.#order },
        { signal },
      )
      const known = new Set(this.rows.map(({ uuid }) => uuid))
      this.rows = [...this.rows, ...flowRuns.nodes.filter(({ uuid }) => !known.has(uuid))]
      this.hasMore = flowRuns.pageInfo.hasNextPage
      this.#after = flowRuns.pageInfo.endCursor ?? null
    } catch (error) {
      if (!signal.aborted) this.error = asRequestError(error)
    } finally {
      this.loadingMore = false
    }
  }

  /** The announced runs come on top, or where they belong. */
  showNew(): void {
    if (this.#order !== 'START_TIME_DESC') return void this.#loadFirst()
    const known = new Set(this.rows.map(({ uuid }) => uuid))
    this.rows = [...this.#fresh.filter(({ uuid }) => !known.has(uuid)), ...this.rows]
    this.#fresh = []
  }

  #apply({ flowRuns, others }: FlowRunsChangedSubscription['flowRunsChanged']): void {
    if (this.status !== 'ready') return
    this.#update(flowRuns)
    const left = new Set(others)
    for (const row of this.rows) if (left.has(row.id)) this.gone.add(row.uuid)
    this.#fresh = this.#fresh.filter(({ id }) => !left.has(id))
  }

  #update(runs: readonly FlowRunRow[]): void {
    if (runs.length === 0) return
    const at = new Map(this.rows.map(({ uuid }, index) => [uuid, index]))
    const rows = [...this.rows]
    const fresh = new Map(this.#fresh.map((run) => [run.uuid, run]))
    const dateOf = (run: FlowRunRow) => (this.#order === 'START_TIME_DESC' ? beganAt(run) : Date.parse(run.createdAt))
    let added = 0
    for (const run of runs) {
      const index = at.get(run.uuid)
      if (index !== undefined) {
        if (rows[index]?.state.id !== run.state.id) this.changes.set(run.uuid, (this.changes.get(run.uuid) ?? 0) + 1)
        rows[index] = run
        this.gone.delete(run.uuid)
      } else if (fresh.has(run.uuid)) fresh.set(run.uuid, run)
      else if (dateOf(run) >= this.#askedAt) {
        fresh.set(run.uuid, run)
        added++
      }
    }
    this.rows = rows
    this.#fresh = [...fresh.values()].sort((a, b) => dateOf(b) - dateOf(a))
    if (this.total && added > 0) this.total = { ...this.total, count: this.total.count + added }
    // Nobody's pointer is over an empty list.
    if (rows.length === 0) this.showNew()
  }
}
