/** GraphQL types of schedules. */
import type { ScheduleInput as Input } from '../../core/schedules/schedule.ts'
import { nextInstants } from '../../core/schedules/next-instants.ts'
import type { CatchUp, Overlap } from '../../core/schedules/occurrence-policy.ts'
import { readSchedule, type Schedule as ReadSchedule } from '../../core/schedules/schedule.ts'
import { describeSchedule } from '../../core/schedules/describe-schedule.ts'
import { ScheduleProblem } from '../../core/schedules/schedule-problem.ts'
import type { OnGap, OnOverlap } from '../../core/schedules/zone.ts'
import type { ScheduleRow } from '../../db/queries/schedules/schedule-row.ts'
import { builder } from '../builder.ts'
import type { Context } from '../context.ts'
import { Deployment, deploymentLoader } from '../deployments/types.ts'
import { Invalid } from '../errors.ts'
import { encodeId, findNodesOf, NodeInterface } from '../node.ts'
import { loadSchedule } from './schedule-loader.ts'

const ScheduleOnGap = builder.enumType('ScheduleOnGap', {
  description: 'What happens to a wall time that does not exist because clocks are set forward.',
  values: {
    SHIFT: { value: 'shift', description: 'It fires at the first instant after the gap.' },
    SKIP: { value: 'skip', description: 'It does not fire that day.' },
  } as const satisfies Record<Uppercase<OnGap>, { value: OnGap; description: string }>,
})

const ScheduleOnOverlap = builder.enumType('ScheduleOnOverlap', {
  description: 'What happens to a wall time that exists twice because clocks are set back.',
  values: {
    FIRST: { value: 'first', description: 'It fires the first time.' },
    BOTH: { value: 'both', description: 'It fires both times.' },
  } as const satisfies Record<Uppercase<OnOverlap>, { value: OnOverlap; description: string }>,
})

/** A schedule as clients write it: core checks it, so that every mistake is told in the same words everywhere. */
export const ScheduleInput = builder.inputRef<Input>('ScheduleInput').implement({
  description: 'When something runs: one of `cron`, `interval` and `rrule`.',
  fields: (t) => ({
    cron: t.string({
      description:
        'Five fields, six with seconds first, or an alias such as `@daily`. `L`, `LW`, `15W`, `5L` and `5#2` are known. At most 1,000 characters.',
    }),
    dayOr: t.boolean({
      description:
        'With two restricted day fields of a cron: one of them has to match (true, also when left out), or both. A field that begins with `*` is not restricted.',
    }),
    interval: t.float({ description: 'Whole seconds, 1 or more. Whole days keep wall time; others are elapsed time.' }),
    anchor: t.string({
      description:
        'Wall time in the zone of the schedule, `2026-01-01T09:00`: an interval keeps step with it, an `rrule` without DTSTART begins there. When left out: when the schedule was created.',
    }),
    rrule: t.string({
      description: 'A rule of RFC 5545, or a set: lines of DTSTART, RRULE, EXRULE, RDATE and EXDATE in any order. At most 6,500 characters.',
    }),
    timezone: t.string({ description: 'IANA name, for example `Europe/Berlin`; `UTC` when left out.' }),
    onGap: t.field({ type: ScheduleOnGap, description: '`SHIFT` when left out. Crons that fire in every hour, and elapsed time, have no gap.' }),
    onOverlap: t.field({
      type: ScheduleOnOverlap,
      description: '`FIRST` when left out. Crons that fire in every hour, and elapsed time, always fire both times.',
    }),
    start: t.field({ type: 'DateTime', description: 'Nothing before; this instant may be the first.' }),
    end: t.field({ type: 'DateTime', description: 'Nothing from this instant on.' }),
  }),
})

export const ScheduleCatchUp = builder.enumType('ScheduleCatchUp', {
  description:
    'What becomes of occurrences that were missed: no worker of the pool was online, or the control plane was away, until they were too late.',
  values: {
    SKIP: { value: 'skip', description: 'They end as CANCELLED `Missed`.' },
    LATEST: { value: 'latest', description: 'Only the newest runs; the others end as CANCELLED `Missed`.' },
    ALL: { value: 'all', description: 'All run, however late.' },
  } as const satisfies Record<string, { value: CatchUp; description: string }>,
})

export const ScheduleOverlap = builder.enumType('ScheduleOverlap', {
  description: 'What becomes of an occurrence that comes while an earlier run of the schedule has not ended.',
  values: {
    ALLOW: { value: 'allow', description: 'It runs beside it.' },
    SKIP: { value: 'skip', description: 'It ends as CANCELLED `Skipped`.' },
    QUEUE_ONE: { value: 'queue-one', description: 'It waits for it; only one waits at a time, further ones end as CANCELLED `Skipped`.' },
    QUEUE_ALL: { value: 'queue-all', description: 'It waits until every earlier one has ended.' },
    CANCEL_RUNNING: { value: 'cancel-running', description: 'Earlier ones are cancelled; it runs as soon as they have ended.' },
    TERMINATE_RUNNING: { value: 'terminate-running', description: 'Earlier ones are set to CANCELLED, whatever they do, and it runs at once.' },
  } as const satisfies Record<string, { value: Overlap; description: string }>,
})

export const DeploymentScheduleInput = builder.inputType('DeploymentScheduleInput', {
  description: 'A schedule as a deploy wants it.',
  fields: (t) => ({
    slug: t.string({
      description: 'Unique within the deployment. When left out: the kind, with a number behind it from the second of that kind on.',
    }),
    schedule: t.field({ type: ScheduleInput, required: true, description: 'When it fires.' }),
    parameters: t.field({ type: 'JSON', description: "Over the deployment's; an object. Together they must be what the flow needs." }),
    isPaused: t.boolean({ description: 'As it is when left out; false for a new one.' }),
    catchUp: t.field({ type: ScheduleCatchUp, description: '`SKIP` when left out.' }),
    maxLateness: t.field({ type: 'Duration', description: 'How late a missed one may still be met, in seconds: 0 to 30 days; 300 when left out.' }),
    overlap: t.field({ type: ScheduleOverlap, description: '`ALLOW` when left out.' }),
  }),
})

/** As core reads it; what is stored has been read before. */
function readOf({ definition, createdAt }: ScheduleRow): ReadSchedule {
  const read = readSchedule(definition, createdAt)
  if (!read.ok) throw new Invalid([{ path: ['schedule', read.field], message: read.message, expected: null }])
  return read.schedule
}

/** Next instants of one answer. */
export const MOST_NEXT = 100

export const Schedule = builder.objectRef<ScheduleRow>('Schedule')
Schedule.implement({
  description:
    'When a deployment runs by itself. It makes its runs ahead of time: for at least the next hour and the next three instants, at most 100 days.',
  interfaces: [NodeInterface],
  fields: (t) => ({
    id: t.id({ description: 'Opaque id.', resolve: (schedule) => encodeId('Schedule', schedule.id) }),
    uuid: t.exposeString('id', { description: 'Raw id.' }),
    slug: t.exposeString('slug', { description: 'Unique within its deployment.' }),
    deployment: t.field({
      type: Deployment,
      description: 'What it runs.',
      resolve: async ({ deploymentId }, _, { reader }: Context) => {
        const deployment = await reader.load(deploymentLoader, deploymentId)
        if (!deployment) throw new Error(`the deployment ${deploymentId} of a schedule is gone`)
        return deployment
      },
    }),
    words: t.string({ description: 'In words: `every weekday at 09:00, Europe/Berlin`.', resolve: (schedule) => describeSchedule(readOf(schedule)) }),
    cron: t.string({ nullable: true, description: 'As given. Null for another kind.', resolve: ({ definition }) => definition.cron }),
    dayOr: t.boolean({
      nullable: true,
      description: 'Whether one of two restricted day fields is enough. Null when nobody said (it is).',
      resolve: ({ definition }) => definition.dayOr,
    }),
    interval: t.float({ nullable: true, description: 'Seconds. Null for another kind.', resolve: ({ definition }) => definition.interval }),
    anchor: t.string({ nullable: true, description: 'As given. Null when it is its creation.', resolve: ({ definition }) => definition.anchor }),
    rrule: t.string({ nullable: true, description: 'As given. Null for another kind.', resolve: ({ definition }) => definition.rrule }),
    timezone: t.string({ description: 'IANA name.', resolve: (schedule) => readOf(schedule).zone.name }),
    onGap: t.field({
      type: ScheduleOnGap,
      description: 'What happens to a wall time that does not exist.',
      resolve: ({ definition }) => definition.onGap ?? 'shift',
    }),
    onOverlap: t.field({
      type: ScheduleOnOverlap,
      description: 'What happens to a wall time that exists twice.',
      resolve: ({ definition }) => definition.onOverlap ?? 'first',
    }),
    start: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'Nothing before. Null = no such bound.',
      resolve: ({ definition }) => definition.start,
    }),
    end: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'Nothing from here on. Null = no such bound.',
      resolve: ({ definition }) => definition.end,
    }),
    parameters: t.field({ type: 'JSON', description: "Over the deployment's.", resolve: ({ parameters }) => parameters }),
    isPaused: t.exposeBoolean('isPaused', { description: 'Whether it makes no runs. A paused deployment makes none either.' }),
    catchUp: t.field({ type: ScheduleCatchUp, description: 'What becomes of missed occurrences.', resolve: ({ catchUp }) => catchUp }),
    maxLateness: t.field({
      type: 'Duration',
      description: 'An occurrence is missed when no worker of the pool was there from its instant until so much later.',
      resolve: ({ maxLateness }) => maxLateness / 1_000,
    }),
    overlap: t.field({
      type: ScheduleOverlap,
      description: 'What becomes of an occurrence while an earlier one has not ended.',
      resolve: ({ overlap }) => overlap,
    }),
    nextInstants: t.field({
      type: ['DateTime'],
      description: 'When it fires next, paused or not. Fewer than asked for when it is over, or does not fire within 40 years.',
      args: { first: t.arg.int({ description: `How many: 0 to ${MOST_NEXT}, 10 when left out.` }) },
      complexity: 20,
      resolve: (schedule, { first }, { clock }) => {
        const count = first ?? 10
        if (count < 0 || count > MOST_NEXT)
          throw new Invalid([{ path: ['first'], message: `expected 0 to ${MOST_NEXT}, got ${count}`, expected: `0 to ${MOST_NEXT}` }])
        try {
          return nextInstants(readOf(schedule), { from: clock.now(), count })
        } catch (error) {
          if (error instanceof ScheduleProblem) return []
          throw error
        }
      },
    }),
    createdAt: t.field({ type: 'DateTime', description: 'When it was made.', resolve: ({ createdAt }) => createdAt }),
    updatedAt: t.field({ type: 'DateTime', description: 'When it last changed.', resolve: ({ updatedAt }) => updatedAt }),
  }),
})

findNodesOf('Schedule', loadSchedule)
