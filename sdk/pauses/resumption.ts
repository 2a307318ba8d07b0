/**
 * How a run that waits for a person learns that it may go on, and one that runs that a person asks for its process. The control plane says it over the worker's
 * socket, and again with the answer to the next report until it was heard; so a run that waits has its record asked now and then. The answer itself is read from
 * the record, under the pause's key.
 */
import type { JsonValue } from '../../core/json-value.ts'
import type { Directive } from '../../core/protocol/reports.ts'
import { askPatiently } from '../client/ask-patiently.ts'
import type { ControlPlane } from '../client/control-plane.ts'
import type { ReportDriver } from '../client/reporting/report-driver.ts'

/** What whoever starts a run supplies, so that the run can pause. */
export interface Resumption {
  /** Calls `listener` with the id of the PAUSED state that is over; answers how to stop listening. */
  onResume(listener: (pause: string) => void): () => void
  /** Calls `listener` with who asks for the run's process, once each time that it is asked for. */
  onSuspend(listener: (by: string) => void): void
  /** Has the record asked whether the run goes on. */
  ask(): void
  /** Milliseconds between two questions: the first, and the longest. */
  readonly looks: { readonly first: number; readonly longest: number }
  /** The record holds the run for RUNNING, though it was told of this PAUSED state (contact was lost and regained): it has to be told again. */
  isForgotten(pause: string): boolean
  /** The answer to the pause of this key; null = there is none. `patience`: milliseconds to wait for a control plane that is away. */
  findAnswer(key: string, signal: AbortSignal, patience: number): Promise<{ value: JsonValue } | null>
}

/** A runner that has a worker is told over its socket; one that has none only hears answers. */
export const LOOKS = { withWorker: { first: 15_000, longest: 60_000 }, alone: { first: 1_000, longest: 10_000 } } as const

const FIND = `query PauseAnswer($id: ID!, $key: String!) { flowRun(id: $id) { pauseAnswer(key: $key) { value } } }`

/** For a run that reports: hears its directives (`heard`). */
export class ReportedResumption implements Resumption {
  readonly looks: Resumption['looks']
  readonly #driver: () => ReportDriver | null
  readonly #controlPlane: ControlPlane
  readonly #flowRunId: string
  readonly #listeners = new Set<(pause: string) => void>()
  #suspendListener: (by: string) => void = () => {}
  /** The last state that asked for the process: each is told more than once. */
  #askedWith: string | null = null

  /** `driver`: null before the run has one. */
  constructor(flowRunId: string, controlPlane: ControlPlane, looks: Resumption['looks'], driver: () => ReportDriver | null) {
    this.#flowRunId = flowRunId
    this.#controlPlane = controlPlane
    this.#driver = driver
    this.looks = looks
  }

  /** To be called with each directive of the run. */
  heard(directive: Directive): void {
    if (directive.kind === 'resume') for (const listener of [...this.#listeners]) listener(directive.pause)
    if (directive.kind !== 'suspend' || directive.state === this.#askedWith) return
    this.#askedWith = directive.state
    this.#suspendListener(directive.by)
  }

  onSuspend(listener: (by: string) => void): void {
    this.#suspendListener = listener
  }

  onResume(listener: (pause: string) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  ask(): void {
    this.#driver()?.ask()
  }

  isForgotten(pause: string): boolean {
    const reporter = this.#driver()?.reporter
    return reporter?.isAcknowledged(pause) === true && reporter.stateType === 'RUNNING'
  }

  async findAnswer(key: string, signal: AbortSignal, patience: number): Promise<{ value: JsonValue } | null> {
    type Found = { flowRun: { pauseAnswer: { value: JsonValue } | null } | null }
    const found = await askPatiently<Found>(this.#controlPlane, FIND, { id: this.#flowRunId, key }, { signal, patience })
    return found?.flowRun?.pauseAnswer ?? null
  }
}
