/**
 * Cancelling or retrying many runs: those that are selected, or all that match a filter. The API does one at a time, so this goes through them, counts,
 * and can be stopped. What it touches is settled when the question is asked: runs made later are left alone.
 */
import { now } from '#lib/clock/now.svelte.ts'
import type { FlowRunFilter, FlowRunsQuery } from '#lib/graphql/generated/graphql.ts'
import { asRequestError, request } from '#lib/graphql/request.ts'
import { STATE_TYPES, wordOf } from '#lib/states/state-look.ts'
import { canCancel, canRetry, cancelRun, type Outcome, retryRun } from './actions.ts'
import { countFlowRunsDocument, flowRunsDocument } from './documents.ts'
import type { FlowRunRow } from './run-list.svelte.ts'

/** What can be done to many, and in which words. */
export const BULK_KINDS = {
  cancel: { verb: 'Cancel', done: 'asked to stop', fits: canCancel, act: (id: string) => cancelRun(id), left: 'already over or being cancelled' },
  retry: { verb: 'Retry', done: 'set to run again', fits: canRetry, act: (id: string) => retryRun(id), left: 'not over yet' },
} as const
/** One of them. */
export type BulkKind = keyof typeof BULK_KINDS

/** At most so many at once, when it goes by filter: what is more is said before, and done by asking again. */
export const MOST_AT_ONCE = 1_000
const PAGE = 100
/** Requests under way at a time. */
const LANES = 4

/** Which runs: those on the screen that are selected, or everything that a filter lets through. */
export type BulkTarget = { runs: readonly FlowRunRow[] } | { filter: FlowRunFilter | null }

/** What was done. */
export interface BulkResult {
  succeeded: number
  refused: number
  /** Why the first of them was refused. */
  first: Outcome | null
}

/** One question and what follows from it. */
export class BulkAction {
  readonly kind: BulkKind
  /** How many it touches; null while they are counted. */
  count = $state<number | null>(null)
  /** False: there are more than `count`. */
  isExact = $state(true)
  /** How many of the target are left alone, because the action does not fit them. */
  untouched = $state(0)
  /** `3 running, 1 late`; empty when it is not known. */
  words = $state('')
  /** Why they could not be counted. */
  error = $state<string | null>(null)
  progress = $state<{ done: number; of: number } | null>(null)
  #runs: readonly FlowRunRow[] | null = null
  #filter: FlowRunFilter | null = null
  #stopped = false

  constructor(kind: BulkKind, target: BulkTarget) {
    this.kind = kind
    if ('runs' in target) this.#take(target.runs)
    else void this.#count(target.filter)
  }

  /** How many are done in one go. */
  get size(): number {
    return this.#runs ? this.#runs.length : Math.min(this.count ?? 0, MOST_AT_ONCE)
  }

  /** No further run is touched; those under way are. */
  stop(): void {
    this.#stopped = true
  }

  /** Does it. `onchanged` is told of each run as it is after. */
  async go(onchanged: (run: FlowRunRow) => void): Promise<BulkResult> {
    const result: BulkResult = { succeeded: 0, refused: 0, first: null }
    const of = this.size
    this.progress = { done: 0, of }
    const act = async (run: FlowRunRow) => {
      const outcome = await BULK_KINDS[this.kind].act(run.id).catch(asOutcome)
      if (outcome.ok) {
        result.succeeded++
        onchanged(outcome.run)
      } else {
        result.refused++
        result.first ??= outcome
      }
      this.progress = { done: (this.progress?.done ?? 0) + 1, of }
    }
    try {
      for await (const runs of this.#pages(of)) {
        const waiting = [...runs]
        const lane = async () => {
          for (let run = waiting.shift(); run && !this.#stopped; run = waiting.shift()) await act(run)
        }
        await Promise.all(Array.from({ length: LANES }, lane))
        if (this.#stopped) break
      }
    } catch (error) {
      result.refused = Math.max(1, of - result.succeeded)
      result.first ??= asOutcome(error)
    } finally {
      this.progress = null
    }
    return result
  }

  #take(runs: readonly FlowRunRow[]): void {
    this.#runs = runs.filter((run) => BULK_KINDS[this.kind].fits(run.state.type))
    this.count = this.#runs.length
    this.untouched = runs.length - this.#runs.length
    const groups = Map.groupBy(this.#runs, (run) => wordOf(run.state.name))
    this.words = [...groups].map(([word, group]) => `${group.length} ${word.toLowerCase()}`).join(', ')
  }

  async #count(filter: FlowRunFilter | null): Promise<void> {
    const before: FlowRunFilter = { createdAt: { before: new Date(now()).toISOString() } }
    const all = { and: filter ? [filter, before] : [before] }
    this.#filter = { and: [...all.and, { state: { type: { in: STATE_TYPES.filter(BULK_KINDS[this.kind].fits) } } }] }
    try {
      const { fitting, every } = await request(countFlowRunsDocument, { fitting: this.#filter, every: all })
      this.count = fitting.totalCount
      this.isExact = fitting.totalCountIsExact
      this.untouched = every.totalCountIsExact ? every.totalCount - fitting.totalCount : 0
    } catch (error) {
      this.error = asRequestError(error).message
    }
  }

  async *#pages(most: number): AsyncGenerator<readonly FlowRunRow[]> {
    if (this.#runs) return yield this.#runs
    // What an action has changed leaves the filter behind the cursor: nothing is skipped and nothing comes twice.
    let after: string | null = null
    for (let left = most; left > 0; ) {
      const { nodes, pageInfo } = await this.#page(after, Math.min(PAGE, left))
      yield nodes
      left -= nodes.length
      after = pageInfo.endCursor ?? null
      if (!pageInfo.hasNextPage || nodes.length === 0) return
    }
  }

  async #page(after: string | null, first: number): Promise<FlowRunsQuery['flowRuns']> {
    return (await request(flowRunsDocument, { first, after, filter: this.#filter, orderBy: 'CREATED_DESC' })).flowRuns
  }
}

function asOutcome(error: unknown): Outcome {
  return { ok: false, message: asRequestError(error).message, hint: null }
}
