/** Reads the due occurrences of a pool that their schedule holds back, as core/schedules/settle-occurrences.ts needs them. */
import { sql } from 'drizzle-orm'
import type { Instant } from '../../../core/instant.ts'
import type { CatchUp, Overlap } from '../../../core/schedules/occurrence-policy.ts'
import type { HeldSchedule } from '../../../core/schedules/settle-occurrences.ts'
import { instantOf, instantOrNull, type Statement, sqlStatement } from '../../statement.ts'
import { type FlowRunFactsRow, flowRunFactsOf } from '../flow-runs/flow-run-facts.ts'

export interface HeldOccurrences {
  now: Instant
  schedules: HeldSchedule[]
  /** A schedule of what is due needs more occurrences. */
  fill: boolean
  /** Something of what is due, and not too late yet, has not been noted as met. */
  unmet: boolean
}

interface HeldSqlRow {
  slug: string
  catch_up: CatchUp
  max_lateness_ms: number
  overlap: Overlap
  filled_until: string
  held: string[]
  runs: { occurrence: string; is_met: boolean; end_time: string | null; facts: FlowRunFactsRow }[]
}

/** Looks at the first `limit` due occurrences of the pool. Costs next to nothing where no schedule has anything due. */
export const listHeldOccurrences = ({ workPoolId, limit }: { workPoolId: string; limit: number }): Statement<HeldOccurrences> =>
  sqlStatement<{ now: string; schedules: HeldSqlRow[]; fill: boolean; unmet: boolean }, HeldOccurrences>(
    (workspaceId) => sql`select * from held_occurrences(${workspaceId}::uuid, ${workPoolId}::uuid, ${limit}::int)`,
    ([row]) => {
      if (!row) throw new Error('held_occurrences answered without a row')
      return {
        now: instantOf(row.now),
        fill: row.fill,
        unmet: row.unmet,
        schedules: row.schedules.map((schedule) => ({
          slug: schedule.slug,
          catchUp: schedule.catch_up,
          maxLateness: schedule.max_lateness_ms,
          overlap: schedule.overlap,
          filledUntil: instantOf(schedule.filled_until),
          held: schedule.held,
          runs: schedule.runs.map((run) => ({
            facts: flowRunFactsOf(run.facts),
            occurrence: instantOf(run.occurrence),
            isMet: run.is_met,
            endTime: instantOrNull(run.end_time),
          })),
        })),
      }
    },
  )
