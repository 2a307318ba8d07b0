/**
 * Optimistic dispatch: inserts a run that is already PENDING with a session's lease and slots, provided that nothing due waits before it in its pool
 * and every limit has room. Otherwise nothing is written. The SQL are the functions `offer_flow_run_of` and `offer_flow_run` of db/migrations.
 */
import { sql } from 'drizzle-orm'
import type { Instant } from '../../core/instant.ts'
import type { NewFlowRun } from '../../core/new-flow-run.ts'
import { instantOf, jsonb, type Statement, sqlStatement } from '../statement.ts'
import { newFlowRunRow } from './insert-flow-run.ts'

interface OfferInput {
  /** Its first state is written as history (SCHEDULED), then PENDING with `stateId`. */
  flowRun: NewFlowRun
  sessionId: string
  workerId: string
  stateId: string
  /** What the run was made from (`DeploymentRow.revision`). Left out = not compared. */
  revision?: string | undefined
}

type OfferResult =
  | { outcome: 'assigned'; claimedAt: Instant }
  /** The deployment, its pool or its queue is not as it was read. */
  | { outcome: 'stale' }
  /** `waiting`: something due comes first · `limit`: one is full · `paused` · `session`: it is over. */
  | { outcome: 'declined'; reason: 'waiting' | 'limit' | 'paused' | 'session' }
  /** The id or the idempotency key is taken: this run exists. */
  | { outcome: 'existed'; flowRunId: string }

/** Needs work pool, queue and deployment of the run. */
export const offerFlowRun = ({ flowRun, sessionId, workerId, stateId, revision }: OfferInput): Statement<OfferResult> =>
  sqlStatement<
    { now: string; outcome: 'assigned' | 'existed' | 'stale' | 'waiting' | 'limit' | 'paused' | 'session'; flow_run_id: string },
    OfferResult
  >(
    (workspaceId) =>
      sql`select * from offer_flow_run_of(${workspaceId}::uuid, ${revision ?? null}::text, ${jsonb({ ...newFlowRunRow(flowRun), session_id: sessionId, worker_id: workerId, pending_state_id: stateId })})`,
    ([row]) => {
      if (!row) throw new Error('offer_flow_run answered without a row')
      if (row.outcome === 'assigned') return { outcome: 'assigned', claimedAt: instantOf(row.now) }
      if (row.outcome === 'existed') return { outcome: 'existed', flowRunId: row.flow_run_id }
      if (row.outcome === 'stale') return { outcome: 'stale' }
      return { outcome: 'declined', reason: row.outcome }
    },
  )
