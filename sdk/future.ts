/** What `submit` and `map` give: a task run that goes on, and can be awaited, passed to other tasks, or asked for its state. */
import { type Duration, toMilliseconds } from '../core/duration.ts'
import { isFinal, type State } from '../core/states.ts'
import { sleep } from './engine/clock.ts'
import type { TaskRunRecord } from './engine/task-run-record.ts'
import { TimedOut, UsageError } from './errors.ts'
import { runScopes } from './run-context.ts'
import { markFinalState } from './states.ts'

/** How a task run ended. A task that was never started (`NotReady`) has failed with `UpstreamFailed`. */
export type TaskOutcome = { ok: true; value: unknown } | { ok: false; error: unknown }

const BRAND = Symbol.for('weirflow.future')
const ALLOWED = Symbol.for('weirflow.allow-failure')
const UNMAPPED = Symbol.for('weirflow.unmapped')

/** A task run that goes on beside its caller. Awaiting it gives the value, or throws the task's error. */
export class TaskFuture<T> implements PromiseLike<T> {
  readonly #record: TaskRunRecord
  readonly #outcome: Promise<TaskOutcome>
  #settled: TaskOutcome | null = null

  /** Made by the engine. */
  constructor(record: TaskRunRecord, outcome: Promise<TaskOutcome>) {
    this.#record = record
    this.#outcome = outcome
    void outcome.then((settled) => {
      this.#settled = settled
    })
  }

  /** UUID of the task run. */
  get taskRunId(): string {
    return this.#record.id
  }

  /** `fetch-day-3`. */
  get name(): string {
    return this.#record.name
  }

  /** The task run's present state. A flow that returns the one it ended in is judged by it. */
  get state(): State {
    const { state } = this.#record
    return this.done ? markFinalState(state) : state
  }

  /** Whether it has ended, in whatever way. */
  get done(): boolean {
    return this.#settled !== null
  }

  /**
   * The value, once it is there. A task that failed throws its error, or with `raise: false` gives it as the value.
   * With a `timeout` that passes first: throws `TimedOut`; the task goes on.
   */
  result<Raise extends boolean = true>(options: { timeout?: Duration; raise?: Raise } = {}): Promise<false extends Raise ? T | Error : T> {
    const result = this.#result(options) as Promise<false extends Raise ? T | Error : T>
    return this.#record.flowRunId === '' ? result : tellsByItself(result)
  }

  async #result({ timeout, raise = true }: { timeout?: Duration; raise?: boolean }): Promise<T | Error> {
    if (!(await this.#ended(timeout))) throw new TimedOut(`waiting for ${this.name}`, String(timeout))
    const outcome = this.#settled as TaskOutcome
    if (outcome.ok) return outcome.value as T
    if (raise) throw outcome.error
    return outcome.error as Error
  }

  /** Waits until it has ended, or `timeout` has passed, and gives the state at that moment. Never throws for a failed task. */
  async wait({ timeout }: { timeout?: Duration } = {}): Promise<State> {
    await this.#ended(timeout)
    return this.state
  }

  /** Calls back once it has ended; at once (in a microtask) when it already has. */
  onDone(callback: (future: TaskFuture<T>) => void): void {
    void this.#outcome.then(() => callback(this))
  }

  /** What `await` calls: as `result()`. */
  // biome-ignore lint/suspicious/noThenProperty: a future is awaited like a promise.
  then<A = T, B = never>(
    onValue?: ((value: T) => A | PromiseLike<A>) | null,
    onError?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.result().then(onValue, onError)
  }

  /** Text with a future in it, and sums of futures, would be wrong without a word: throws UsageError. */
  [Symbol.toPrimitive](): never {
    throw new UsageError(`the future of ${this.name} stands where its value is meant`, 'Await it first.')
  }

  /** For the same reason `JSON.stringify` throws UsageError. */
  toJSON(): never {
    return this[Symbol.toPrimitive]()
  }

  /** Answers false when the timeout passed first. */
  async #ended(timeout: Duration | undefined): Promise<boolean> {
    if (this.#settled) return true
    const limit = timeout === undefined ? null : toMilliseconds(timeout)
    const slot = runScopes.getStore()?.slot
    const waiting = limit === null ? this.#outcome.then(() => true) : within(this.#outcome, limit)
    return slot ? slot.lendWhile(waiting) : waiting
  }
}
Object.defineProperty(TaskFuture.prototype, BRAND, { value: true })

/** The record has its failure, so whoever awaits it late, or never, need not end the process with it. Answers the same promise. */
export function tellsByItself<Told extends Promise<unknown>>(told: Told): Told {
  told.catch(() => {})
  return told
}

async function within(outcome: Promise<unknown>, limit: number): Promise<boolean> {
  const enough = new AbortController()
  const late = sleep(limit, enough.signal).then(
    () => false,
    () => true,
  )
  const ended = await Promise.race([outcome.then(() => true), late])
  enough.abort()
  return ended
}

/** The futures of one `map`, in the order of its list. */
export class TaskFutures<T> extends Array<TaskFuture<T>> {
  /** `map`, `filter` and the like give plain arrays. */
  static override get [Symbol.species]() {
    return Array
  }

  /** All values in order; throws the error of the first one (in order) that failed, once all have ended. */
  async result({ timeout }: { timeout?: Duration } = {}): Promise<T[]> {
    const { notDone } = await wait(this, timeout === undefined ? {} : { timeout })
    if (notDone.length > 0) throw new TimedOut(`waiting for ${notDone.length} of ${this.length} task runs`, String(timeout))
    return Promise.all(Array.from(this, (future) => future.result()))
  }

  /** States once all have ended, or at the end of `timeout`. */
  async wait({ timeout }: { timeout?: Duration } = {}): Promise<State[]> {
    await wait(this, timeout === undefined ? {} : { timeout })
    return Array.from(this, (future) => future.state)
  }
}

declare global {
  // TypeScript maps over a class that extends Array as over any object: without these, `Promise.all` would be said to give an array of futures.
  interface PromiseConstructor {
    all<T>(futures: TaskFutures<T>): Promise<T[]>
    allSettled<T>(futures: TaskFutures<T>): Promise<PromiseSettledResult<T>[]>
  }
}

/** True for the futures of every copy of the package in the process. */
export const isTaskFuture = (value: unknown): value is TaskFuture<unknown> => typeof value === 'object' && value !== null && BRAND in value

/** Waits until all have ended, or `timeout` has passed. Never throws for failed tasks. Futures of different tasks may be mixed. */
export async function wait<Future extends TaskFuture<unknown>>(
  futures: Iterable<Future>,
  { timeout }: { timeout?: Duration } = {},
): Promise<{ done: Future[]; notDone: Future[] }> {
  const all = listOf(futures, 'wait')
  const every = Promise.all(all.map((future) => future.wait()))
  if (timeout === undefined) await every
  else {
    const slot = runScopes.getStore()?.slot
    const limited = within(every, toMilliseconds(timeout))
    await (slot ? slot.lendWhile(limited) : limited)
  }
  return { done: all.filter((future) => future.done), notDone: all.filter((future) => !future.done) }
}

/** Throws UsageError for what is no list of futures, a single one above all. */
function listOf<Future extends TaskFuture<unknown>>(futures: Iterable<Future>, verb: 'wait' | 'asCompleted'): Future[] {
  const isList = typeof futures === 'object' && futures !== null && Symbol.iterator in futures
  const all: unknown[] = isList ? [...futures] : []
  const wrong = isList ? all.findIndex((one) => !isTaskFuture(one)) : -1
  if (isList && wrong === -1) return all as Future[]
  throw new UsageError(
    wrong === -1
      ? `${verb} needs a list of futures, and got ${describe(futures)}`
      : `${verb} needs futures, and element ${wrong + 1} is ${describe(all[wrong])}`,
    'A future comes from submit or map; one alone is awaited, or asked with future.wait().',
  )
}

const describe = (value: unknown): string =>
  isTaskFuture(value) ? `the future of ${value.name}` : value instanceof Promise ? 'a promise' : value === null ? 'null' : typeof value

/** For `for await`. Spelled out, because TypeScript takes the standard interface to give values instead of futures. */
export interface CompletedFutures<Future> {
  [Symbol.asyncIterator](): CompletedFutures<Future>
  next(): Promise<IteratorResult<Future, undefined>>
}

/**
 * Gives each future as it ends, the quickest first; failed ones, too. With a `timeout` that passes before the last one: throws `TimedOut`.
 * (An iterator by hand: an async generator would await what it yields, and give values instead of futures.)
 */
export function asCompleted<Future extends TaskFuture<unknown>>(
  futures: Iterable<Future>,
  { timeout }: { timeout?: Duration } = {},
): CompletedFutures<Future> {
  const all = listOf(futures, 'asCompleted')
  const ended: Future[] = []
  let wake = () => {}
  for (const future of all) {
    future.onDone(() => {
      ended.push(future)
      wake()
    })
  }
  const slot = runScopes.getStore()?.slot
  const deadline = timeout === undefined ? null : performance.now() + toMilliseconds(timeout)
  let given = 0
  return {
    [Symbol.asyncIterator]() {
      return this
    },
    async next() {
      if (given === all.length) return { done: true, value: undefined }
      if (ended.length <= given) {
        const another = new Promise<void>((resolve) => {
          wake = resolve
        })
        const limited = deadline === null ? another.then(() => true) : within(another, Math.max(0, deadline - performance.now()))
        if (!(await (slot ? slot.lendWhile(limited) : limited)))
          throw new TimedOut(`waiting for ${all.length - given} of ${all.length} task runs`, String(timeout))
      }
      return { done: false, value: ended[given++] as Future }
    },
  }
}

/** A future (or values holding futures) whose failure is passed on as the value. */
export interface AllowedFailure<T> {
  /** What was wrapped. */
  readonly [ALLOWED]: T
}

/** The task runs even if this upstream failed, with the error as the value. */
export function allowFailure<T>(future: TaskFuture<T>): AllowedFailure<T | Error>
/** The same for a list of futures: each failed one is its error. */
export function allowFailure<T>(futures: readonly TaskFuture<T>[]): AllowedFailure<(T | Error)[]>
/** The same for a value with futures in it, or a state. */
export function allowFailure<T>(value: T): AllowedFailure<T>
export function allowFailure(value: unknown): AllowedFailure<unknown> {
  return { [ALLOWED]: value }
}

/** Whether `allowFailure` wrapped it. */
export const isAllowedFailure = (value: unknown): value is AllowedFailure<unknown> => typeof value === 'object' && value !== null && ALLOWED in value
/** What `allowFailure` wrapped. */
export const allowedValue = (allowed: AllowedFailure<unknown>): unknown => allowed[ALLOWED]

/** An argument of `map` that is the same for every element. */
export interface Unmapped<T> {
  /** What was wrapped. */
  readonly [UNMAPPED]: T
}

/** In `map`: this whole value for every element, also when it is a list. */
export const unmapped = <T>(value: T): Unmapped<T> => ({ [UNMAPPED]: value })

/** Whether `unmapped` wrapped it. */
export const isUnmapped = (value: unknown): value is Unmapped<unknown> => typeof value === 'object' && value !== null && UNMAPPED in value
/** What `unmapped` wrapped. */
export const unmappedValue = (wrapped: Unmapped<unknown>): unknown => wrapped[UNMAPPED]

/** A future counts as failed when it has ended and its task did not complete. */
export const didNotComplete = (state: State): boolean => !isFinal(state.type) || state.type !== 'COMPLETED'
