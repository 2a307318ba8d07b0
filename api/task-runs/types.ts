/** Types of task runs. */
import { findTaskRuns, type TaskRunRow } from '../../db/queries/task-runs/list-task-runs.ts'
import { builder } from '../builder.ts'
import { connectionOf } from '../connection.ts'
import type { Context } from '../context.ts'
import { loadFlowRun } from '../flow-runs/load-flow-run.ts'
import { FlowRun } from '../flow-runs/types.ts'
import { encodeChildId, encodeId, findNodesOf, NodeInterface } from '../node.ts'
import { loader } from '../reader.ts'
import { State } from '../states/graphql.ts'

/** Task runs by `<flow run>/<task run>`. */
const taskRunLoader = loader(
  (keys) =>
    findTaskRuns(
      keys.map((key) => {
        const [flowRunId = '', id = ''] = key.split('/')
        return { flowRunId, id }
      }),
    ),
  (taskRun: TaskRunRow) => `${taskRun.flowRunId}/${taskRun.id}`,
)

/** One task run; null when there is none, or its flow run may not be seen. */
export async function loadTaskRun(context: Context, { id, flowRunId }: { id: string; flowRunId: string }): Promise<TaskRunRow | null> {
  const [flowRun, taskRun] = await Promise.all([loadFlowRun(context, flowRunId), context.reader.load(taskRunLoader, `${flowRunId}/${id}`)])
  return flowRun && taskRun
}

export const TaskRun = builder.objectRef<TaskRunRow>('TaskRun')
TaskRun.implement({
  description: 'One call of a task within a flow run.',
  interfaces: [NodeInterface],
  fields: (t) => ({
    id: t.id({ description: 'Opaque id.', resolve: (taskRun) => encodeChildId('TaskRun', taskRun.id, taskRun.flowRunId) }),
    uuid: t.exposeString('id', { description: 'Raw id.' }),
    name: t.exposeString('name', { description: 'Of the task, with what tells this call apart.' }),
    taskKey: t.exposeString('taskKey', { description: 'Which task of the flow.' }),
    dynamicKey: t.exposeString('dynamicKey', { description: "Which of its calls: n-th among equal ones, or the author's own key." }),
    flowRunId: t.id({ description: 'Id of its flow run.', resolve: (taskRun) => encodeId('FlowRun', taskRun.flowRunId) }),
    state: t.field({ type: State, description: 'The present state.', resolve: (taskRun) => taskRun.state }),
    stateHistory: t.field({ type: [State], description: 'Every state so far, oldest first.', resolve: (taskRun) => taskRun.states }),
    runCount: t.exposeInt('runCount', { description: 'How often it has been RUNNING, retries included.' }),
    tags: t.exposeStringList('tags', { description: 'As the author gave them.' }),
    startTime: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'First RUNNING. Null when it has not run yet.',
      resolve: (taskRun) => taskRun.startTime,
    }),
    endTime: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When its final state was entered. Null before.',
      resolve: (taskRun) => taskRun.endTime,
    }),
    runTime: t.field({ type: 'Duration', description: 'Time in RUNNING, all attempts.', resolve: (taskRun) => taskRun.runTime / 1000 }),
    upstream: t.idList({
      description: 'Ids of the task runs whose results came in.',
      resolve: (taskRun) => taskRun.upstream.map((id) => encodeChildId('TaskRun', id, taskRun.flowRunId)),
    }),
    parentTaskRunId: t.id({
      nullable: true,
      description: 'The task run that called it. Null when the flow did.',
      resolve: (taskRun) => (taskRun.parentTaskRunId === null ? null : encodeChildId('TaskRun', taskRun.parentTaskRunId, taskRun.flowRunId)),
    }),
    childFlowRun: t.field({
      type: FlowRun,
      nullable: true,
      description: 'The subflow it stands for. Null for an ordinary task.',
      resolve: (taskRun, _, context) => (taskRun.childFlowRunId === null ? null : loadFlowRun(context, taskRun.childFlowRunId)),
    }),
  }),
})

export const TaskRunConnection = connectionOf('TaskRun', TaskRun, 'task runs')

findNodesOf('TaskRun', (context, id, flowRunId) => loadTaskRun(context, { id, flowRunId }))
