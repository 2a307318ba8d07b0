/**
 * What a durable run has finished, over all its attempts and processes. Each call of a task is known by its place (the task or subflow that calls it), the
 * task's name, what goes in, and the how-manieth of equal ones it is; never by the order of calls, which concurrent branches change.
 *
 * 1. The record says what was finished; what it had not heard of when the process died is found in the store, whose keys are made of the same.
 * 2. What was done in a transaction is found once that is committed.
 * 3. A call is matched once per attempt.
 * 4. What nobody asked for again is told at the end.
 */
import { DurableWork, type FinishedTaskRun } from './durable-work.ts'
import { digest } from './hash-inputs.ts'

/** What the record knows when the run starts again. */
export interface KnownWork {
  /** Changes when the run is retried from a task: what was stored before counts only where the record names it. */
  generation: number
  finished: readonly (FinishedTaskRun & { durableKey: string })[]
}

/** Reads what the record knows; null = this is the first attempt, there is nothing. */
export type LoadKnownWork = (signal: AbortSignal) => Promise<KnownWork | null>

export class FinishedWork extends DurableWork {
  readonly mode: true | 'strict'
  readonly #load: LoadKnownWork | null
  readonly #finished = new Map<string, FinishedTaskRun>()
  #loaded = false
  #isLast = false
  #calls = new Map<string, number>()
  #asked = new Set<string>()

  constructor(mode: true | 'strict', rootFlowRunId: string, load: LoadKnownWork | null) {
    super(rootFlowRunId)
    this.mode = mode
    this.#load = load
  }

  /** An attempt begins: calls are counted anew. `isLast`: no other one can follow in this process, so that nothing is kept for it. */
  async begin(signal: AbortSignal, isLast: boolean): Promise<void> {
    this.#isLast = isLast
    this.#calls = new Map()
    this.#asked = new Set()
    if (this.#loaded || !this.#load) return
    const known = await this.#load(signal)
    this.#loaded = true
    if (!known) return
    this.mayBeStored = true
    this.generation = known.generation
    for (const { durableKey, ...finished } of known.finished) this.#finished.set(durableKey, finished)
  }

  override get hasHistory(): boolean {
    return this.mayBeStored || this.mayBeCommitted || this.#finished.size > 0
  }

  override keyOf(parent: string, name: string, input: string): string {
    const call = digest(JSON.stringify([parent, name, input]))
    const count = this.#calls.get(call) ?? 0
    this.#calls.set(call, count + 1)
    return count === 0 ? call : digest(`${call} ${count}`)
  }

  override known(key: string): FinishedTaskRun | null {
    this.#asked.add(key)
    return this.#finished.get(key) ?? null
  }

  override add(key: string, finished: FinishedTaskRun): void {
    if (this.#isLast) return
    this.#finished.set(key, finished)
    this.#asked.add(key)
  }

  /** Names of what was finished before and not asked for in this attempt. What a task had called is not asked for again when the task itself is not run again. */
  leftOver(): string[] {
    const used = new Set([...this.#asked].flatMap((key) => this.#finished.get(key)?.taskRunId ?? []))
    const parents = new Map([...this.#finished.values()].map(({ taskRunId, parentTaskRunId }) => [taskRunId, parentTaskRunId]))
    const isUsed = (taskRunId: string | null): boolean => taskRunId !== null && (used.has(taskRunId) || isUsed(parents.get(taskRunId) ?? null))
    return [...this.#finished]
      .filter(([key, { parentTaskRunId }]) => !this.#asked.has(key) && !isUsed(parentTaskRunId))
      .map(([, { name, taskRunId }]) => name || taskRunId)
  }
}
