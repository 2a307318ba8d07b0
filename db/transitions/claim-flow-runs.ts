/**
 * Gives SCHEDULED runs to worker sessions: the whole list or nothing. The claim verifies, it does not choose; nothing written = read and choose again.
 * The SQL is the function `claim_flow_runs` of db/migrations. Order of locks: limits by id, then runs by id.
 */
import { sql } from 'drizzle-orm'
import type { Instant } from '../../core/instant.ts'
import { instantOf, jsonb, type Statement, sqlStatement } from '../statement.ts'

export interface Claim {
  flowRunId: string
  /** Session and worker that get it. */
  sessionId: string
  workerId: string
  /** Id of the PENDING state that the claim writes; the caller then reads the assignments by these ids (same batch: `listAssignments`). */
  stateId: string
}

type ClaimResult =
  | { outcome: 'claimed'; claimedAt: Instant }
  /** Nothing was written. `reason`: `limit` full, `run` not claimable any more, `paused`, `session` over. `subjectIds`: which limits, runs or sessions. */
  | { outcome: 'refused'; claimedAt: Instant; reason: 'limit' | 'run' | 'paused' | 'session'; subjectIds: string[] }

/** All runs belong to the pool. */
export const claimFlowRuns = (claim: { workPoolId: string; claims: readonly Claim[] }): Statement<ClaimResult> =>
  sqlStatement<{ now: string; refusal: 'limit' | 'run' | 'paused' | 'session' | null; subject_ids: string[] | null }, ClaimResult>(
    (workspaceId) => sql`select * from claim_flow_runs(${workspaceId}::uuid, ${claim.workPoolId}::uuid, ${jsonb(claim.claims)})`,
    ([row]) => {
      if (!row) throw new Error('claim_flow_runs answered without a row')
      const claimedAt = instantOf(row.now)
      return row.refusal
        ? { outcome: 'refused', claimedAt, reason: row.refusal, subjectIds: row.subject_ids ?? [] }
        : { outcome: 'claimed', claimedAt }
    },
  )
