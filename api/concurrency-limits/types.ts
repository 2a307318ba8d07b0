/** The types of named limits, and of those who hold and wait for slots of them. */
import {
  type ConcurrencyLeaseRow,
  type ConcurrencyLimitRow,
  findConcurrencyLimits,
  listConcurrencyLeases,
} from '../../db/queries/concurrency-limits/find-concurrency-limits.ts'
import { builder } from '../builder.ts'
import { connectionOf } from '../connection.ts'
import { flowRunLoader } from '../flow-runs/load-flow-run.ts'
import { FlowRun } from '../flow-runs/types.ts'
import { encodeChildId, encodeId, findNodesOf, NodeInterface } from '../node.ts'
import { mayDo, permit } from '../permissions.ts'
import { loader } from '../reader.ts'

/** Limits by id. */
export const concurrencyLimitLoader = loader(findConcurrencyLimits, (limit: ConcurrencyLimitRow) => limit.id)

/** Most leases that one field shows. */
const MOST = 200

const ConcurrencyLease = builder.objectRef<ConcurrencyLeaseRow>('ConcurrencyLease').implement({
  description: 'Slots of a concurrency limit that somebody holds or waits for.',
  fields: (t) => ({
    leaseId: t.exposeString('leaseId', { description: 'Raw id; `resetConcurrencyLimit` takes it.' }),
    slots: t.exposeInt('slots', { description: 'How many.' }),
    holder: t.exposeString('holder', { description: 'Who it is, in its own words.' }),
    flowRun: t.field({
      type: FlowRun,
      nullable: true,
      description: 'The run whose process it is: of a subflow its root. Null for a program without a run, and for who may not see it.',
      resolve: async ({ flowRunId }, _, context) => {
        const run = flowRunId === null ? null : await context.reader.load(flowRunLoader, flowRunId)
        return run && mayDo(context.actor, 'flow-runs:read', run) ? run : null
      },
    }),
    taskRunId: t.id({
      nullable: true,
      description: 'The task run that holds or waits. Null when it is none.',
      resolve: ({ taskRunId, flowRunId }) => (taskRunId === null || flowRunId === null ? null : encodeChildId('TaskRun', taskRunId, flowRunId)),
    }),
    askedAt: t.field({ type: 'DateTime', description: 'When it asked first: earlier ones go first.', resolve: ({ askedAt }) => askedAt }),
    takenAt: t.field({ type: 'DateTime', nullable: true, description: 'Since when it has them. Null: it waits.', resolve: ({ takenAt }) => takenAt }),
    deadline: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it is lost unless something is heard of it (of its run, where it has one) before.',
      resolve: ({ deadline }) => deadline,
    }),
  }),
})

export const ConcurrencyLimit = builder.objectRef<ConcurrencyLimitRow>('ConcurrencyLimit').implement({
  description: 'How many may do something at once, or in a time, by a name that code asks for. Tasks with the tag `x` ask for `tag:x`.',
  interfaces: [NodeInterface],
  fields: (t) => ({
    id: t.id({ description: 'Opaque id.', resolve: (limit) => encodeId('ConcurrencyLimit', limit.id) }),
    uuid: t.exposeString('id', { description: 'Raw id.' }),
    name: t.exposeString('name', { description: 'Unique in the workspace: 1 to 255 characters.' }),
    limit: t.exposeInt('max', { description: 'Slots that may be taken at once; with a decay, slots that may be used at once.' }),
    isActive: t.exposeBoolean('isActive', { description: 'False: it holds nobody back.' }),
    slotDecayPerSecond: t.exposeFloat('slotDecayPerSecond', {
      nullable: true,
      description: 'Slots that come back in a second by themselves: a rate limit. Null: slots come back when they are given back.',
    }),
    activeSlots: t.exposeFloat('used', { description: 'Slots taken at this moment; of a rate limit what has not come back, with a fraction.' }),
    holderCount: t.exposeInt('holders', { description: 'Leases that hold slots. Of a rate limit always 0.' }),
    waitingCount: t.exposeInt('waiting', { description: 'Leases that wait for slots.' }),
    holders: t.field({
      type: [ConcurrencyLease],
      description: `Who holds slots, longest first. At most ${MOST}.`,
      complexity: { field: 5, multiplier: 20 },
      resolve: ({ id }, _, { reader, timings }) =>
        reader.run(listConcurrencyLeases({ limitId: id, waiting: false, limit: MOST, silence: timings.silence })),
    }),
    waiters: t.field({
      type: [ConcurrencyLease],
      description: `Who waits for slots, in the order of asking. At most ${MOST}.`,
      complexity: { field: 5, multiplier: 20 },
      resolve: ({ id }, _, { reader, timings }) =>
        reader.run(listConcurrencyLeases({ limitId: id, waiting: true, limit: MOST, silence: timings.silence })),
    }),
    createdAt: t.field({ type: 'DateTime', description: 'When it was made.', resolve: (limit) => limit.createdAt }),
    updatedAt: t.field({ type: 'DateTime', description: 'When it last changed.', resolve: (limit) => limit.updatedAt }),
    updatedBy: t.exposeString('updatedBy', { nullable: true, description: 'Who last changed it. Null when that is not known.' }),
  }),
})

export const ConcurrencyLimitConnection = connectionOf<ConcurrencyLimitRow>('ConcurrencyLimit', ConcurrencyLimit, 'concurrency limits')

findNodesOf('ConcurrencyLimit', async (context, uuid) => {
  permit(context.actor, 'concurrency-limits:read')
  return context.reader.load(concurrencyLimitLoader, uuid)
})
