/**
 * What a durable run has finished, over all its attempts and processes. Each call of a task is known by its place (the task or subflow that calls it), the
 * task's name, what goes in, and the how-manieth of equal ones it is; never by the order of calls, which concurrent branches change.
 *
 * 1. The record says what was finished; what it had not heard of when the process died is found in the store, whose keys are made of the same.
 * 2. What was done in a transaction is found once that is committed.
 * 3. A call is matched once per attempt.
 * 4. What nobody asked for again is told at the end.
 */
import { readEntry, writeEntry } from '../cache/cache-entry.ts'
import { now } from '../engine/clock.ts'
import type { ResultSettings } from '../results/result-settings.ts'
import type { ResultStore } from '../results/result-store.ts'
import { findStoredResult, readResult } from '../results/read-result.ts'
import type { ResultReference } from '../results/store-result.ts'
import { digest } from './hash-inputs.ts'

/** A finished task run. */
export interface FinishedTaskRun {
  taskRunId: string
  flowRunId: string
  name: string
  stateName: string
  result: ResultReference
  startTime: number | null
  endTime: number | null
}

/** What the record knows when the run starts again. */
export interface KnownWork {
  /** Changes when the run is retried from a task: what was stored before counts only where the record names it. */
  generation: number
  finished: readonly (FinishedTaskRun & { durableKey: string })[]
}

/** Reads what the record knows; null = this is the first attempt, there is nothing. */
export type LoadKnownWork = (signal: AbortSignal) => Promise<KnownWork | null>

export class FinishedWork {
  readonly mode: true | 'strict'
  readonly #rootFlowRunId: string
  readonly #load: LoadKnownWork | null
  readonly #finished = new Map<string, FinishedTaskRun>()
  #loaded = false
  #generation = 0
  /** An earlier process may have stored what the record never heard of. */
  #mayBeStored = false
  /** A transaction of an earlier attempt in this process may have been committed. */
  #mayBeCommitted = false
  #calls = new Map<string, number>()
  #asked = new Set<string>()

  constructor(mode: true | 'strict', rootFlowRunId: string, load: LoadKnownWork | null) {
    this.mode = mode
    this.#rootFlowRunId = rootFlowRunId
    this.#load = load
  }

  /** An attempt begins: calls are counted anew. */
  async begin(signal: AbortSignal): Promise<void> {
    this.#calls = new Map()
    this.#asked = new Set()
    if (this.#loaded || !this.#load) return
    const known = await this.#load(signal)
    this.#loaded = true
    if (!known) return
    this.#mayBeStored = true
    this.#generation = known.generation
    for (const { durableKey, ...finished } of known.finished) this.#finished.set(durableKey, finished)
  }

  /** Whether any call may have been finished before. */
  get hasHistory(): boolean {
    return this.#mayBeStored || this.#mayBeCommitted || this.#finished.size > 0
  }

  /** The key of the next call of this kind. `parent`: the key of what calls it, empty for the outermost flow. */
  keyOf(parent: string, name: string, input: string): string {
    const call = digest(JSON.stringify([parent, name, input]))
    const count = this.#calls.get(call) ?? 0
    this.#calls.set(call, count + 1)
    return count === 0 ? call : digest(`${call} ${count}`)
  }

  /** What the record, or this process, knows of this call; null = nothing. */
  known(key: string): FinishedTaskRun | null {
    this.#asked.add(key)
    return this.#finished.get(key) ?? null
  }

  /** What an earlier attempt made of this call, with its value; null = it has to run. Throws what reading the result throws. */
  async find(key: string, settings: ResultSettings): Promise<{ finished: FinishedTaskRun; value: unknown } | null> {
    const known = this.known(key)
    if (known) return { finished: known, value: await readResult(settings, known.result) }
    if (!this.#mayBeStored) return null
    const stored = await findStoredResult(settings, this.#placeOf(key))
    if (!stored) return null
    const { header, reference, value } = stored
    const finished = {
      taskRunId: header.taskRunId ?? '',
      flowRunId: header.flowRunId ?? '',
      name: '',
      stateName: 'Completed',
      result: reference,
      startTime: null,
      endTime: header.createdAt,
    }
    this.#finished.set(key, finished)
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
      this.#mayBeCommitted = true
    }
    return { store, into }
  }

  /** What a transaction that is committed had made of this call, with its value; null = it has to run. Throws what reading the result throws. */
  async findCommitted(key: string, settings: ResultSettings): Promise<{ finished: FinishedTaskRun; value: unknown } | null> {
    const entry = await readEntry(settings.store, this.nameOf(key), now())
    if (!entry) return null
    const { from, result, createdAt } = entry
    // Without its name: whether the record has heard of it is not known.
    const finished = {
      taskRunId: from.taskRunId ?? '',
      flowRunId: from.flowRunId ?? '',
      name: '',
      stateName: 'Completed',
      result,
      startTime: null,
      endTime: createdAt,
    }
    return { finished, value: await readResult(settings, result) }
  }

  /** A call's name among those of all runs; another one after the run was retried from a task. */
  nameOf(key: string): string {
    return `durable/${this.#rootFlowRunId}/${this.#generation}/${key}`
  }

  #placeOf(key: string): string {
    return `runs/${this.#rootFlowRunId}/durable/${this.#generation}/${key}`
  }

  /** This process has finished it: an attempt that follows finds it. */
  add(key: string, finished: FinishedTaskRun): void {
    this.#finished.set(key, finished)
    this.#asked.add(key)
  }

  /** Names of what was finished before and not asked for in this attempt. */
  leftOver(): string[] {
    return [...this.#finished].filter(([key]) => !this.#asked.has(key)).map(([, { name, taskRunId }]) => name || taskRunId)
  }
}
