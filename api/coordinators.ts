/**
 * The two Durable Object classes as the rest of the API sees them: what can be asked of them, under which names they live, what they send.
 * 1. Both are bells and switchboards: nothing they answer is true before Postgres has said so.
 * 2. A call that fails or times out costs time, never a run: the caller goes on with what the record says.
 * 3. The workspace is the first part of every name, and an object refuses an actor of another workspace.
 */
import type { Instant } from '../core/instant.ts'
import type { Directive } from '../core/protocol/reports.ts'
import type { ChangedPart } from '../core/topics.ts'
import type { NewFlowRun } from '../core/new-flow-run.ts'
import type { Credential } from '../db/client.ts'

/** The request that a call is made for: what goes wrong is logged under its id. Left out = nobody's, an alarm for example. */
interface Caused {
  requestId?: string
}

/** A run that does not exist yet, offered to a pool: inserted PENDING for a worker with room, or not at all. */
export interface Offer extends Caused {
  workspaceId: string
  workPoolId: string
  /** The whole row as the API would insert it SCHEDULED. */
  flowRun: NewFlowRun
  /** What it was made from (`DeploymentRow.revision`): another one by now, and the offer is stale. Left out = not compared. */
  revision?: string
  /** Whose request it is: the record looks whether it still holds. Left out = that has been looked at. */
  credential?: Credential | null
}

export type OfferAnswer =
  /** The record has the run PENDING with a worker of this pool. */
  | { outcome: 'assigned'; stateId: string; sessionId: string; timestamp: Instant }
  /** Nobody has room, something older waits, or a limit is full: nothing was written, insert it SCHEDULED. */
  | { outcome: 'declined'; reason: string }
  /** The deployment, its pool or its queue has changed: nothing was written, read it anew. */
  | { outcome: 'stale' }
  /** The idempotency key was used meanwhile: nothing was written. */
  | { outcome: 'existed'; flowRunId: string }

/** One per work pool. */
export interface WorkPoolCoordinator {
  /** Optimistic dispatch. Always answers; the caller waits `offerTimeout` at most and then inserts the same id SCHEDULED, `on conflict do nothing`. */
  offer(offer: Offer): Promise<OfferAnswer>
  /**
   * Something may be claimable now, or at `dueAt`. A hint. `isFreed`: only because places became free, no run waits that did not before. `hasLeases`: the
   * record knows leases that nobody seems to look after, whatever this object believes.
   */
  ring(ring: Caused & { workspaceId: string; workPoolId: string; dueAt?: Instant | null; isFreed?: boolean; hasLeases?: boolean }): Promise<void>
  /** Tells the session that holds the run. False when its socket is not here: the directive then goes with the next report's answer. */
  direct(
    direct: Caused & {
      workspaceId: string
      workPoolId: string
      sessionId: string
      flowRunId: string
      epoch: number
      directive: Directive
    },
  ): Promise<boolean>
  /** Gives the session nothing more and tells its worker to leave. A hint: the record says it again with the session's next hello. */
  drain(drain: Caused & { workspaceId: string; workPoolId: string; sessionId: string }): Promise<void>
  /** Whose sockets are open here, and when each was last known to live. An idle worker says nothing else for hours, so the record's `lastSeenAt` may be old. */
  presence(pool: { workspaceId: string; workPoolId: string }): Promise<Presence[]>
  /** Says goodbye to every worker: the pool was deleted. */
  close(pool: Caused & { workspaceId: string; workPoolId: string }): Promise<void>
  /** Closes the lines that were opened with this API key: now, or `at` the instant at which it expires. */
  revoke(revoke: Caused & { workspaceId: string; workPoolId: string; apiKeyId: string; at?: Instant }): Promise<void>
}

/** A worker's session whose socket is open. */
export interface Presence {
  sessionId: string
  workerId: string
  /** Its last message or ping. */
  heardAt: Instant
}

/** One per topic of a workspace. Its `fetch` with `Upgrade: websocket` and a `FeedRequest` in the query opens a listener (see `listenUrl`). */
export interface FeedCoordinator {
  /** Rows above its cursor are in `changes`: it reads them once per `feedDebounce` however often it is rung. */
  ring(ring: Caused & { workspaceId: string; topic: string }): Promise<void>
}

/** One message of a Feed's socket, JSON text. */
export interface FeedMessage {
  /** Resume position after this message. */
  cursor: string
  /** The cursor given was too old or unreadable: read a snapshot anew; `changes` is empty. */
  reset: boolean
  /** Commit order. Empty in the first message of a listener without a cursor: it tells where "now" is. */
  changes: FeedChange[]
}

export interface FeedChange {
  topic: string
  /** The run it is about, for flow-run topics. */
  flowRunId: string | null
  /** What moved; lists only hear of `state`. */
  changed: ChangedPart[]
}

/** Where a Feed is asked for a listener. `since` null = from now. */
export const listenUrl = (listen: Caused & { workspaceId: string; topic: string; since: string | null }): string => {
  const url = new URL('https://feed.invalid/listen')
  url.searchParams.set('workspaceId', listen.workspaceId)
  url.searchParams.set('topic', listen.topic)
  if (listen.since !== null) url.searchParams.set('since', listen.since)
  if (listen.requestId !== undefined) url.searchParams.set('requestId', listen.requestId)
  return url.href
}

export const workPoolName = (workspaceId: string, workPoolId: string): string => `${workspaceId}/work-pools/${workPoolId}`
export const feedName = (workspaceId: string, topic: string): string => `${workspaceId}/feed/${topic}`

/** Where the objects are found. */
export interface CoordinatorBindings {
  WORK_POOL: DurableObjectNamespace<WorkPoolCoordinator & Rpc.DurableObjectBranded>
  FEED: DurableObjectNamespace<FeedCoordinator & Rpc.DurableObjectBranded>
}

/** Stub of a pool's coordinator. */
export const workPoolOf = (env: Pick<CoordinatorBindings, 'WORK_POOL'>, workspaceId: string, workPoolId: string) =>
  env.WORK_POOL.getByName(workPoolName(workspaceId, workPoolId))
/** Stub of a topic's feed. */
export const feedOf = (env: Pick<CoordinatorBindings, 'FEED'>, workspaceId: string, topic: string) => env.FEED.getByName(feedName(workspaceId, topic))
