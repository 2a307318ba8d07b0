/** Reads what `core/dispatch.ts` chooses from. Claims nothing: the claim looks at every limit again, under its lock. */
import { sql } from 'drizzle-orm'
import type { Instant } from '../../../core/instant.ts'
import { instantOf, instantOrNull, type RawRow, type Statement, sqlStatement } from '../../statement.ts'

/** What a pool could give out now, as dispatch needs it. */
interface WaitingFlowRuns {
  now: Instant
  isPaused: boolean
  /** Claimable runs that are due, in the order of (queue priority, scheduled time, id). At most `limit` of each (queue, deployment). */
  runs: WaitingFlowRun[]
  /** The limits (with a maximum) that these runs come under, and what is taken of them. */
  limits: LimitUse[]
  /** When the next claimable run becomes due; null = none is scheduled ahead. */
  nextDue: Instant | null
}

interface WaitingFlowRun {
  flowRunId: string
  workQueueId: string
  /** 1 first. */
  queuePriority: number
  deploymentId: string
  scheduledTime: Instant
  /** Limits with a maximum. A run takes one place of each. */
  limitIds: string[]
}

interface LimitUse {
  id: string
  kind: 'pool' | 'queue' | 'deployment'
  max: number
  used: number
}

/**
 * Reads lane by lane (queue, deployment), a few rows of each, so that a lane of 100,000 blocked runs costs as much as a lane of ten.
 * Nothing of a paused pool, queue or deployment.
 */
export const listWaitingFlowRuns = ({ workPoolId, limit }: { workPoolId: string; limit: number }): Statement<WaitingFlowRuns> =>
  sqlStatement<RawRow & WaitingRow, WaitingFlowRuns>(
    (workspaceId) => sql`select * from waiting_flow_runs(${workspaceId}::uuid, ${workPoolId}::uuid, ${limit}::int)`,
    ([row]) => {
      if (!row) throw new Error('waiting_flow_runs answered without a row')
      return {
        now: instantOf(row.now),
        isPaused: row.is_paused,
        runs: row.runs.map((run) => ({
          flowRunId: run.id,
          workQueueId: run.work_queue_id,
          queuePriority: run.priority,
          deploymentId: run.deployment_id,
          scheduledTime: instantOf(run.scheduled_time),
          limitIds: run.limit_ids,
        })),
        limits: row.limits,
        nextDue: instantOrNull(row.next_due),
      }
    },
  )

interface WaitingRow {
  now: string
  is_paused: boolean
  runs: { id: string; work_queue_id: string; priority: number; deployment_id: string; scheduled_time: string; limit_ids: string[] }[]
  limits: LimitUse[]
  next_due: string | null
}
