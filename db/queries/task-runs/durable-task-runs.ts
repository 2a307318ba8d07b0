/** What a durable run has finished, with that of its subflows: read when it starts again, and forgotten in part when it is retried from a task. */
import { sql } from 'drizzle-orm'
import type { Change } from '../../../core/change.ts'
import type { KeptTaskRun } from '../../../core/retry-from-task.ts'
import type { State, StateType } from '../../../core/states.ts'
import { instantOrNull, type RawRow, type Statement, sqlStatement, uuids } from '../../statement.ts'

/** A finished task run whose result is kept. */
export interface FinishedTaskRunRow {
  id: string
  flowRunId: string
  /** The task run within which it was called, also by a subflow of that; null = by flows alone. */
  parentTaskRunId: string | null
  name: string
  durableKey: string
  stateName: string
  result: { type: string; reference: string }
  startTime: number | null
  endTime: number | null
}

interface FinishedPage {
  /** The epoch whose end was last retried from a task; 0 = never. */
  generation: number
  rows: FinishedTaskRunRow[]
}

type FinishedRaw = RawRow & {
  generation: number
  id: string | null
  flow_run_id: string
  parent_task_run_id: string | null
  name: string
  state: State
  start_time: string | null
  end_time: string | null
}

const ofRun = (workspaceId: string, flowRunId: string) => sql`t.workspace_id = ${workspaceId}::uuid and t.flow_run_id = any(array(
  select ${flowRunId}::uuid union all select r.id from flow_runs r where r.workspace_id = ${workspaceId}::uuid and r.root_flow_run_id = ${flowRunId}::uuid))`

/** A page in the order of ids. `after`: the last id of the page before; null = from the start. */
export const listFinishedTaskRuns = ({
  flowRunId,
  after,
  limit,
}: {
  flowRunId: string
  after: string | null
  limit: number
}): Statement<FinishedPage> =>
  sqlStatement<FinishedRaw, FinishedPage>(
    (workspaceId) => sql`
      with recursive part as (
        select ${flowRunId}::uuid as id, null::uuid as parent_task_run_id
        union all
        select c.id, coalesce(s.parent_task_run_id, part.parent_task_run_id)
        from part
          join flow_runs c on c.workspace_id = ${workspaceId}::uuid and c.parent_flow_run_id = part.id and c.root_flow_run_id = ${flowRunId}::uuid
          left join task_runs s on s.workspace_id = ${workspaceId}::uuid and s.flow_run_id = part.id and s.id = c.parent_task_run_id
      )
      select coalesce((
          select max(s.epoch) from flow_run_states s
          where s.workspace_id = ${workspaceId}::uuid and s.flow_run_id = ${flowRunId}::uuid and s.details ? 'fromTask'), 0) as generation, page.*
      from (select 1) one left join lateral (
        select t.id, t.flow_run_id, coalesce(t.parent_task_run_id, part.parent_task_run_id) as parent_task_run_id, t.name, t.states -> -1 as state,
          t.start_time, t.end_time
        from part join task_runs t on t.workspace_id = ${workspaceId}::uuid and t.flow_run_id = part.id
        where t.state_type = 'COMPLETED' and t.states -> -1 -> 'details' ? 'durableKey'
          and (${after}::uuid is null or t.id > ${after}::uuid)
        order by t.id limit ${limit}
      ) page on true
      order by page.id`,
    (rows) => ({
      generation: rows[0]?.generation ?? 0,
      rows: rows.flatMap(({ id, flow_run_id: flowRunId, parent_task_run_id: parentTaskRunId, name, state, start_time, end_time }) => {
        if (id === null) return []
        const { durableKey, result } = state.details
        if (durableKey === undefined || result === undefined) return []
        return [
          {
            id,
            flowRunId,
            parentTaskRunId,
            name,
            durableKey,
            stateName: state.name,
            result,
            startTime: instantOrNull(start_time),
            endTime: instantOrNull(end_time),
          },
        ]
      }),
    }),
  )

/** Task runs that a retry looks at. */
const MOST_PLANNED = 50_000

/** Every task run of the run, as small rows. */
export const listKeptTaskRuns = (flowRunId: string): Statement<KeptTaskRun[]> =>
  sqlStatement<
    RawRow & {
      id: string
      name: string
      task_key: string
      state_type: StateType
      is_kept: boolean
      start_time: string | null
      end_time: string | null
    },
    KeptTaskRun[]
  >(
    (workspaceId) => sql`
      select t.id, t.name, t.task_key, t.state_type, t.states -> -1 -> 'details' ? 'durableKey' as is_kept, t.start_time, t.end_time
      from task_runs t where ${ofRun(workspaceId, flowRunId)} order by t.id limit ${MOST_PLANNED}`,
    (rows) =>
      rows.map((row) => ({
        id: row.id,
        name: row.name,
        taskKey: row.task_key,
        stateType: row.state_type,
        isKept: row.is_kept,
        startTime: instantOrNull(row.start_time),
        endTime: instantOrNull(row.end_time),
      })),
  )

/** These task runs are not found again. To stand in front of the change that gives the run out again, in the same batch and under its guard. */
export const forgetTaskRuns = (flowRunId: string, taskRunIds: readonly string[], { stateId, epoch }: Change['guard']): Statement<void> =>
  sqlStatement<RawRow, void>(
    (workspaceId) => sql`
      update task_runs t set states = t.states #- '{-1,details,durableKey}'
      from (
        select 1 from flow_runs
        where workspace_id = ${workspaceId}::uuid and id = ${flowRunId}::uuid and state_id = ${stateId}::uuid and epoch = ${epoch}::int
        for no key update
      ) unchanged
      where ${ofRun(workspaceId, flowRunId)} and t.id = any(${uuids(taskRunIds)})`,
    () => undefined,
  )
