/** What the calls of a durable run ask about finished work: of the process that keeps it, or in a thread of that process, which asks there. */
import { readEntry, writeEntry } from '../cache/cache-entry.ts'
import { now } from '../engine/clock.ts'
import type { TaskRunRecord } from '../engine/task-run-record.ts'
import { findStoredResult, readResult } from '../results/read-result.ts'
import type { ResultSettings } from '../results/result-settings.ts'
import type { ResultStore } from '../results/result-store.ts'
import type { ResultReference } from '../results/result-store.ts'

/** A finished task run. */
export interface FinishedTaskRun {
  taskRunId: string
  flowRunId: string
  /** The task run within which it was called, also by a subflow of that; null = flows alone called it, or nobody knows. */
  parentTaskRunId: string | null
  name: string
  stateName: string
  result: ResultReference
  startTime: number | null
  endTime: number | null
}

/** One run's. Results are read and stored where the call is; who remembers is the subclass. */
export abstract class DurableWork {
  readonly rootFlowRunId: string
  generation = 0
  /** An earlier process may have stored what the record never heard of. */
  mayBeStored = false
  /** A transaction of an earlier attempt in this process may have been committed. */
  mayBeCommitted = false

  constructor(rootFlowRunId: string) {
    this.rootFlowRunId = rootFlowRunId
  }

  /** Whether any call may have been finished before. */
  abstract get hasHistory(): boolean

  /** The key of the next call of this kind. `parent`: the key of what calls it, empty for the outermost flow. */
  abstract keyOf(parent: string, name: string, input: string): string | Promise<string>

  /** What the record, or this process, knows of this call; null = nothing. */
  abstract known(key: string): FinishedTaskRun | null | Promise<FinishedTaskRun | null>

  /** This process has finished it: an attempt that follows finds it. */
  abstract add(key: string, finished: FinishedTaskRun): void

  /** The task run has completed: an attempt of the flow that follows in this process finds it. `within`: the task run around its flow. */
  remember(key: string, record: TaskRunRecord, within: string | null): void {
    const { id, flowRunId, name, state, startTime, endTime } = record
    const { result } = state.details
    const parentTaskRunId = record.parentTaskRunId ?? within
    if (result) this.add(key, { taskRunId: id, flowRunId, parentTaskRunId, name, stateName: state.name, result, startTime, endTime })
  }

  /** What an earlier attempt made of this call, with its value; null = it has to run. Throws what reading the result throws. */
  async find(key: string, settings: ResultSettings): Promise<{ finished: FinishedTaskRun; value: unknown } | null> {
    const asked = this.known(key)
    const known = asked instanceof Promise ? await asked : asked
    if (known) return { finished: known, value: await readResult(settings, known.result) }
    if (!this.mayBeStored) return null
    const stored = await findStoredResult(settings, this.#placeOf(key))
    if (!stored) return null
    const { header, reference, value } = stored
    const finished = foundInStore(header, reference, header.createdAt)
    this.add(key, finished)
    return { finished, value }
  }

  /** Whose result it is that is stored for a call, and under which key of the store. */
  ownerOf<Owner extends { flowRunId: string | null; taskRunId: string | null }>(key: string, owner: Owner): Owner & { key: string } {
    return { ...owner, key: this.#placeOf(key) }
  }

  /** What a call within a transaction leaves in the store, for when that is committed. */
  entryOf(
    key: string,
    store: ResultStore,
    { id, name, flowRunId }: { id: string; name: string; flowRunId: string },
    result: ResultReference,
  ): { store: ResultStore; into: (transaction: string) => Promise<void> } {
    const from = { taskRunId: id, taskRunName: name, flowRunId }
    const into = async (transaction: string) => {
      const createdAt = Math.floor(now())
      await writeEntry(store, { weir: 1, key: this.nameOf(key), from, createdAt, expiresAt: null, result, transaction })
      this.mayBeCommitted = true
    }
    return { store, into }
  }

  /** What a transaction that is committed had made of this call, with its value; null = it has to run. Throws what reading the result throws. */
  async findCommitted(key: string, settings: ResultSettings): Promise<{ finished: FinishedTaskRun; value: unknown } | null> {
    const entry = await readEntry(settings.store, this.nameOf(key), now())
    if (!entry) return null
    const { from, result, createdAt } = entry
    return { finished: foundInStore(from, result, createdAt), value: await readResult(settings, result) }
  }

  /** A call's name among those of all runs; another one after the run was retried from a task. */
  nameOf(key: string): string {
    return `durable/${this.rootFlowRunId}/${this.generation}/${key}`
  }

  #placeOf(key: string): string {
    return `runs/${this.rootFlowRunId}/durable/${this.generation}/${key}`
  }
}

/** Where a flow stands in its durable run. */
export interface DurablePlace {
  /** What the whole run has finished. */
  readonly work: DurableWork
  /** Of the flow's own call; empty for the outermost flow. */
  readonly key: string
  /** The task run that it was called in, also through flows between; null = none. */
  readonly within: string | null
}

/** Without its name: whether the record has heard of it is not known. */
const foundInStore = (from: { taskRunId: string | null; flowRunId: string | null }, result: ResultReference, endTime: number): FinishedTaskRun => ({
  taskRunId: from.taskRunId ?? '',
  flowRunId: from.flowRunId ?? '',
  parentTaskRunId: null,
  name: '',
  stateName: 'Completed',
  result,
  startTime: null,
  endTime,
})
