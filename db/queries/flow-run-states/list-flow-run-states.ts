/** Reads the history of runs, with the states that came too late to count. */
import { and, asc, eq, inArray } from 'drizzle-orm'
import type { State } from '../../../core/states.ts'
import { flowRunStates } from '../../schema/index.ts'
import { type Statement, statement } from '../../statement.ts'

interface RecordedState extends State {
  flowRunId: string
  epoch: number
  /** It never was the run's state: it came too late. */
  isHistory: boolean
}

/** Every state of these runs, oldest first; at most 1,000 in all. */
export const listFlowRunStates = (flowRunIds: readonly string[]): Statement<RecordedState[]> =>
  statement(
    (query, workspaceId) =>
      query
        .select()
        .from(flowRunStates)
        .where(and(eq(flowRunStates.workspaceId, workspaceId), inArray(flowRunStates.flowRunId, [...flowRunIds])))
        .orderBy(asc(flowRunStates.flowRunId), asc(flowRunStates.timestamp))
        .limit(1000),
    (rows) => rows.map(({ workspaceId: _, ...state }) => state),
  )
