/** Doors of flow runs. */
import type { JsonValue } from '../../core/json-value.ts'
import type { FlowRunOrder as Order } from '../../db/queries/flow-runs/flow-run-filter.ts'
import type { FlowRunRow } from '../../db/queries/flow-runs/flow-run-row.ts'
import { builder } from '../builder.ts'
import { pageArgs, pageCost, pageOf, selects } from '../connection.ts'
import type { Context } from '../context.ts'
import { Conflict, Invalid, LimitExceeded, NotFound } from '../errors.ts'
import { decodeId, encodeId } from '../node.ts'
import { deleteInput, deleteSuccess } from '../removal.ts'
import { cancelFlowRun } from './cancel-flow-run.ts'
import { type CreatedFlowRun, createFlowRun } from './create-flow-run.ts'
import { deleteFlowRun } from './delete-flow-run.ts'
import { FlowRunFilter, readFlowRunFilter } from './flow-run-filter.ts'
import { listFlowRuns } from './list-flow-runs.ts'
import { loadFlowRun } from './load-flow-run.ts'
import { pauseFlowRun } from './pause-flow-run.ts'
import { resumeFlowRun } from './resume-flow-run.ts'
import { StateType } from '../states/graphql.ts'
import { retryFlowRun } from './retry-flow-run.ts'
import { updateFlowRun } from './update-flow-run.ts'
import { suspendFlowRun } from './suspend-flow-run.ts'
import { setFlowRunState } from './set-flow-run-state.ts'
import { startFlowRun } from './start-flow-run.ts'
import { FlowRun, FlowRunConnection } from './types.ts'

const FlowRunOrder = builder.enumType('FlowRunOrder', {
  description: 'Order of a list of flow runs.',
  values: {
    CREATED_DESC: { description: 'Newest first.' },
    CREATED_ASC: { description: 'Oldest first.' },
    START_TIME_DESC: {
      description: 'Started last first; what has not started stands at the instant for which it is scheduled, else at that of its creation.',
    },
    SCHEDULED_TIME_ASC: { description: 'Due first first.' },
  } as const satisfies Record<Order, { description: string }>,
})

builder.queryFields((t) => ({
  flowRun: t.field({
    type: FlowRun,
    nullable: true,
    description: 'A flow run. Null when there is none.',
    args: { id: t.arg.id({ required: true, description: 'Its id or uuid.' }) },
    resolve: (_, { id }, context) => loadFlowRun(context, decodeId('FlowRun', id, ['id'])),
  }),
  flowRuns: t.field({
    type: FlowRunConnection,
    description: 'Flow runs of the workspace.',
    args: {
      ...pageArgs,
      filter: t.arg({ type: FlowRunFilter, description: 'Which; all when left out.' }),
      orderBy: t.arg({ type: FlowRunOrder, description: '`CREATED_DESC` when left out.' }),
    },
    complexity: pageCost,
    resolve: (_, { filter, orderBy, ...page }, context, info) =>
      listFlowRuns(context, {
        filter: readFlowRunFilter(filter),
        order: orderBy ?? 'CREATED_DESC',
        page: pageOf(page),
        count: selects(info, 'totalCount', 'totalCountIsExact'),
      }),
  }),
}))

const FlowRunParentInput = builder.inputType('FlowRunParentInput', {
  description: 'The run that starts another one. They are cancelled together.',
  fields: (t) => ({
    flowRunId: t.id({ required: true, description: 'Its id or uuid.' }),
    taskRunId: t.id({ description: 'UUID of its task run that stands for the new run.' }),
    isWaiting: t.boolean({ description: 'Its process waits for the new run, and lends it its slots meanwhile. Counts when a run asks for itself.' }),
    waitsUntil: t.field({ type: 'DateTime', description: 'When it stops waiting; never when left out.' }),
  }),
})

const CreateFlowRunInput = builder.inputType('CreateFlowRunInput', {
  description: 'A run of a deployment: `deploymentId` or `deploymentName` is needed.',
  fields: (t) => ({
    deploymentId: t.id({ description: 'Its id or uuid.' }),
    deploymentName: t.string({ description: '`flow/deployment`.' }),
    parameters: t.field({ type: 'JSON', description: "An object; goes over the deployment's defaults and must fit its schema. At most 512 KiB." }),
    name: t.string({ description: '1 to 255 characters without `/ % & < >`; made up when left out.' }),
    tags: t.stringList({ description: "Besides the deployment's." }),
    scheduledTime: t.field({ type: 'DateTime', description: 'When it is due; now when left out.' }),
    jobVariables: t.field({ type: 'JSON', description: "An object for the worker, over the deployment's. `env` maps are merged." }),
    idempotencyKey: t.string({ description: 'The same key of the same flow again returns the run that exists. At most 255 characters.' }),
    parent: t.field({
      type: FlowRunParentInput,
      description:
        'The run that starts it; the one that asks, if it is one and this is left out. Null = nobody: it is linked to no run, and cancelled with none.',
    }),
  }),
})

const CreateFlowRunSuccess = builder.objectRef<CreatedFlowRun>('CreateFlowRunSuccess').implement({
  description: 'The run exists.',
  fields: (t) => ({
    flowRun: t.field({
      type: FlowRun,
      description: 'The run.',
      // What was just inserted is known without reading it; only its worker is not.
      resolve: (created, _, context, info) => (!created.existed && selects(info, 'worker') ? reload(context, created.flowRun.id) : created.flowRun),
    }),
    existed: t.exposeBoolean('existed', { description: 'True when the idempotency key had been used: the run that exists is returned.' }),
    warnings: t.exposeStringList('warnings', {
      description: 'What you may not have expected, for example that an existing run has other parameters.',
    }),
  }),
})

const StartFlowRunInput = builder.inputType('StartFlowRunInput', {
  description: 'A run that starts by itself, without a worker.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'UUID v7, made by the client within a day of now. The same again returns the run that exists.' }),
    flowName: t.string({ required: true, description: 'The flow; made when nobody has named it yet.' }),
    name: t.string({ description: 'Made up when left out.' }),
    parameters: t.field({ type: 'JSON', description: 'An object. At most 512 KiB.' }),
    tags: t.stringList({ description: 'At most 500.' }),
  }),
})

const StartFlowRunSuccess = builder.objectRef<{ flowRun: FlowRunRow; runToken: string; stateId: string }>('StartFlowRunSuccess').implement({
  description: 'The run is RUNNING.',
  fields: (t) => ({
    flowRun: t.field({ type: FlowRun, description: 'The run.', resolve: ({ flowRun }) => flowRun }),
    runToken: t.exposeString('runToken', { description: 'Lets its runner report, and nothing else.' }),
    stateId: t.exposeID('stateId', { description: 'UUID of its state: the first report names it as the state last seen.' }),
  }),
})

const CancelFlowRunInput = builder.inputType('CancelFlowRunInput', {
  description: 'Which run to stop.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'Its id or uuid.' }),
    reason: t.string({ description: 'For people; at most 1,000 characters.' }),
  }),
})

const RetryFlowRunInput = builder.inputType('RetryFlowRunInput', {
  description: 'Which run to run again.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'Its id or uuid.' }),
    onLatestVersion: t.boolean({ description: 'On the newest version of its deployment; on the one it is pinned to when left out.' }),
    fromTask: t.string({
      description:
        'Name of a task, or of one of its runs: what a durable run finished before it is used again. `flowRun { retryPreview }` says what.',
    }),
  }),
})

const UpdateFlowRunInput = builder.inputType('UpdateFlowRunInput', {
  description: 'What is to be different about a run; what is left out stays as it is.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'Its id or uuid.' }),
    name: t.string({ description: '1 to 255 characters without `/ % & < >`.' }),
    tags: t.stringList({ description: 'In place of those it has.' }),
  }),
})

const DeleteFlowRunInput = deleteInput('DeleteFlowRunInput', 'flow run')
const DeleteFlowRunSuccess = deleteSuccess('DeleteFlowRunSuccess', 'flow run')
const PauseFlowRunInput = builder.inputType('PauseFlowRunInput', {
  description: 'Which run to set aside.',
  fields: (t) => ({ id: t.id({ required: true, description: 'Its id or uuid.' }) }),
})
const SuspendFlowRunInput = builder.inputType('SuspendFlowRunInput', {
  description: 'Which run to set aside.',
  fields: (t) => ({ id: t.id({ required: true, description: 'Its id or uuid.' }) }),
})

const ResumeFlowRunInput = builder.inputType('ResumeFlowRunInput', {
  description: 'Which run is to go on.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'Its id or uuid.' }),
    input: t.field({
      type: 'JSON',
      description: 'The answer to what it asks: must fit `pause { inputSchema }`, over its `defaults`. At most 512 KiB.',
    }),
  }),
})

const SetFlowRunStateInput = builder.inputType('SetFlowRunStateInput', {
  description: 'How a run has ended, whatever the record says.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'Its id or uuid.' }),
    type: t.field({ type: StateType, required: true, description: 'COMPLETED, FAILED, CANCELLED or CRASHED.' }),
    name: t.string({ description: "The word people see; the type's own when left out. 1 to 255 characters without `/ % & < >`." }),
    message: t.string({ description: 'Why; at most 1,000 characters.' }),
  }),
})

const success = (name: string, description: string) =>
  builder.objectRef<{ flowRunId: string }>(name).implement({
    description,
    fields: (t) => ({
      flowRun: t.field({
        type: FlowRun,
        description: 'The run as it is now.',
        resolve: async ({ flowRunId }, _, context) => reload(context, flowRunId),
      }),
    }),
  })

const CancelFlowRunSuccess = success('CancelFlowRunSuccess', 'The run is CANCELLED, or CANCELLING until its worker has stopped it.')
const UpdateFlowRunSuccess = success('UpdateFlowRunSuccess', 'The run is as asked.')
const PauseFlowRunSuccess = success('PauseFlowRunSuccess', 'The run is PAUSED: nobody takes it until it is resumed.')
const SuspendFlowRunSuccess = success(
  'SuspendFlowRunSuccess',
  'The run is asked for its process: RUNNING `Suspending` until it is PAUSED `Suspended`, or has come to its end before.',
)
const ResumeFlowRunSuccess = success('ResumeFlowRunSuccess', 'The run goes on, or waits for a worker to start it.')
const SetFlowRunStateSuccess = success('SetFlowRunStateSuccess', 'The run has ended as asked; whoever still runs it is told to stop.')
const RetryFlowRunSuccess = builder
  .objectRef<{ flowRunId: string; reuse: { reused: number; again: number } | null }>('RetryFlowRunSuccess')
  .implement({
    description: 'The run is queued again.',
    fields: (t) => ({
      flowRun: t.field({
        type: FlowRun,
        description: 'The run as it is now.',
        resolve: async ({ flowRunId }, _, context) => reload(context, flowRunId),
      }),
      reusedCount: t.int({
        nullable: true,
        description: 'With `fromTask`: how many task runs are used again. Null without it.',
        resolve: ({ reuse }) => reuse?.reused ?? null,
      }),
      againCount: t.int({
        nullable: true,
        description: 'With `fromTask`: how many finished task runs run again. Null without it.',
        resolve: ({ reuse }) => reuse?.again ?? null,
      }),
    }),
  })

builder.mutationFields((t) => ({
  createFlowRun: t.field({
    type: CreateFlowRunSuccess,
    description: 'Makes a run of a deployment; a worker that has room gets it at once.',
    args: { input: t.arg({ type: CreateFlowRunInput, required: true, description: 'The new run.' }) },
    errors: { types: [Invalid, NotFound, Conflict, LimitExceeded], union: { name: 'CreateFlowRunResult', description: 'The run, or why not.' } },
    resolve: (_, { input }, context) =>
      createFlowRun(context, {
        ...input,
        deploymentId: input.deploymentId == null ? null : decodeId('Deployment', input.deploymentId, ['deploymentId']),
        parent: input.parent && { ...input.parent, flowRunId: decodeId('FlowRun', input.parent.flowRunId, ['parent', 'flowRunId']) },
      }),
  }),
  startFlowRun: t.field({
    type: StartFlowRunSuccess,
    description: "Registers a run that starts by itself, without a worker; the answer's token lets its runner report.",
    args: { input: t.arg({ type: StartFlowRunInput, required: true, description: 'The run.' }) },
    errors: { types: [Invalid, Conflict], union: { name: 'StartFlowRunResult', description: 'The run, or why not.' } },
    resolve: (_, { input }, context) => startFlowRun(context, input),
  }),
  cancelFlowRun: t.field({
    type: CancelFlowRunSuccess,
    description: 'Asks a run to stop. Its process is given 30 s. Cancelling again changes nothing.',
    args: { input: t.arg({ type: CancelFlowRunInput, required: true, description: 'Which, and why.' }) },
    errors: { types: [Invalid, NotFound, Conflict], union: { name: 'CancelFlowRunResult', description: 'The run, or why not.' } },
    resolve: async (_, { input }, context) => {
      const flowRunId = decodeId('FlowRun', input.id, ['id'])
      await cancelFlowRun(context, { flowRunId, reason: input.reason ?? null })
      return { flowRunId }
    },
  }),
  updateFlowRun: t.field({
    type: UpdateFlowRunSuccess,
    description: 'Gives a run another name or other tags.',
    args: { input: t.arg({ type: UpdateFlowRunInput, required: true, description: 'What is to be different.' }) },
    errors: { types: [Invalid, NotFound], union: { name: 'UpdateFlowRunResult', description: 'The run, or why not.' } },
    resolve: async (_, { input: { id, ...change } }, context) => {
      const flowRunId = decodeId('FlowRun', id, ['id'])
      await updateFlowRun(context, flowRunId, change)
      return { flowRunId }
    },
  }),
  deleteFlowRun: t.field({
    type: DeleteFlowRunSuccess,
    description: 'Deletes a run that is over or has not begun, with its subflows, task runs, logs and artifacts. Cancel a run that goes on first.',
    args: { input: t.arg({ type: DeleteFlowRunInput, required: true, description: 'Which.' }) },
    errors: { types: [Invalid, NotFound, Conflict], union: { name: 'DeleteFlowRunResult', description: 'What is gone, or why not.' } },
    resolve: async (_, { input }, context) => {
      const flowRunId = decodeId('FlowRun', input.id, ['id'])
      await deleteFlowRun(context, flowRunId)
      return { deletedId: encodeId('FlowRun', flowRunId) }
    },
  }),
  pauseFlowRun: t.field({
    type: PauseFlowRunSuccess,
    description: 'Sets a run aside that waits to be started. Pausing again changes nothing; a run that is given out already is not paused.',
    args: { input: t.arg({ type: PauseFlowRunInput, required: true, description: 'Which.' }) },
    errors: { types: [Invalid, NotFound, Conflict], union: { name: 'PauseFlowRunResult', description: 'The run, or why not.' } },
    resolve: async (_, { input }, context) => {
      const flowRunId = decodeId('FlowRun', input.id, ['id'])
      await pauseFlowRun(context, flowRunId)
      return { flowRunId }
    },
  }),
  suspendFlowRun: t.field({
    type: SuspendFlowRunSuccess,
    description:
      'Asks a running run of a deployment for its process: it suspends where its flow calls a task or subflow next, when what runs has come to its end, and goes on with any worker once it is resumed. The flow must be durable; one that is not goes on, and its state says so. Asking again changes nothing.',
    args: { input: t.arg({ type: SuspendFlowRunInput, required: true, description: 'Which.' }) },
    errors: { types: [Invalid, NotFound, Conflict], union: { name: 'SuspendFlowRunResult', description: 'The run, or why not.' } },
    resolve: async (_, { input }, context) => {
      const flowRunId = decodeId('FlowRun', input.id, ['id'])
      await suspendFlowRun(context, flowRunId)
      return { flowRunId }
    },
  }),
  resumeFlowRun: t.field({
    type: ResumeFlowRunSuccess,
    description: 'Lets a paused run go on, with the answer that it asks for: at its own time, when that is still to come.',
    args: { input: t.arg({ type: ResumeFlowRunInput, required: true, description: 'Which.' }) },
    errors: { types: [Invalid, NotFound, Conflict], union: { name: 'ResumeFlowRunResult', description: 'The run, or why not.' } },
    resolve: async (_, { input }, context) => {
      const flowRunId = decodeId('FlowRun', input.id, ['id'])
      await resumeFlowRun(context, flowRunId, (input.input ?? null) as JsonValue)
      return { flowRunId }
    },
  }),
  setFlowRunState: t.field({
    type: SetFlowRunStateSuccess,
    description: 'Ends a run by force, in any of the final states, whatever it is in. Audited. A subflow ends with the run that called it.',
    args: { input: t.arg({ type: SetFlowRunStateInput, required: true, description: 'Which, and how it has ended.' }) },
    errors: { types: [Invalid, NotFound, Conflict], union: { name: 'SetFlowRunStateResult', description: 'The run, or why not.' } },
    resolve: async (_, { input: { id, type, name, message } }, context) => {
      const flowRunId = decodeId('FlowRun', id, ['id'])
      await setFlowRunState(context, flowRunId, { type, name: name ?? null, message: message ?? null })
      return { flowRunId }
    },
  }),
  retryFlowRun: t.field({
    type: RetryFlowRunSuccess,
    description: 'Queues a run that has ended again.',
    args: { input: t.arg({ type: RetryFlowRunInput, required: true, description: 'Which.' }) },
    errors: { types: [Invalid, NotFound, Conflict], union: { name: 'RetryFlowRunResult', description: 'The run, or why not.' } },
    resolve: async (_, { input }, context) => {
      const flowRunId = decodeId('FlowRun', input.id, ['id'])
      const reuse = await retryFlowRun(context, { flowRunId, onLatestVersion: input.onLatestVersion ?? false, fromTask: input.fromTask ?? null })
      return { flowRunId, reuse }
    },
  }),
}))

const reload = async (context: Context, flowRunId: string): Promise<FlowRunRow> => {
  const run = await loadFlowRun(context, flowRunId)
  if (!run) throw new NotFound('flow run', flowRunId, { path: ['id'] })
  return run
}
