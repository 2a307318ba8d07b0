/** Runs that a judge has to look at. It reads them, core decides, `applyChanges` writes with the guard `heardAt`. */
import { type SQL, sql } from 'drizzle-orm'
import type { FlowRunFacts } from '../../../core/flow-run.ts'
import type { Instant } from '../../../core/instant.ts'
import type { StateDetails } from '../../../core/states.ts'
import { instantOrNull, type RawRow, type Statement, type SystemStatement, sqlStatement, systemStatement } from '../../statement.ts'
import { type FlowRunFactsRow, flowRunFactsColumns, flowRunFactsOf } from './flow-run-facts.ts'

export interface RunToJudge {
  facts: FlowRunFacts
  /** The session that holds it has ended: its worker has said `hello` with a new one, or goodbye. */
  isSessionOver: boolean
  /** The holder has said that the process ended. */
  exitedAt: Instant | null
  exit: NonNullable<StateDetails['exit']> | null
}

/** Milliseconds since the last contact, since the exit. */
interface JudgedAfter {
  silence: number
  exitWithoutState: number
  /** At most so many at a time, oldest contact first. */
  limit: number
}

/** Of one pool. */
export const listRunsToJudge = ({ workPoolId, ...after }: JudgedAfter & { workPoolId: string }): Statement<RunToJudge[]> =>
  sqlStatement<RunToJudgeRow, RunToJudge[]>(
    (workspaceId) =>
      sql`${select} where flow_runs.workspace_id = ${workspaceId}::uuid and flow_runs.work_pool_id = ${workPoolId}::uuid and ${isDue(after)}`,
    (rows) => rows.map(runToJudgeOf),
  )

/**
 * Of all workspaces: what no pool's alarm looks after (runs without a pool, pools without a socket), and what has been PENDING for `starting` milliseconds
 * without a word of its holder.
 */
export const listAllRunsToJudge = ({ starting, ...after }: JudgedAfter & { starting: number }): SystemStatement<RunToJudge[]> =>
  systemStatement(
    sqlStatement<RunToJudgeRow, RunToJudge[]>(
      () => sql`${select} where ${isDue(after, starting)}`,
      (rows) => rows.map(runToJudgeOf),
    ),
  )

/** CANCELLING for longer than `cancellingTimeout` milliseconds, in all workspaces. */
export const listOverdueCancellations = ({ cancellingTimeout, limit }: { cancellingTimeout: number; limit: number }): SystemStatement<RunToJudge[]> =>
  systemStatement(
    sqlStatement<RunToJudgeRow, RunToJudge[]>(
      () => sql`
        ${select} where flow_runs.state_type = 'CANCELLING' and flow_runs.state_timestamp < now() - ${cancellingTimeout}::float8 * interval '1 millisecond'
        order by flow_runs.state_timestamp limit ${limit}::int`,
      (rows) => rows.map(runToJudgeOf),
    ),
  )

const select = sql`
  select ${flowRunFactsColumns()}, coalesce(session.ended_at is not null, false) as is_session_over, flow_runs.exited_at, flow_runs.exit
  from flow_runs
  left join worker_sessions session on session.workspace_id = flow_runs.workspace_id and session.id = flow_runs.holder_session_id`

const isDue = ({ silence, exitWithoutState, limit }: JudgedAfter, starting = silence): SQL => sql`
  flow_runs.holder_kind is not null and (
    flow_runs.heard_at < now() - ${silence}::float8 * interval '1 millisecond'
    or flow_runs.state_type = 'PENDING' and flow_runs.heard_at < now() - ${starting}::float8 * interval '1 millisecond'
    or session.ended_at is not null
    or flow_runs.exited_at < now() - ${exitWithoutState}::float8 * interval '1 millisecond'
  )
  order by flow_runs.heard_at limit ${limit}::int`

type RunToJudgeRow = RawRow & FlowRunFactsRow & { is_session_over: boolean; exited_at: string | null; exit: NonNullable<StateDetails['exit']> | null }

const runToJudgeOf = (row: RunToJudgeRow): RunToJudge => ({
  facts: flowRunFactsOf(row),
  isSessionOver: row.is_session_over,
  exitedAt: instantOrNull(row.exited_at),
  exit: row.exit,
})
