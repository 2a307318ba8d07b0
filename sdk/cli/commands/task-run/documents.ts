/** What the task-run commands ask the API. Checked against api/schema.graphql by test/sdk/cli/documents.test.ts. */
import { document } from '../../graphql.ts'
import type { Page } from '../../read-all.ts'
import type { StateData, StateDetail } from '../states.ts'

/** A task run as lists show it. */
export interface TaskRunRow {
  uuid: string
  name: string
  taskKey: string
  dynamicKey: string
  tags: string[]
  runCount: number
  runTime: number
  startTime: string | null
  endTime: string | null
  state: StateData
}

/** A task run with everything `inspect` shows. */
export interface TaskRunDetail extends TaskRunRow {
  state: StateDetail
  stateHistory: StateData[]
  childFlowRun: { uuid: string; name: string } | null
}

const ROW = 'uuid name taskKey dynamicKey tags runCount runTime startTime endTime state { type name message timestamp }'

/** A page of the task runs of a flow run, in the order of their calls. */
export const LIST = document<
  { flowRun: { taskRuns: Page<TaskRunRow> & { totalCount: number } } | null },
  { id: string; first: number; after: string | null; filter: unknown }
>(
  `query TaskRuns($id: ID!, $first: Int!, $after: String, $filter: TaskRunFilter) { flowRun(id: $id) { taskRuns(first: $first, after: $after, filter: $filter) { totalCount pageInfo { hasNextPage endCursor } nodes { ${ROW} } } } }`,
)

/** A page of their ids and names: what finds one. */
export const IDS = document<
  { flowRun: { taskRuns: Page<{ id: string; uuid: string; name: string }> } | null },
  { id: string; after: string | null; filter: unknown }
>(
  'query TaskRunIds($id: ID!, $after: String, $filter: TaskRunFilter) { flowRun(id: $id) { taskRuns(first: 200, after: $after, filter: $filter) { pageInfo { hasNextPage endCursor } nodes { id uuid name } } } }',
)

/** One task run by its opaque id. */
export const INSPECT = document<{ taskRun: TaskRunDetail | null }, { id: string }>(`
  query TaskRun($id: ID!) { taskRun(id: $id) {
    ${ROW} stateHistory { type name message timestamp } childFlowRun { uuid name }
    state { error { name message stack } exit { code signal stderr } }
  } }`)
