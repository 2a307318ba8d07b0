import type { Instant } from '../instant.ts'
import type { JsonObject, JsonValue } from '../json-value.ts'
import type { RetryPolicy } from '../retry-policy.ts'

/** A run given to a worker: everything a runner needs, so that no question stands between it and user code. Idempotent by (flowRunId, epoch). */
export interface Assignment {
  flowRunId: string
  epoch: number
  /** Database time of the claim. A process pool's run may start at once only while this is younger than `assignmentMaxAge` by the server's clock. */
  claimedAt: Instant
  /** Whether user code may start without a further question (process pools), or RUNNING must be acknowledged first. */
  mayStart: boolean
  /** The state the claim wrote: PENDING. The first report names it as the state last seen. */
  stateId: string
  /** Bound to (run, epoch). The only credential a runner gets. */
  runToken: string
  /** The fence as a length, counted from the moment the acknowledged message was sent. See docs/protocol.md. */
  fence: number
  flowRun: {
    name: string
    parameters: JsonObject
    tags: string[]
    /** How often the run has been RUNNING before. */
    runCount: number
    scheduledTime: Instant | null
    createdAt: Instant
    /** Page of the run in the workspace. */
    url: string
    /** The run that has made it as its child; null = none. A control plane of before this was told does not say it. */
    parentFlowRunId?: string | null
  }
  flow: { id: string; name: string }
  deployment: AssignedDeployment | null
  /** Whether somebody watches the run already. */
  watched: boolean
}

export interface AssignedDeployment {
  id: string
  name: string
  versionId: string
  version: number
  /** `FILE:EXPORT`, the file relative to `path`; `FILE:task(NAME)` for a task of the file. */
  entrypoint: string
  /** Absolute folder on the worker's machine where the code lies. */
  path: string
  /** sha256 of the entry file at deploy; keys the booted spares. */
  contentHash: string | null
  /**
   * Of pool, deployment and run, merged in that order, and so their `env` maps; what the worker heeds is what the base job template of the pool makes of them.
   * References in them are put in place by the runner.
   */
  jobVariables: JsonObject & { env?: Record<string, JsonValue> }
  /** `reuse`: a runner may serve several runs. `preload: false`: spares do not import the module ahead. */
  reuse: boolean
  preload: boolean
  onContactLost: 'continue' | 'stop'
  startAgain: boolean
  /** Goes before the flow's own; null = the flow's own. */
  retries: RetryPolicy | null
}
