/**
 * Cancelling, retrying or deleting many runs: those that are selected, or all that match a filter. The control plane does it as one operation, which goes on
 * when this window is closed. What it touches is settled when the question is asked: runs made later are left alone.
 */
import { now } from '#lib/clock/now.svelte.ts'
import type { FlowRunFilter, OperationRowFragment } from '#lib/graphql/generated/graphql.ts'
import { refusalOf } from '#lib/graphql/refusal.ts'
import { asRequestError, request } from '#lib/graphql/request.ts'
import { cancelFlowRunsDocument, deleteFlowRunsDocument, retryFlowRunsDocument } from '#lib/operations/documents.ts'
import { STATE_TYPES, wordOf } from '#lib/states/state-look.ts'
import type { Refusal } from '#lib/ui/FormDialog.svelte'
import { canCancel, canDelete, canRetry } from './actions.ts'
import { countFlowRunsDocument } from './documents.ts'
import type { FlowRunRow } from './run-list.svelte.ts'

/** What can be done to many, and in which words. */
export const BULK_KINDS = {
  cancel: { verb: 'Cancel', fits: canCancel, left: 'already over or being cancelled', permission: 'flow-runs:cancel', danger: true },
  retry: { verb: 'Retry', fits: canRetry, left: 'not over yet', permission: 'flow-runs:retry', danger: false },
  delete: { verb: 'Delete', fits: canDelete, left: 'going on or paused', permission: 'flow-runs:delete', danger: true },
} as const
/** One of them. */
export type BulkKind = keyof typeof BULK_KINDS

/** At most so many in one operation: what is more is said before, and done by asking again. */
export const MOST_AT_ONCE = 10_000
/** Ids in one part of a filter. */
const MOST_IDS = 200

/** Which runs: those on the screen that are selected, or everything that a filter lets through. */
export type BulkTarget = { runs: readonly FlowRunRow[] } | { filter: FlowRunFilter | null }

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
  #filter: FlowRunFilter = {}

  constructor(kind: BulkKind, target: BulkTarget) {
    this.kind = kind
    if ('runs' in target) this.#take(target.runs)
    else void this.#count(target.filter)
  }

  /** How many are done in one go. */
  get size(): number {
    return Math.min(this.count ?? 0, MOST_AT_ONCE)
  }

  /** Begins it: the operation, or why not. Throws RequestError. */
  async begin(reason: string): Promise<OperationRowFragment | Refusal> {
    const answer = await this.#ask({ filter: this.#filter, limit: this.size }, reason.trim() || null)
    return 'operation' in answer && answer.operation ? answer.operation : (refusalOf(answer) ?? { message: 'Nothing was begun.', hint: null })
  }

  async #ask(input: { filter: FlowRunFilter; limit: number }, reason: string | null) {
    if (this.kind === 'cancel') return (await request(cancelFlowRunsDocument, { input: { ...input, reason } })).cancelFlowRuns
    if (this.kind === 'retry') return (await request(retryFlowRunsDocument, { input })).retryFlowRuns
    return (await request(deleteFlowRunsDocument, { input })).deleteFlowRuns
  }

  #take(runs: readonly FlowRunRow[]): void {
    const fitting = runs.filter((run) => BULK_KINDS[this.kind].fits(run.state.type))
    this.#filter = ofIds(fitting.map(({ uuid }) => uuid))
    this.count = fitting.length
    this.untouched = runs.length - fitting.length
    const groups = Map.groupBy(fitting, (run) => wordOf(run.state.name))
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
}

/** A list of the filter takes so many ids; more come as several lists. */
function ofIds(ids: readonly string[]): FlowRunFilter {
  const parts: FlowRunFilter[] = []
  for (let at = 0; at < ids.length; at += MOST_IDS) parts.push({ id: { in: ids.slice(at, at + MOST_IDS) } })
  return parts.length === 1 ? (parts[0] as FlowRunFilter) : { or: parts }
}
