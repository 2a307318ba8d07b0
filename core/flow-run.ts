import type { Instant } from './instant.ts'
import type { RetryPolicy } from './retry-policy.ts'
import type { State } from './states.ts'

/** Who may act for a run. */
export type Holder = { kind: 'worker'; sessionId: string } | { kind: 'runner' }

/**
 * What the rules may know of a flow run: the columns that its row carries, so that a statement can guard on them.
 * The lease is holder + heardAt + epoch; no holder = nobody may act for the run.
 */
export interface FlowRunFacts {
  id: string
  workspaceId: string
  state: State
  /** How often the run has been given out, from 1. Raised when it is given out again. */
  epoch: number
  /** Last report number stored under this epoch. */
  lastN: number
  holder: Holder | null
  /** Database time of the last contact with the holder. */
  heardAt: Instant | null
  /** Database time of the claim of this epoch. */
  claimedAt: Instant | null
  /** What is added to the holder's times in this epoch, in milliseconds (see state-clock.ts). */
  clockShift: number | null
  runCount: number
  deploymentId: string | null
  workPoolId: string | null
  workPoolType: string | null
  /** Child of another flow run in the same process: no lease, no slots of its own. */
  rootFlowRunId: string | null
  startTime: Instant | null
  policy: FlowRunPolicyFacts
}

/** What the deployment said about the run, copied into its row at creation (a run is pinned to its version). */
export interface FlowRunPolicyFacts {
  retries: RetryPolicy
  retryOnCrash: number
  onContactLost: 'continue' | 'stop'
  startAgain: boolean
}
