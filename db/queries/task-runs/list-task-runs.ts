/** Reads the task runs of a run, filtered, page by page and by id. */
import { type SQL, sql } from 'drizzle-orm'
import type { Instant } from '../../../core/instant.ts'
import { isUuid } from '../../../core/ids.ts'
import type { State, StateType } from '../../../core/states.ts'
import { instantOrNull, type RawRow, type Statement, sqlStatement, texts, uuids } from '../../statement.ts'
import { type StringFilter, textConditions } from '../flow-runs/flow-run-filter.ts'
import { COUNTED_TO, type Count, countOf, type Keyset, type Page, pageClauses, type Rows, rowsOf } from '../page.ts'

export interface TaskRunRow {
  id: string
  flowRunId: string
  name: string
  taskKey: string
  dynamicKey: string
  tags: string[]
  runCount: number
  /** The last of `states`. */
  state: State
  /** Oldest first. */
  states: State[]
  startTime: Instant | null
  endTime: Instant | null
  /** Milliseconds in RUNNING. */
  runTime: number
  upstream: string[]
  parentTaskRunId: string | null
  childFlowRunId: string | null
}

export interface TaskRunFilter {
  state?: { type?: { in?: StateType[] | null; notIn?: StateType[] | null } | null; name?: StringFilter | null } | null
  name?: StringFilter | null
}

/** In the order in which they were called. */
const keyset: Keyset = { name: 'TASK_RUNS', direction: 'asc', columns: [{ expression: sql`task_runs.id`, type: 'uuid', isValid: isUuid }] }

/** One page of a run's task runs. Throws BadCursor. */
export function listTaskRuns({
  flowRunId,
  filter,
  page,
}: {
  flowRunId: string
  filter?: TaskRunFilter | null
  page: Page
}): Statement<Rows<TaskRunRow>> {
  const { where, orderAndLimit, key } = pageClauses(keyset, page)
  return sqlStatement<TaskRunSqlRow & { key: string[] }, Rows<TaskRunRow>>(
    (workspaceId) => sql`
      select ${columns}, ${key} as key from task_runs
      where workspace_id = ${workspaceId}::uuid and flow_run_id = ${flowRunId}::uuid and ${condition(filter)}${where}${orderAndLimit}`,
    (rows) => rowsOf(keyset, page, rows, taskRunOf),
  )
}

/** How many, exact to 10,000. */
export const countTaskRuns = ({ flowRunId, filter }: { flowRunId: string; filter?: TaskRunFilter | null }): Statement<Count> =>
  sqlStatement<{ counted: number }, Count>(
    (workspaceId) => sql`
      select count(*)::int as counted from (
        select 1 from task_runs where workspace_id = ${workspaceId}::uuid and flow_run_id = ${flowRunId}::uuid and ${condition(filter)} limit ${COUNTED_TO + 1}
      ) matching`,
    ([row]) => countOf(row?.counted ?? 0),
  )

/** Task runs by (flow run, id); what is not there is missing. */
export const findTaskRuns = (keys: readonly { flowRunId: string; id: string }[]): Statement<TaskRunRow[]> =>
  sqlStatement<TaskRunSqlRow, TaskRunRow[]>(
    (workspaceId) => sql`
      select ${columns} from task_runs
      where workspace_id = ${workspaceId}::uuid and flow_run_id = any(${uuids(keys.map((key) => key.flowRunId))}) and id = any(${uuids(keys.map((key) => key.id))})`,
    (rows) => rows.map(taskRunOf),
  )

/** What those that exist are called. */
export const findTaskRunNames = (keys: readonly { flowRunId: string; id: string }[]): Statement<{ flowRunId: string; id: string; name: string }[]> =>
  sqlStatement<RawRow & { id: string; flow_run_id: string; name: string }, { flowRunId: string; id: string; name: string }[]>(
    (workspaceId) => sql`
      select id, flow_run_id, name from task_runs
      where workspace_id = ${workspaceId}::uuid and flow_run_id = any(${uuids(keys.map((key) => key.flowRunId))}) and id = any(${uuids(keys.map((key) => key.id))})`,
    (rows) => rows.map(({ id, flow_run_id: flowRunId, name }) => ({ id, flowRunId, name })),
  )

const columns = sql`id, flow_run_id, name, task_key, dynamic_key, tags, run_count, states, start_time, end_time, run_time, upstream, parent_task_run_id, child_flow_run_id`

function condition(filter?: TaskRunFilter | null): SQL {
  const conditions = [
    sql`true`,
    ...(filter?.state?.type?.in ? [sql`state_type = any(${texts(filter.state.type.in)})`] : []),
    ...(filter?.state?.type?.notIn ? [sql`state_type <> all(${texts(filter.state.type.notIn)})`] : []),
    ...textConditions(sql`state_name`, filter?.state?.name),
    ...textConditions(sql`name`, filter?.name),
  ]
  return sql.join(conditions, sql` and `)
}

type TaskRunSqlRow = RawRow & {
  id: string
  flow_run_id: string
  name: string
  task_key: string
  dynamic_key: string
  tags: string[]
  run_count: number
  states: State[]
  start_time: string | null
  end_time: string | null
  run_time: number
  upstream: string[]
  parent_task_run_id: string | null
  child_flow_run_id: string | null
}

const taskRunOf = (row: TaskRunSqlRow): TaskRunRow => ({
  id: row.id,
  flowRunId: row.flow_run_id,
  name: row.name,
  taskKey: row.task_key,
  dynamicKey: row.dynamic_key,
  tags: row.tags,
  runCount: row.run_count,
  state: row.states.at(-1) as State,
  states: row.states,
  startTime: instantOrNull(row.start_time),
  endTime: instantOrNull(row.end_time),
  runTime: row.run_time,
  upstream: row.upstream,
  parentTaskRunId: row.parent_task_run_id,
  childFlowRunId: row.child_flow_run_id,
})
