/** A flow run as the control plane has recorded it: what a test that went the whole way asserts on. */
import type { JsonObject, JsonValue } from '../../core/json-value.ts'
import type { StateType } from '../../core/states.ts'
import { UsageError } from '../errors.ts'

/** A state of the record. */
export interface RecordedState {
  /** Drives every rule. */
  type: StateType
  /** For people: `Late`, `TimedOut`. */
  name: string
  /** Why, in a sentence; null when there is nothing to add. */
  message: string | null
  /** ISO 8601. */
  timestamp: string
  /** SCHEDULED: when the run is due. */
  scheduledTime: string | null
  /** FAILED, CRASHED. */
  error: { name: string; message: string } | null
}

/** A task run of the record. */
export interface RecordedTaskRun {
  /** UUID. */
  id: string
  /** `load-3`, or what `runName` says. */
  name: string
  /** Name of its task. */
  taskName: string
  /** Those of the task, and of the code around its call. */
  tags: string[]
  /** How many have begun; 0 for one that was cached or never started. */
  attempts: number
  /** The present one. */
  state: RecordedState
  /** All of them, oldest first. */
  states: RecordedState[]
}

/** Everything that is recorded of one flow run. */
export interface RecordedFlowRun {
  /** UUID. */
  id: string
  /** `brave-otter`, or what `runName` says. */
  name: string
  /** Name of its flow. */
  flowName: string
  /** As they are recorded: JSON. */
  parameters: JsonObject
  /** Those of the flow, the deployment and the run. */
  tags: string[]
  /** How many have begun. */
  attempts: number
  /** Its page. */
  url: string
  /** The present one. */
  state: RecordedState
  /** All of them, oldest first. */
  states: RecordedState[]
  /** In the order in which they were made. */
  taskRuns: RecordedTaskRun[]
  /** In the order in which they were written. */
  logs: { time: string; level: string; message: string; fields: JsonObject | null; source: string | null; taskRunId: string | null }[]
  /** Oldest first; at most 500. */
  artifacts: { key: string | null; type: string; description: string | null; data: JsonValue }[]
  /** The first 200, in the order in which they occurred. `related` ends with the run, its flow and its deployment. */
  events: {
    name: string
    occurred: string
    resource: { id: string; labels: Record<string, string> }
    related: { id: string; role: string; labels: Record<string, string> }[]
    payload: JsonObject
  }[]
}

type Ask = <Data>(query: string, variables?: Record<string, unknown>) => Promise<Data>

const STATE = 'type name message timestamp scheduledTime error { name message }'
const LOG = 'time level message fields source taskRunId'

const FIND = `query TestFind($name: String!) { flowRuns(first: 2, filter: { name: { equals: $name } }) { nodes { uuid name } } }`
const READ = `query TestRead($id: ID!) { flowRun(id: $id) {
  uuid name flow { name } parameters tags runCount url state { ${STATE} } stateHistory { ${STATE} }
  artifacts { key type description data }
} events(first: 200, orderBy: OCCURRED_ASC, filter: { flowRun: $id }) {
  nodes { name occurred resource { id labels } related { id role labels } payload }
} }`
const TASK_RUNS = `query TestTaskRuns($id: ID!, $after: String) { flowRun(id: $id) { taskRuns(first: 200, after: $after) {
  pageInfo { hasNextPage endCursor } nodes { uuid name taskKey tags runCount state { ${STATE} } stateHistory { ${STATE} } }
} } }`
const LOGS = `query TestLogs($id: ID!, $after: String) { flowRun(id: $id) { logs(first: 200, after: $after) {
  pageInfo { hasNextPage endCursor } nodes { ${LOG} }
} } }`

interface Row {
  uuid: string
  name: string
  flow: { name: string }
  parameters: JsonObject
  tags: string[]
  runCount: number
  url: string
  state: RecordedState
  stateHistory: RecordedState[]
  artifacts: RecordedFlowRun['artifacts']
}
type TaskRow = Pick<Row, 'uuid' | 'name' | 'tags' | 'runCount' | 'state' | 'stateHistory'> & { taskKey: string }
interface Page<Node> {
  pageInfo: { hasNextPage: boolean; endCursor: string | null }
  nodes: Node[]
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Rejects with UsageError when there is no such run, or when a name is that of several. */
export async function readFlowRun(ask: Ask, idOrName: string): Promise<RecordedFlowRun> {
  const id = UUID.test(idOrName) ? idOrName : await findByName(ask, idOrName)
  const { flowRun: row, events } = await ask<{ flowRun: Row | null; events: { nodes: RecordedFlowRun['events'] } }>(READ, { id })
  if (!row) throw new UsageError(`the test server has no flow run ${idOrName}`)
  const taskRuns = await everyPage(async (after) => (await ask<{ flowRun: { taskRuns: Page<TaskRow> } }>(TASK_RUNS, { id, after })).flowRun.taskRuns)
  const logs = await everyPage(
    async (after) => (await ask<{ flowRun: { logs: Page<RecordedFlowRun['logs'][number]> } }>(LOGS, { id, after })).flowRun.logs,
  )
  const { uuid, flow, runCount, stateHistory, name, parameters, tags, url, state, artifacts } = row
  return {
    id: uuid,
    name,
    flowName: flow.name,
    parameters,
    tags,
    attempts: runCount,
    url,
    state,
    states: stateHistory,
    taskRuns: taskRuns.map((task) => ({
      id: task.uuid,
      name: task.name,
      taskName: task.taskKey,
      tags: task.tags,
      attempts: task.runCount,
      state: task.state,
      states: task.stateHistory,
    })),
    logs: logs.map((line) => ({ ...line, level: line.level.toLowerCase() })),
    artifacts: artifacts.map((artifact) => ({ ...artifact, type: artifact.type.toLowerCase() })),
    events: events.nodes,
  }
}

async function findByName(ask: Ask, name: string): Promise<string> {
  const { flowRuns } = await ask<{ flowRuns: { nodes: { uuid: string; name: string }[] } }>(FIND, { name })
  const [first, second] = flowRuns.nodes.filter((node) => node.name === name)
  if (!first) throw new UsageError(`the test server has no flow run called "${name}"`)
  if (second) throw new UsageError(`several flow runs of the test server are called "${name}"`, 'Read it by its id.')
  return first.uuid
}

async function everyPage<Node>(read: (after: string | null) => Promise<Page<Node>>): Promise<Node[]> {
  const all: Node[] = []
  let after: string | null = null
  for (;;) {
    const { pageInfo, nodes }: Page<Node> = await read(after)
    all.push(...nodes)
    if (!pageInfo.hasNextPage) return all
    after = pageInfo.endCursor
  }
}
