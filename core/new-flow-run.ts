/** A flow run that is about to exist: the whole row as it is inserted, SCHEDULED by the API or PENDING by the WorkPool (optimistic dispatch). */
import type { FlowRunPolicyFacts } from './flow-run.ts'
import type { Instant } from './instant.ts'
import type { JsonObject } from './json-value.ts'
import type { State } from './states.ts'

export interface NewFlowRun {
  id: string
  flowId: string
  name: string
  /** The first state; `state.details.scheduledTime` is when the run is due. */
  state: State
  parameters: JsonObject
  tags: string[]
  /** Unique per flow. */
  idempotencyKey: string | null
  /** Null for a run without a deployment (a script). */
  deploymentId: string | null
  deploymentVersionId: string | null
  workPoolId: string | null
  workPoolType: string | null
  workQueueId: string | null
  /** 1 first. */
  queuePriority: number | null
  /** Resolved over pool, deployment and run; `env` maps merged in that order. */
  jobVariables: JsonObject
  scheduledTime: Instant | null
  createdAt: Instant
  /** Who made it, as people read it. */
  createdBy: string | null
  parentFlowRunId: string | null
  parentTaskRunId: string | null
  policy: FlowRunPolicyFacts
}
