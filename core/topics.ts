/**
 * Names of what can be listened to. A statement writes them into `changes`, a Feed is named after one, a subscription asks for one;
 * so all three read them from here. A topic belongs to a workspace; the workspace is never part of its text.
 */

/** Every change of a flow run's state in the workspace: lists listen here. */
export const FLOW_RUNS_TOPIC = 'flow-runs'

/** Everything about one flow run: states, task runs, logs, artifacts, events. */
export const flowRunTopic = (flowRunId: string): string => `flow-run/${flowRunId}`

/** Pools, their queues, workers and slots. */
export const WORK_POOLS_TOPIC = 'work-pools'

/** Deployments and their versions. */
export const DEPLOYMENTS_TOPIC = 'deployments'

/** Variables. */
export const VARIABLES_TOPIC = 'variables'

/** Limits that code asks for by their name. Who takes and gives back slots is not told. */
export const CONCURRENCY_LIMITS_TOPIC = 'concurrency-limits'

/** Blocks and their types. */
export const BLOCKS_TOPIC = 'blocks'

/** Operations and how far they are. */
export const OPERATIONS_TOPIC = 'operations'

/** The end of an API key or of a session: every stream that was opened with it listens here. */
export const credentialTopic = (id: string): string => `credential/${id}`

const TOPIC = /^(flow-runs|work-pools|deployments|variables|blocks|concurrency-limits|operations|(flow-run|credential)\/[0-9a-f-]{36})$/

/** Whether the text names something that can be listened to. */
export const isTopic = (text: string): boolean => TOPIC.test(text)

/** What moved with a change on a run's topic. */
export type ChangedPart = 'state' | 'task-runs' | 'logs' | 'artifacts' | 'events'
