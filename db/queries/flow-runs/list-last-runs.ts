/** Reads how the last runs of flows or deployments went, of many at once and in short. */
import { type SQL, sql } from 'drizzle-orm'
import type { Instant } from '../../../core/instant.ts'
import type { StateType } from '../../../core/states.ts'
import { instantOf, instantOrNull, type Statement, sqlStatement, uuids } from '../../statement.ts'

/** A run that has ended, as far as a strip of runs shows it. */
export interface LastRun {
  id: string
  name: string
  stateType: StateType
  stateName: string
  /** Null when it ended before it began. */
  startTime: Instant | null
  endTime: Instant
}

/** Those of one flow or deployment, which has this id. */
export interface LastRuns {
  id: string
  /** The one that ended last first. */
  runs: LastRun[]
}

const MOST = 10

/** The last ten that have ended, of each of these flows. */
export const listLastRunsOfFlows = (ids: readonly string[]): Statement<LastRuns[]> => lastRuns(ids, sql`run.flow_id`)

/** The last ten that have ended, of each of these deployments. */
export const listLastRunsOfDeployments = (ids: readonly string[]): Statement<LastRuns[]> => lastRuns(ids, sql`run.deployment_id`)

const lastRuns = (ids: readonly string[], subject: SQL): Statement<LastRuns[]> =>
  sqlStatement<{ id: string; runs: LastRunRow[] }, LastRuns[]>(
    (workspaceId) => sql`
      select subject.id, (
        select coalesce(json_agg(last order by last.end_time desc), '[]'::json)
        from (
          select run.id, run.name, run.state_type, run.state_name, run.start_time, run.end_time from flow_runs run
          where run.workspace_id = ${workspaceId}::uuid and ${subject} = subject.id and run.end_time is not null
          order by run.end_time desc limit ${MOST}
        ) last
      ) as runs
      from unnest(${uuids(ids)}) as subject (id)`,
    (rows) => rows.map(({ id, runs }) => ({ id, runs: runs.map(lastRunOf) })),
  )

interface LastRunRow {
  id: string
  name: string
  state_type: StateType
  state_name: string
  start_time: string | null
  end_time: string
}

const lastRunOf = (row: LastRunRow): LastRun => ({
  id: row.id,
  name: row.name,
  stateType: row.state_type,
  stateName: row.state_name,
  startTime: instantOrNull(row.start_time),
  endTime: instantOf(row.end_time),
})
