/** Reads what the timeline of a run draws, in small rows, whole or from where the last read ended. */
import { sql } from 'drizzle-orm'
import type { Instant } from '../../../core/instant.ts'
import type { StateType } from '../../../core/states.ts'
import { instantOf, instantOrNull, type RawRow, type Statement, sqlStatement } from '../../statement.ts'

/** What a run's timeline draws, of the run itself or of what has changed since a cursor. */
export interface TimelineRows {
  /** Where zero lies: the run's start, or its creation while it has not started. */
  origin: Instant
  /** Null while it runs. */
  end: Instant | null
  /** Sequence of the newest row: pass it as `after` to get what comes later. */
  cursor: number
  /** Task runs of the run in all. */
  total: number
  /** Changed after the cursor, in the order of their calls; at most `limit`, those stored first first. */
  taskRuns: TimelineTaskRun[]
  /** There is more after `cursor`. */
  hasMore: boolean
}

export interface TimelineTaskRun {
  id: string
  name: string
  /** Of each of its states, oldest first. */
  stateTypes: StateType[]
  enteredAt: Instant[]
  /** Of its present state. */
  stateName: string
  message: string | null
  upstream: string[]
}

/** As `TimelineTaskRun`, and the sequence last. */
type TimelineEntry = [string, string, StateType[], Instant[], string, string | null, string[], number]

/** Null when there is no such run. `after` 0 = everything. */
export const readTimeline = ({ flowRunId, after, limit }: { flowRunId: string; after: number; limit: number }): Statement<TimelineRows | null> =>
  sqlStatement<RawRow & { origin: string; end_time: string | null; total: number; rows: TimelineEntry[] }, TimelineRows | null>(
    (workspaceId) => sql`
      select coalesce(run.start_time, run.created_at) as origin, run.end_time,
        (select count(*)::int from task_runs where workspace_id = ${workspaceId}::uuid and flow_run_id = ${flowRunId}::uuid) as total,
        (
          select coalesce(json_agg(json_build_array(
            changed.id, changed.name, jsonb_path_query_array(changed.states, '$[*].type'), jsonb_path_query_array(changed.states, '$[*].timestamp'),
            changed.states -> -1 ->> 'name', changed.states -> -1 ->> 'message', changed.upstream, changed.sequence
          ) order by changed.sequence), '[]'::json)
          from (
            select id, name, states, upstream, sequence from task_runs
            where workspace_id = ${workspaceId}::uuid and flow_run_id = ${flowRunId}::uuid and sequence > ${after}::bigint
            order by sequence limit ${limit + 1}::int
          ) changed
        ) as rows
      from flow_runs run
      where run.workspace_id = ${workspaceId}::uuid and run.id = ${flowRunId}::uuid`,
    ([row]) => {
      if (!row) return null
      const kept = row.rows.slice(0, limit)
      return {
        origin: instantOf(row.origin),
        end: instantOrNull(row.end_time),
        cursor: kept.at(-1)?.[7] ?? after,
        total: row.total,
        hasMore: row.rows.length > limit,
        taskRuns: kept
          .map(([id, name, stateTypes, enteredAt, stateName, message, upstream]) => ({
            id,
            name,
            stateTypes,
            enteredAt,
            stateName,
            message,
            upstream,
          }))
          .sort((a, b) => (a.id < b.id ? -1 : 1)),
      }
    },
  )
