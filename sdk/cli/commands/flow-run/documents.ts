/** What the flow-run commands ask the API. Checked against api/schema.graphql by test/sdk/cli/documents.test.ts. */
import { deleteDocument } from '../../delete-thing.ts'
import { document } from '../../graphql.ts'
import type { Page } from '../../read-all.ts'
import { ERROR_FIELDS, type UnionError } from '../../read-result.ts'
import type { TaskRunRow } from '../task-run/documents.ts'
import type { StateData, StateDetail } from '../states.ts'
import type { ManyDocument } from './change-many.ts'
import { OPERATION_ROW } from '../operation/documents.ts'

/** A run as lists and answers show it. */
export interface FlowRunRow {
  uuid: string
  name: string
  flow: { name: string }
  deployment: { fullName: string } | null
  workPool: { name: string } | null
  state: StateData
  runCount: number
  createdAt: string
  startTime: string | null
  endTime: string | null
  url: string
}

/** A run with everything `inspect` shows. */
export interface FlowRunDetail extends FlowRunRow {
  parameters: Record<string, unknown>
  tags: string[]
  idempotencyKey: string | null
  scheduledTime: string | null
  createdBy: string | null
  epoch: number
  times: { waiting: number; starting: number; running: number }
  worker: { name: string } | null
  deploymentVersion: { number: number; entrypoint: string; path: string } | null
  flowVersion: string | null
  parentFlowRun: { uuid: string; name: string } | null
  state: StateDetail
  stateHistory: StateData[]
  why: { waitingFor: WaitingReason[] }
  taskRuns: {
    totalCount: number
    nodes: TaskRunRow[]
  }
  artifacts: { uuid: string; key: string | null; type: string; description: string | null }[]
}

/** One reason why a run waits, and what to do about it. */
export interface WaitingReason {
  kind: string
  message: string
  since: string | null
  until: string | null
  holders: { flowRunId: string | null; name: string; since: string | null }[]
  hint: string | null
}

/** One log line; `cursor` is the place after it. */
export interface LogRow {
  cursor: string
  time: string
  level: string
  message: string
  fields: Record<string, unknown> | null
  source: string | null
  taskRunId: string | null
  taskRunName: string | null
}

const STATE = 'state { type name message timestamp }'
const ASKED = 'pause { message deadline inputSchema defaults }'
const ROW = `uuid name flow { name } deployment { fullName } workPool { name } ${STATE} runCount createdAt startTime endTime url`

/** A page of runs by filter, newest first, and how many there are. */
export const LIST = document<{ flowRuns: Page<FlowRunRow> & { totalCount: number } }, { first: number; after: string | null; filter: unknown }>(
  `query FlowRuns($first: Int!, $after: String, $filter: FlowRunFilter) { flowRuns(first: $first, after: $after, filter: $filter) { totalCount pageInfo { hasNextPage endCursor } nodes { ${ROW} } } }`,
)

/** A run that waits, or comes due. */
export interface ComingRun extends FlowRunRow {
  scheduledTime: string | null
  workQueue: { name: string; priority: number } | null
}

/** Runs of a pool that are due before an instant and that nobody has taken, the one that is due first on top. */
export const PREVIEW = document<{ flowRuns: Page<ComingRun> }, { name: string; before: string; first: number; after: string | null }>(`
  query PreviewWorkPool($name: String!, $before: DateTime!, $first: Int!, $after: String) {
    flowRuns(first: $first, after: $after, orderBy: SCHEDULED_TIME_ASC,
      filter: { workPool: { name: [$name] }, state: { type: { in: [SCHEDULED] } }, scheduledTime: { before: $before } }) {
      pageInfo { hasNextPage endCursor } nodes { ${ROW} scheduledTime workQueue { name priority } }
    }
  }`)

/** Runs that a text may mean, and the newest ones for a suggestion. */
export const FIND = document<
  Record<'named' | 'ending', { totalCount: number; nodes: { uuid: string }[] }> & { newest: { nodes: { name: string }[] } },
  { named: unknown; ending: unknown }
>(`
  query FindFlowRun($named: FlowRunFilter!, $ending: FlowRunFilter!) {
    named: flowRuns(first: 3, filter: $named) { totalCount nodes { uuid } }
    ending: flowRuns(first: 3, filter: $ending) { totalCount nodes { uuid } }
    newest: flowRuns(first: 200) { nodes { name } }
  }`)

/** Whether there is a run of this id. */
export const EXISTS = document<{ flowRun: { uuid: string; name: string } | null }, { id: string }>(
  'query FlowRunName($id: ID!) { flowRun(id: $id) { uuid name } }',
)

/** One run in full. */
export const INSPECT = document<{ flowRun: FlowRunDetail | null }, { id: string }>(`
  query FlowRun($id: ID!) { flowRun(id: $id) {
    ${ROW} parameters tags idempotencyKey scheduledTime createdBy epoch times { waiting starting running } worker { name }
    deploymentVersion { number entrypoint path } flowVersion parentFlowRun { uuid name }
    state { type name message timestamp error { name message stack } exit { code signal stderr } }
    stateHistory { type name message timestamp }
    why { waitingFor { kind message since until hint holders { flowRunId name since } } }
    taskRuns(first: 100) { totalCount nodes { uuid name taskKey dynamicKey tags runCount runTime startTime endTime ${STATE} } }
    artifacts { uuid key type description }
  } }`)

/** Why one run does not run. */
export const WHY = document<
  { flowRun: { uuid: string; name: string; state: StateData; why: { waitingFor: WaitingReason[] }; pause: FlowRunPause | null } | null },
  { id: string }
>(`
  query FlowRunWhy($id: ID!) { flowRun(id: $id) { uuid name ${STATE} why { waitingFor { kind message since until hint holders { flowRunId name since } } } ${ASKED} } }`)

/** Lines of a run, and whether there are more. */
export interface LogPage {
  logs: { nodes: LogRow[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } }
}

/** Lines of a run: the first ones after a cursor, or the last ones; at most 200. */
export const LOGS = document<{ flowRun: LogPage | null }, { id: string; first?: number; after?: string | null; last?: number; filter: unknown }>(`
  query FlowRunLogs($id: ID!, $first: Int, $after: String, $last: Int, $filter: LogFilter) { flowRun(id: $id) { logs(first: $first, after: $after, last: $last, filter: $filter) {
    pageInfo { hasNextPage endCursor } nodes { cursor time level message fields source taskRunId taskRunName }
  } } }`)

/** Lines as they arrive, in the order in which they were stored; `complete`: the run is over, and this was all. */
export const FOLLOW_LOGS = document<
  { logs: { cursor: string; reset: boolean; complete: boolean; logs: LogRow[] } },
  { id: string; after: string | null }
>(`
  subscription FollowLogs($id: ID!, $after: String) { logs(flowRunId: $id, after: $after) { cursor reset complete logs { cursor time level message fields source taskRunId taskRunName } } }`)

/** A run at every change. `reset`: the cursor was too old, changes were missed. */
export const FOLLOW = document<
  { flowRunChanged: { cursor: string; reset: boolean; flowRun: (FlowRunRow & { state: FlowRunDetail['state']; stateHistory: StateData[] }) | null } },
  { id: string; since: string | null }
>(`
  subscription FollowFlowRun($id: ID!, $since: String) { flowRunChanged(id: $id, since: $since) { cursor reset flowRun {
    ${ROW} stateHistory { type name message timestamp }
    state { type name message timestamp error { name message stack } exit { code signal stderr } }
  } } }`)

/** Where a run stands: what has been said so far ends here. */
export const PLACE = document<{ flowRun: { state: { timestamp: string }; logs: { pageInfo: { endCursor: string | null } } } | null }, { id: string }>(
  'query FlowRunPlace($id: ID!) { flowRun(id: $id) { state { timestamp } logs(last: 1) { pageInfo { endCursor } } } }',
)

/** Asks a run to stop. */
export const CANCEL = document<
  { cancelFlowRun: { __typename: 'CancelFlowRunSuccess'; flowRun: FlowRunRow } | UnionError },
  { id: string; reason: string | null }
>(
  `mutation CancelFlowRun($id: ID!, $reason: String) { cancelFlowRun(input: { id: $id, reason: $reason }) { __typename ... on CancelFlowRunSuccess { flowRun { ${ROW} } } ${ERROR_FIELDS} } }`,
)

/** Ends a run by force. */
export const SET_STATE = document<
  { setFlowRunState: { __typename: 'SetFlowRunStateSuccess'; flowRun: FlowRunRow } | UnionError },
  { input: { id: string; type: string; name: string | null; message: string | null } }
>(
  `mutation SetFlowRunState($input: SetFlowRunStateInput!) { setFlowRunState(input: $input) { __typename ... on SetFlowRunStateSuccess { flowRun { ${ROW} } } ${ERROR_FIELDS} } }`,
)

/** Sets a run aside that waits to be started. */
export const PAUSE = document<{ pauseFlowRun: { __typename: 'PauseFlowRunSuccess'; flowRun: FlowRunRow } | UnionError }, { id: string }>(
  `mutation PauseFlowRun($id: ID!) { pauseFlowRun(input: { id: $id }) { __typename ... on PauseFlowRunSuccess { flowRun { ${ROW} } } ${ERROR_FIELDS} } }`,
)

/** Asks a running run for its process. */
export const SUSPEND = document<{ suspendFlowRun: { __typename: 'SuspendFlowRunSuccess'; flowRun: FlowRunRow } | UnionError }, { id: string }>(
  `mutation SuspendFlowRun($id: ID!) { suspendFlowRun(input: { id: $id }) { __typename ... on SuspendFlowRunSuccess { flowRun { ${ROW} } } ${ERROR_FIELDS} } }`,
)

/** What a paused run waits for. */
export const PAUSED = document<{ flowRun: { name: string; pause: FlowRunPause | null } | null }, { id: string }>(
  `query PausedFlowRun($id: ID!) { flowRun(id: $id) { name ${ASKED} } }`,
)

export interface FlowRunPause {
  message: string | null
  deadline: string | null
  /** JSON Schema of the answer; null = nothing is asked. */
  inputSchema: Record<string, unknown> | null
  defaults: Record<string, unknown> | null
}

/** A run that goes on, or why it does not. */
export type Resumed = { __typename: 'ResumeFlowRunSuccess'; flowRun: FlowRunRow } | UnionError

/** Lets a paused run go on. */
export const RESUME = document<{ resumeFlowRun: Resumed }, { id: string; input?: unknown }>(
  `mutation ResumeFlowRun($id: ID!, $input: JSON) { resumeFlowRun(input: { id: $id, input: $input }) { __typename ... on ResumeFlowRunSuccess { flowRun { ${ROW} } } ${ERROR_FIELDS} } }`,
)

/** Queues a run that has ended again. */
export const RETRY = document<
  { retryFlowRun: { __typename: 'RetryFlowRunSuccess'; flowRun: FlowRunRow; reusedCount: number | null; againCount: number | null } | UnionError },
  { id: string; onLatest: boolean; fromTask?: string | undefined }
>(
  `mutation RetryFlowRun($id: ID!, $onLatest: Boolean, $fromTask: String) { retryFlowRun(input: { id: $id, onLatestVersion: $onLatest, fromTask: $fromTask }) { __typename ... on RetryFlowRunSuccess { reusedCount againCount flowRun { ${ROW} } } ${ERROR_FIELDS} } }`,
)

/** What a retry from a task would do. */
export const RETRY_PREVIEW = document<{ flowRun: { retryPreview: RetryPreview } | null }, { id: string; fromTask: string }>(
  'query RetryPreview($id: ID!, $fromTask: String!) { flowRun(id: $id) { retryPreview(fromTask: $fromTask) { problem reused reusedCount again againCount } } }',
)

export interface RetryPreview {
  /** Why it cannot be retried from there. */
  problem: string | null
  reused: string[]
  reusedCount: number
  again: string[]
  againCount: number
}

/** Takes a run away. */
export const DELETE = deleteDocument('DeleteFlowRun')

const many = (name: 'CancelFlowRuns' | 'RetryFlowRuns' | 'DeleteFlowRuns'): ManyDocument =>
  document(
    `mutation ${name}($input: ${name}Input!) { result: ${name[0]?.toLowerCase()}${name.slice(1)}(input: $input) { __typename ... on ${name}Success { matchedCount matchedCountIsExact operation { ${OPERATION_ROW} } } ${ERROR_FIELDS} } }`,
  )

/** Asks many runs to stop. */
export const CANCEL_MANY = many('CancelFlowRuns')
/** Queues many runs again. */
export const RETRY_MANY = many('RetryFlowRuns')
/** Takes many runs away. */
export const DELETE_MANY = many('DeleteFlowRuns')
