/** Runs as somebody looks back on them: by when they began, or are due. What schedules have made ahead is left out. */
import type { StateType } from '#lib/graphql/generated/graphql.ts'

interface Dated {
  createdAt: string
  startTime: string | null
  scheduledTime: string | null
  state: { type: StateType; scheduledTime: string | null }
}

/** When it began, or is due; milliseconds since 1970. The API's `START_TIME_DESC` orders by the same. */
export const beganAt = (run: Dated): number => Date.parse(run.startTime ?? run.state.scheduledTime ?? run.scheduledTime ?? run.createdAt)

/** Without those whose time has not come. `now` in milliseconds since 1970. */
export const newestFirst = <Run extends Dated>(runs: readonly Run[], now: number): Run[] =>
  runs.filter((run) => run.state.type !== 'SCHEDULED' || beganAt(run) <= now).sort((a, b) => beganAt(b) - beganAt(a))
