/** `FlowRun.durableWork` and `FlowRun.retryPreview`: what a durable run has finished, for its runner and for whoever retries it. */
import { planRetryFromTask, type RetryPlan } from '../../core/retry-from-task.ts'
import { type FinishedTaskRunRow, listFinishedTaskRuns, listKeptTaskRuns } from '../../db/queries/task-runs/durable-task-runs.ts'
import { builder } from '../builder.ts'
import { Invalid } from '../errors.ts'
import { isUuid } from '../../core/ids.ts'
import { encodeChildId } from '../node.ts'
import { permit } from '../permissions.ts'
import { FlowRun } from './types.ts'

/** Task runs on one page, and names in one preview. */
const MOST = 1_000

const ResultReference = builder.objectRef<FinishedTaskRunRow['result']>('ResultReference').implement({
  description: 'Where a result lies. The control plane never has the result itself.',
  fields: (t) => ({
    type: t.exposeString('type', { description: 'Name of the serializer that wrote it.' }),
    reference: t.exposeString('reference', { description: 'Its address in the store of the flow.' }),
  }),
})

const FinishedTaskRun = builder.objectRef<FinishedTaskRunRow>('FinishedTaskRun').implement({
  description: 'A task run that is not run again when its run is.',
  fields: (t) => ({
    id: t.id({ description: 'Opaque id of the task run.', resolve: ({ id, flowRunId }) => encodeChildId('TaskRun', id, flowRunId) }),
    uuid: t.exposeString('id', { description: 'Raw id.' }),
    flowRunId: t.exposeString('flowRunId', { description: 'UUID of its run: the durable one, or one of its subflows.' }),
    parentTaskRunId: t.exposeString('parentTaskRunId', {
      nullable: true,
      description: 'UUID of the task run within which it was called, also by a subflow of that. Null when flows alone called it.',
    }),
    name: t.exposeString('name', { description: 'Name of the task run.' }),
    durableKey: t.exposeString('durableKey', { description: 'What finds it again: made of who calls it, its task, and what goes in.' }),
    stateName: t.exposeString('stateName', { description: 'Name of its COMPLETED state.' }),
    result: t.field({ type: ResultReference, description: 'Its result.', resolve: ({ result }) => result }),
    startTime: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it started. Null when that is not known.',
      resolve: (row) => row.startTime,
    }),
    endTime: t.field({ type: 'DateTime', nullable: true, description: 'When it ended. Null when that is not known.', resolve: (row) => row.endTime }),
  }),
})

interface Page {
  generation: number
  rows: FinishedTaskRunRow[]
  hasMore: boolean
}

const DurableWork = builder.objectRef<Page>('DurableWork').implement({
  description: 'What a durable run and its subflows have finished, page by page.',
  fields: (t) => ({
    generation: t.exposeInt('generation', { description: 'The epoch whose end was last retried from a task; 0 = never.' }),
    finished: t.field({ type: [FinishedTaskRun], description: 'In the order of their ids; at most 1,000.', resolve: ({ rows }) => rows }),
    hasMore: t.exposeBoolean('hasMore', { description: 'There is more after the last one.' }),
  }),
})

const RetryPreview = builder.objectRef<RetryPlan>('RetryPreview').implement({
  description: 'What retrying a run from one of its tasks would use again, and what would run again.',
  fields: (t) => ({
    problem: t.string({
      nullable: true,
      description: 'Why it cannot be retried from there, and what to do instead. Null when it can.',
      resolve: (plan) => (plan.kind === 'refused' ? `${plan.message}. ${plan.hint}` : null),
    }),
    reused: t.stringList({ description: 'Names of the task runs that are used again; at most 1,000.', resolve: (plan) => namesOf(plan, 'reused') }),
    reusedCount: t.int({ description: 'How many.', resolve: (plan) => (plan.kind === 'plan' ? plan.reused.length : 0) }),
    again: t.stringList({
      description: 'Names of the task runs that run again, besides those that had not finished; at most 1,000.',
      resolve: (plan) => namesOf(plan, 'again'),
    }),
    againCount: t.int({ description: 'How many.', resolve: (plan) => (plan.kind === 'plan' ? plan.again.length : 0) }),
  }),
})

const namesOf = (plan: RetryPlan, part: 'reused' | 'again'): string[] =>
  plan.kind === 'plan' ? plan[part].slice(0, MOST).map(({ name }) => name) : []

builder.objectFields(FlowRun, (t) => ({
  durableWork: t.field({
    type: DurableWork,
    description: 'What it has finished and need not run again; empty for a flow that is not durable.',
    args: { after: t.arg.string({ description: '`uuid` of the last one of the page before.' }) },
    complexity: { field: 20, multiplier: 1 },
    resolve: async (run, { after }, { actor, reader }) => {
      permit(actor, 'task-runs:read', run)
      if (after != null && !isUuid(after)) throw new Invalid([{ path: ['after'], message: 'expected the `uuid` of a task run', expected: 'UUID' }])
      const { generation, rows } = await reader.run(listFinishedTaskRuns({ flowRunId: run.id, after: after ?? null, limit: MOST + 1 }))
      return { generation, rows: rows.slice(0, MOST), hasMore: rows.length > MOST }
    },
  }),
  retryPreview: t.field({
    type: RetryPreview,
    description: 'What `retryFlowRun` with `fromTask` would do.',
    args: { fromTask: t.arg.string({ required: true, description: 'Name of a task, or of one of its runs.' }) },
    complexity: { field: 20, multiplier: 1 },
    resolve: async (run, { fromTask }, { actor, reader }) => {
      permit(actor, 'task-runs:read', run)
      return planRetryFromTask(await reader.run(listKeptTaskRuns(run.id)), fromTask)
    },
  }),
}))
