/** Doors of schedules. */
import { MOST_INSTANTS } from '../../core/schedules/next-instants.ts'
import { previewSchedule, type SchedulePreview as Preview } from '../../core/schedules/preview-schedule.ts'
import { builder, QUERY_LIMITS } from '../builder.ts'
import { permit } from '../permissions.ts'
import { ScheduleInput } from './types.ts'

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
