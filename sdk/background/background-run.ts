/** A task that was handed over to task workers: what its caller may ask about it, now or later. */
import { isFinal, type StateType } from '../../core/states.ts'
import { type Duration, toMilliseconds } from '../../core/duration.ts'
import { askControlPlane, type ControlPlane, ControlPlaneAway, ControlPlaneRefused } from '../client/control-plane.ts'
import { now, sleep } from '../engine/clock.ts'
import type { TaskDefinition } from '../engine/task-definition.ts'
import { TimedOut, UnsuccessfulState } from '../errors.ts'
import { reviveError } from '../threads/carry-error.ts'
import { readTaskResult } from './task-results.ts'

/** Milliseconds between two looks: a twentieth of the time waited so far, within these bounds. */
const LOOK = { shortest: 100, share: 1 / 20, longest: 15_000 }
/** How often a new credential is waited for before the old one's refusal is believed. */
const RENEWALS = 20

const READ = `query BackgroundRun($id: ID!) { flowRun(id: $id) { state { type name message error { name message stack } } } }`

/** How it stands. */
export interface SeenState {
  /** Drives every rule. */
  readonly type: StateType
  /** For people: `AwaitingRetry`, `TimedOut`. */
  readonly name: string
  /** Why, in a sentence; null when there is nothing to add. */
  readonly message: string | null
  /** FAILED and CRASHED: the error. Null or missing otherwise. */
  readonly error?: { name: string; message: string; stack: string | null } | null
}

/** Made by `task.delay`. It is not awaited itself (`delay` resolves as soon as the control plane has it): ask it for its `result()`. */
export class BackgroundRun<T> {
  /** UUID of its run; `task.delayed` takes it. */
  readonly flowRunId: string
  /** Name of its run. */
  readonly name: string
  /** Its page. */
  readonly url: string
  readonly #task: TaskDefinition
  readonly #controlPlane: ControlPlane

  /** Made by the engine. */
  constructor(task: TaskDefinition, controlPlane: ControlPlane, started: { flowRunId: string; flowRunName: string; url: string }) {
    this.#task = task
    this.#controlPlane = controlPlane
    this.flowRunId = started.flowRunId
    this.name = started.flowRunName
    this.url = started.url
  }

  /** How it stands at this moment. */
  state(): Promise<SeenState> {
    return this.wait({ timeout: 0 })
  }

  /** Waits until it has ended, or `timeout` has passed, and gives its state then. */
  wait({ timeout, signal }: { timeout?: Duration; signal?: AbortSignal } = {}): Promise<SeenState> {
    return waitForRun(this.#controlPlane, this.flowRunId, timeout === undefined ? Number.POSITIVE_INFINITY : toMilliseconds(timeout), signal)
  }

  /**
   * The value, once it is there; throws what the task threw. With a `timeout` that passes first: throws `TimedOut`, and the task goes on. The value is read out of
   * the store of the task's results: this process has to reach it.
   */
  async result({ timeout, signal }: { timeout?: Duration; signal?: AbortSignal } = {}): Promise<T> {
    const state = await this.wait({ ...(timeout === undefined ? {} : { timeout }), ...(signal ? { signal } : {}) })
    if (!isFinal(state.type)) throw new TimedOut(`waiting for background run ${this.name}`, String(timeout))
    return (await valueOfRun(this.#task, this.flowRunId, this.name, state)) as T
  }
}

/** The value of a run that has ended; throws what it threw. */
export async function valueOfRun(task: TaskDefinition, flowRunId: string, name: string, state: SeenState): Promise<unknown> {
  if (state.type === 'COMPLETED') return readTaskResult(task, flowRunId)
  throw errorOf(`run ${name} of task "${task.name}"`, state)
}

/** What the run threw, as far as the record tells. */
function errorOf(what: string, { type, name, message, error }: SeenState): unknown {
  if (!error) return new UnsuccessfulState(what, type, name, message)
  const stack = error.stack ?? undefined
  const classes = [error.name, 'Error']
  return reviveError({
    kind: 'error',
    name: error.name,
    message: error.message,
    stack,
    classes,
    properties: {},
    brands: [],
    cause: undefined,
    errors: undefined,
  })
}

/** Looks again and again, less and less often, until the run is over or `limit` milliseconds are. A control plane that is away is waited for. */
export async function waitForRun(
  controlPlane: ControlPlane,
  id: string,
  limit: number,
  signal: AbortSignal = new AbortController().signal,
): Promise<SeenState> {
  const begun = now()
  let seen: SeenState | null = null
  for (let renewals = 0; ; ) {
    try {
      const { flowRun } = await askControlPlane<{ flowRun: { state: SeenState } | null }>(controlPlane, READ, { id }, signal)
      if (!flowRun) throw new ControlPlaneRefused('NOT_FOUND', `there is no run ${id} any more`)
      seen = flowRun.state
    } catch (error) {
      const isOver = error instanceof ControlPlaneRefused && error.code === 'UNAUTHENTICATED' && controlPlane.renew && ++renewals <= RENEWALS
      if (isOver) controlPlane.renew?.()
      else if (!(error instanceof ControlPlaneAway)) throw error
      else if (seen === null && now() - begun > limit) throw error
    }
    const left = limit - (now() - begun)
    if (seen && (isFinal(seen.type) || left <= 0)) return seen
    const pause = Math.min(LOOK.longest, Math.max(LOOK.shortest, (now() - begun) * LOOK.share))
    await sleep(Math.max(1, Math.min(pause, left)), signal)
  }
}
