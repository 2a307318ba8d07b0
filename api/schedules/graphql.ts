/** Doors of schedules. */
import { MOST_INSTANTS } from '../../core/schedules/next-instants.ts'
import { previewSchedule, type SchedulePreview as Preview } from '../../core/schedules/preview-schedule.ts'
import { builder, QUERY_LIMITS } from '../builder.ts'
import { Deployment } from '../deployments/types.ts'
import { Conflict, Invalid, LimitExceeded, NotFound } from '../errors.ts'
import { FlowRun } from '../flow-runs/types.ts'
import { decodeId, encodeId } from '../node.ts'
import { IDEMPOTENCY_KEY_DESCRIPTION } from '../once.ts'
import { permit } from '../permissions.ts'
import { createSchedule } from './create-schedule.ts'
import { clearSchedules, deleteSchedule } from './delete-schedules.ts'
import { listSchedulesOf, loadSchedule } from './schedule-loader.ts'
import { Schedule, ScheduleCatchUp, ScheduleInput, ScheduleOverlap } from './types.ts'
import { pauseSchedule, updateSchedule } from './update-schedule.ts'
import type { ScheduleRow } from '../../db/queries/schedules/schedule-row.ts'

const SchedulePreview = builder.objectRef<Preview>('SchedulePreview').implement({
  description: 'When a schedule would fire.',
  fields: (t) => ({
    instants: t.field({
      type: ['DateTime'],
      description: 'In order, each once. Fewer than asked for when the schedule is over, or does not fire within 40 years.',
      complexity: 0,
      resolve: ({ instants }) => instants,
    }),
    error: t.exposeString('error', { nullable: true, description: 'What is wrong with the input, and what was expected. Null when nothing is.' }),
  }),
})

/** A hostile schedule takes some tenths of a second: this many share an operation. */
const MOST_PREVIEWS = 20

builder.queryField('schedulePreview', (t) =>
  t.field({
    type: SchedulePreview,
    description: 'The next instants of a schedule, saved or not. It keeps nothing and answers for the input alone.',
    args: {
      schedule: t.arg({ type: ScheduleInput, required: true, description: 'The schedule.' }),
      from: t.arg({ type: 'DateTime', required: true, description: 'The first instant may be this one.' }),
      count: t.arg.int({ required: true, description: `How many: 0 to ${MOST_INSTANTS}.` }),
    },
    complexity: Math.floor(QUERY_LIMITS.complexity / (MOST_PREVIEWS + 1)),
    resolve: (_, { schedule, from, count }, { actor }) => {
      permit(actor, 'schedules:preview')
      return previewSchedule(schedule, { from, count })
    },
  }),
)

builder.queryField('schedule', (t) =>
  t.field({
    type: Schedule,
    nullable: true,
    description: 'A schedule by its id. Null when there is none. Those of a deployment: `deployment { schedules }`.',
    args: { id: t.arg.id({ required: true, description: 'Its id or uuid.' }) },
    resolve: (_, { id }, context) => loadSchedule(context, decodeId('Schedule', id, ['id'])),
  }),
)

builder.objectField(Deployment, 'schedules', (t) =>
  t.field({
    type: [Schedule],
    description: 'When it runs by itself, by slug; 50 at most.',
    complexity: { field: 1, multiplier: 10 },
    resolve: ({ id }, _, context) => listSchedulesOf(context, id),
  }),
)

builder.objectFields(FlowRun, (t) => ({
  schedule: t.field({
    type: Schedule,
    nullable: true,
    description: 'The schedule that made it. Null when none did, or it is deleted.',
    resolve: ({ scheduleId }, _, context) => (scheduleId === null ? null : loadSchedule(context, scheduleId)),
  }),
  occurrence: t.field({
    type: 'DateTime',
    nullable: true,
    description: 'The instant of the schedule for which it was made. Null when none made it.',
    resolve: ({ occurrence }) => occurrence,
  }),
}))

const MAX_LATENESS = 'How late a missed one may still be met, in seconds: 0 to 30 days; 300 when left out.'

const CreateScheduleInput = builder.inputType('CreateScheduleInput', {
  description: 'A new schedule of a deployment.',
  fields: (t) => ({
    deploymentId: t.id({ description: 'Its id or uuid; or `deploymentName`.' }),
    deploymentName: t.string({ description: '`flow/deployment`; or `deploymentId`.' }),
    slug: t.string({
      description: 'Unique within the deployment: a-z, 0-9 and hyphens. When left out: the kind, with a number behind it when that is taken.',
    }),
    schedule: t.field({ type: ScheduleInput, required: true, description: 'When it fires.' }),
    parameters: t.field({ type: 'JSON', description: "Over the deployment's; an object. Together they must be what the flow needs." }),
    isPaused: t.boolean({ description: 'Whether it begins paused. False when left out.' }),
    catchUp: t.field({ type: ScheduleCatchUp, description: '`SKIP` when left out.' }),
    maxLateness: t.field({ type: 'Duration', description: MAX_LATENESS }),
    overlap: t.field({ type: ScheduleOverlap, description: '`ALLOW` when left out.' }),
    idempotencyKey: t.string({ description: IDEMPOTENCY_KEY_DESCRIPTION }),
  }),
})

const CreateScheduleSuccess = builder.objectRef<{ schedule: ScheduleRow }>('CreateScheduleSuccess').implement({
  description: 'The schedule is there, and its first runs are made.',
  fields: (t) => ({ schedule: t.field({ type: Schedule, description: 'As it is now.', resolve: ({ schedule }) => schedule }) }),
})

builder.mutationField('createSchedule', (t) =>
  t.field({
    type: CreateScheduleSuccess,
    description: 'Lets a deployment run by itself. A deployment may have several schedules.',
    args: { input: t.arg({ type: CreateScheduleInput, required: true, description: 'The new schedule.' }) },
    errors: {
      types: [Invalid, NotFound, Conflict, LimitExceeded],
      union: { name: 'CreateScheduleResult', description: 'The schedule, or why not.' },
    },
    resolve: async (_, { input }, context) => ({ schedule: await createSchedule(context, input) }),
  }),
)

const UpdateScheduleInput = builder.inputType('UpdateScheduleInput', {
  description: 'What is to be different about a schedule; what is left out stays as it is.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'Its id or uuid.' }),
    slug: t.string({ description: 'Unique within the deployment.' }),
    schedule: t.field({ type: ScheduleInput, description: 'When it fires: the whole of it.' }),
    parameters: t.field({ type: 'JSON', description: "Over the deployment's; null = none." }),
    catchUp: t.field({ type: ScheduleCatchUp, description: 'What becomes of missed occurrences.' }),
    maxLateness: t.field({ type: 'Duration', description: 'How late a missed one may still be met, in seconds: 0 to 30 days.' }),
    overlap: t.field({ type: ScheduleOverlap, description: 'What becomes of an occurrence while an earlier one has not ended.' }),
  }),
})

const UpdateScheduleSuccess = builder.objectRef<{ schedule: ScheduleRow }>('UpdateScheduleSuccess').implement({
  description: 'The schedule is as asked.',
  fields: (t) => ({ schedule: t.field({ type: Schedule, description: 'As it is now.', resolve: ({ schedule }) => schedule }) }),
})

builder.mutationField('updateSchedule', (t) =>
  t.field({
    type: UpdateScheduleSuccess,
    description: 'Changes a schedule. Its runs that lie ahead are made anew; the same again changes nothing.',
    args: { input: t.arg({ type: UpdateScheduleInput, required: true, description: 'What is to be different.' }) },
    errors: { types: [Invalid, NotFound, Conflict], union: { name: 'UpdateScheduleResult', description: 'The schedule, or why not.' } },
    resolve: async (_, { input }, context) => ({ schedule: await updateSchedule(context, input) }),
  }),
)

const PauseScheduleInput = builder.inputType('PauseScheduleInput', {
  description: 'Which schedule.',
  fields: (t) => ({ id: t.id({ required: true, description: 'Its id or uuid.' }) }),
})

const PauseScheduleSuccess = builder.objectRef<{ schedule: ScheduleRow }>('PauseScheduleSuccess').implement({
  description: 'The schedule is paused.',
  fields: (t) => ({ schedule: t.field({ type: Schedule, description: 'As it is now.', resolve: ({ schedule }) => schedule }) }),
})

builder.mutationField('pauseSchedule', (t) =>
  t.field({
    type: PauseScheduleSuccess,
    description: 'A paused schedule makes no runs; those that it has made and nobody has begun are removed. The same again changes nothing.',
    args: { input: t.arg({ type: PauseScheduleInput, required: true, description: 'Which one.' }) },
    errors: { types: [Invalid, NotFound], union: { name: 'PauseScheduleResult', description: 'The schedule, or why not.' } },
    resolve: async (_, { input }, context) => ({ schedule: await pauseSchedule(context, { id: input.id, isPaused: true }) }),
  }),
)

const ResumeScheduleInput = builder.inputType('ResumeScheduleInput', {
  description: 'Which schedule.',
  fields: (t) => ({ id: t.id({ required: true, description: 'Its id or uuid.' }) }),
})

const ResumeScheduleSuccess = builder.objectRef<{ schedule: ScheduleRow }>('ResumeScheduleSuccess').implement({
  description: 'The schedule is not paused (any more).',
  fields: (t) => ({ schedule: t.field({ type: Schedule, description: 'As it is now.', resolve: ({ schedule }) => schedule }) }),
})

builder.mutationField('resumeSchedule', (t) =>
  t.field({
    type: ResumeScheduleSuccess,
    description: 'Lets a paused schedule go on from now; what fell into the pause is not made up for. The same again changes nothing.',
    args: { input: t.arg({ type: ResumeScheduleInput, required: true, description: 'Which one.' }) },
    errors: { types: [Invalid, NotFound], union: { name: 'ResumeScheduleResult', description: 'The schedule, or why not.' } },
    resolve: async (_, { input }, context) => ({ schedule: await pauseSchedule(context, { id: input.id, isPaused: false }) }),
  }),
)

const DeleteScheduleInput = builder.inputType('DeleteScheduleInput', {
  description: 'Which schedule.',
  fields: (t) => ({ id: t.id({ required: true, description: 'Its id or uuid.' }) }),
})

const DeleteScheduleSuccess = builder.objectRef<{ id: string }>('DeleteScheduleSuccess').implement({
  description: 'The schedule is gone.',
  fields: (t) => ({ deletedId: t.id({ description: 'The id that it had.', resolve: ({ id }) => encodeId('Schedule', id) }) }),
})

builder.mutationField('deleteSchedule', (t) =>
  t.field({
    type: DeleteScheduleSuccess,
    description: 'Deletes a schedule and its runs that nobody has begun. Runs that have begun stay.',
    args: { input: t.arg({ type: DeleteScheduleInput, required: true, description: 'Which one.' }) },
    errors: { types: [Invalid, NotFound], union: { name: 'DeleteScheduleResult', description: 'What was deleted, or why not.' } },
    resolve: async (_, { input }, context) => ({ id: await deleteSchedule(context, input.id) }),
  }),
)

const ClearSchedulesInput = builder.inputType('ClearSchedulesInput', {
  description: 'Of which deployment.',
  fields: (t) => ({ deploymentId: t.id({ required: true, description: 'Its id or uuid.' }) }),
})

const ClearSchedulesSuccess = builder.objectRef<{ count: number }>('ClearSchedulesSuccess').implement({
  description: 'The deployment has no schedules.',
  fields: (t) => ({ count: t.exposeInt('count', { description: 'How many were deleted.' }) }),
})

builder.mutationField('clearSchedules', (t) =>
  t.field({
    type: ClearSchedulesSuccess,
    description: 'Deletes all schedules of a deployment, and their runs that nobody has begun.',
    args: { input: t.arg({ type: ClearSchedulesInput, required: true, description: 'Of which deployment.' }) },
    errors: { types: [Invalid, NotFound], union: { name: 'ClearSchedulesResult', description: 'How many were deleted, or why not.' } },
    resolve: async (_, { input }, context) => ({ count: await clearSchedules(context, input.deploymentId) }),
  }),
)
