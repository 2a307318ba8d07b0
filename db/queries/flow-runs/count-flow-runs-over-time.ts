/** How many runs started in each step of a stretch of time, by present state. */
import { sql } from 'drizzle-orm'
import { formatInstant, type Instant } from '../../../core/instant.ts'
import type { StateType } from '../../../core/states.ts'
import { type Statement, sqlStatement } from '../../statement.ts'

/** Runs that are counted at most, the newest: the cost is bounded however busy the stretch was. */
export const MOST_COUNTED = 100_000

export interface CountsOverTime {
  /** By state: one count a step. States that no run is in are left out. */
  series: { stateType: StateType; counts: number[] }[]
  /** False when there were more than MOST_COUNTED; the oldest are missing then. */
  isExact: boolean
}

/** From `from` on, before `to`, in `steps` equal parts. Runs that have not begun are in none. */
export const countFlowRunsOverTime = ({ from, to, steps }: { from: Instant; to: Instant; steps: number }): Statement<CountsOverTime> =>
  sqlStatement<{ state_type: StateType; step: number; counted: number }, CountsOverTime>(
    (workspaceId) => sql`
      select state_type, width_bucket(extract(epoch from start_time), ${from / 1000}::numeric, ${to / 1000}::numeric, ${steps}::int) as step, count(*)::int as counted
      from (
        select state_type, start_time from flow_runs
        where workspace_id = ${workspaceId}::uuid
          and start_time >= ${formatInstant(from)}::timestamptz and start_time < ${formatInstant(to)}::timestamptz
        order by start_time desc limit ${MOST_COUNTED + 1}
      ) newest
      group by 1, 2`,
    (rows) => {
      const series = new Map<StateType, number[]>()
      for (const { state_type, step, counted } of rows) {
        const counts = series.get(state_type) ?? new Array<number>(steps).fill(0)
        series.set(state_type, counts)
        // Rounded to microseconds, an instant on the edge may fall beside it.
        const at = Math.min(steps, Math.max(1, step)) - 1
        counts[at] = (counts[at] as number) + counted
      }
      const total = rows.reduce((sum, { counted }) => sum + counted, 0)
      return { series: [...series].map(([stateType, counts]) => ({ stateType, counts })), isExact: total <= MOST_COUNTED }
    },
  )
