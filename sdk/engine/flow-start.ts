/** How a flow run begins and how it went: what those who start one give to the engine, and get from it. */
import type { RetryPolicy } from '../../core/retry-policy.ts'
import type { State } from '../../core/states.ts'
import type { DurablePlace } from '../durable/durable-work.ts'
import type { Pauses } from '../pauses/pauses.ts'
import type { ResultSettings } from '../results/result-settings.ts'
import { now } from './clock.ts'
import type { FlowRunAbout, FlowRunScope, Session } from './flow-run-scope.ts'
import type { FlowRunRecord } from './recorder.ts'

/** A run that is to be. What the record knows already (a deployment's run) comes with it. */
export interface FlowStart {
  session: Session
  about: FlowRunAbout
  parameters: unknown
  id: string
  /** Null = named by the flow. */
  name: string | null
  tags: string[]
  createdAt: number
  runCount: number
  /** PENDING after a claim; null for a run that starts by itself. */
  state: State | null
  /** The deployment's policy, which goes before the flow's own. */
  retries: RetryPolicy | null
  /** Present for a subflow. */
  parent: {
    rootFlowRunId: string
    flowRunId: string
    taskRunId: string | null
    logPrints: boolean
    results: ResultSettings | null
    pauses: Pauses
    durable: DurablePlace | null
    scope: FlowRunScope
  } | null
  /** Told as soon as the run has its name, before its first state. */
  onRecord?: (record: FlowRunRecord) => void
}

/** A run that no record knows yet: made now, unnamed, without tags, in its first attempt, nobody's child. What is `known` goes before. */
export const beginRun = (known: Pick<FlowStart, 'session' | 'about' | 'parameters' | 'id'> & Partial<FlowStart>): FlowStart => ({
  name: null,
  tags: [],
  createdAt: now(),
  runCount: 0,
  state: null,
  retries: null,
  parent: null,
  ...known,
})

/** How a run went. */
export interface FlowOutcome {
  record: FlowRunRecord
  /** Final, or AwaitingRetry when the run was released, or the last one known when it was stopped. */
  state: State
  ending: 'final' | 'released' | 'stopped'
  /** What the function returned, futures replaced. */
  value: unknown
  /** What a caller gets thrown; undefined when it completed. */
  error: unknown
}
