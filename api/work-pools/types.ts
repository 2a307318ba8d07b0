/** Types of work pools and their queues. */
import { defaultJobTemplate } from '../../core/job-templates/job-template.ts'
import type { JsonValue } from '../../core/json-value.ts'
import { findWorkPools, findWorkQueues, type WorkPoolRow, type WorkQueueRow } from '../../db/queries/work-pools/find-work-pools.ts'
import { listWorkers } from '../../db/queries/workers/list-workers.ts'
import { builder } from '../builder.ts'
import { connectionOf } from '../connection.ts'
import type { Context } from '../context.ts'
import { encodeId, findNodesOf, NodeInterface } from '../node.ts'
import { permit } from '../permissions.ts'
import { loader } from '../reader.ts'
import { contactsOf, isOnline } from '../workers/last-contact.ts'
import { Worker } from '../workers/types.ts'

/** What other nouns' rows know of a pool or queue; the rest is loaded when it is asked for. */
export type WorkPoolValue = Pick<WorkPoolRow, 'id' | 'name' | 'type'> & Partial<WorkPoolRow>
export type WorkQueueValue = Pick<WorkQueueRow, 'id' | 'name'> & Partial<WorkQueueRow>

/** Pools by id. */
export const workPoolLoader = loader(findWorkPools, (pool: WorkPoolRow) => pool.id)
/** Queues by id. */
export const workQueueLoader = loader(findWorkQueues, (queue: WorkQueueRow) => queue.id)

const fullPool = async (value: WorkPoolValue, { reader }: Context): Promise<WorkPoolRow> =>
  value.queues ? (value as WorkPoolRow) : ((await reader.load(workPoolLoader, value.id)) as WorkPoolRow)
const fullQueue = async (value: WorkQueueValue, { reader }: Context): Promise<WorkQueueRow> =>
  value.slotsUsed === undefined ? ((await reader.load(workQueueLoader, value.id)) as WorkQueueRow) : (value as WorkQueueRow)

const WorkPoolStatus = builder.enumType('WorkPoolStatus', {
  description: 'Whether a pool takes runs.',
  values: {
    READY: { description: 'A worker is online.' },
    NOT_READY: { description: 'No worker is online.' },
    PAUSED: { description: 'Its runs wait until it is resumed.' },
  } as const,
})

export const WorkQueue = builder.objectRef<WorkQueueValue>('WorkQueue')
WorkQueue.implement({
  description: 'A lane of a work pool. Every pool has `default`.',
  interfaces: [NodeInterface],
  fields: (t) => ({
    id: t.id({ description: 'Opaque id.', resolve: (queue) => encodeId('WorkQueue', queue.id) }),
    uuid: t.exposeString('id', { description: 'Raw id.' }),
    name: t.exposeString('name', { description: 'Unique within its pool.' }),
    priority: t.int({ description: '1 first, strictly.', resolve: async (value, _, context) => (await fullQueue(value, context)).priority }),
    isPaused: t.boolean({ description: 'Whether its runs wait.', resolve: async (value, _, context) => (await fullQueue(value, context)).isPaused }),
    concurrencyLimit: t.int({
      nullable: true,
      description: 'How many of its runs may hold a slot at a time. Null = no limit.',
      resolve: async (value, _, context) => (await fullQueue(value, context)).concurrencyLimit,
    }),
    slotsUsed: t.int({
      description: 'Runs of it that hold a slot now.',
      resolve: async (value, _, context) => (await fullQueue(value, context)).slotsUsed,
    }),
    waitingCount: t.int({
      description: 'Runs of it that are due and wait; counted to 10,000.',
      resolve: async (value, _, context) => (await fullQueue(value, context)).waitingCount,
    }),
  }),
})

export const WorkPool = builder.objectRef<WorkPoolValue>('WorkPool')
WorkPool.implement({
  description: 'Where runs wait for workers of one type.',
  interfaces: [NodeInterface],
  fields: (t) => ({
    id: t.id({ description: 'Opaque id.', resolve: (pool) => encodeId('WorkPool', pool.id) }),
    uuid: t.exposeString('id', { description: 'Raw id.' }),
    name: t.exposeString('name', { description: 'Unique in the workspace.' }),
    type: t.exposeString('type', { description: 'What its workers start, for example `process`.' }),
    description: t.string({
      nullable: true,
      description: 'For people. Null when nobody wrote one.',
      resolve: async (value, _, context) => (await fullPool(value, context)).description,
    }),
    isPaused: t.boolean({ description: 'Whether its runs wait.', resolve: async (value, _, context) => (await fullPool(value, context)).isPaused }),
    status: t.field({
      type: WorkPoolStatus,
      description: 'Whether it takes runs.',
      resolve: async (value, _, context) => {
        const { isPaused, workerSeenAt } = await fullPool(value, context)
        if (isPaused) return 'PAUSED'
        if (workerSeenAt === null) return 'NOT_READY'
        if (isOnline(context, workerSeenAt)) return 'READY'
        return [...(await contactsOf(context, value.id)).values()].some((heardAt) => isOnline(context, heardAt)) ? 'READY' : 'NOT_READY'
      },
    }),
    concurrencyLimit: t.int({
      nullable: true,
      description: 'How many of its runs may hold a slot at a time. Null = no limit.',
      resolve: async (value, _, context) => (await fullPool(value, context)).concurrencyLimit,
    }),
    slotsUsed: t.int({
      description: 'Runs of it that hold a slot now.',
      resolve: async (value, _, context) => (await fullPool(value, context)).slotsUsed,
    }),
    waitingCount: t.int({
      description: 'Runs of it that are due and wait; counted to 10,000.',
      resolve: async (value, _, context) => (await fullPool(value, context)).waitingCount,
    }),
    queues: t.field({
      type: [WorkQueue],
      description: 'By priority.',
      resolve: async (value, _, context) => (await fullPool(value, context)).queues,
    }),
    workers: t.field({
      type: [Worker],
      description: 'By name; those that are offline too. At most 1,000.',
      complexity: { field: 1, multiplier: 20 },
      resolve: (value, _, { actor, reader }) => {
        permit(actor, 'workers:read')
        return reader.run(listWorkers(value.id))
      },
    }),
    baseJobTemplate: t.field({
      type: 'JSON',
      description:
        'What its runs may be given, and what its workers make of that: `variables`, a JSON Schema of the job variables with defaults, and `job_configuration`, what the worker heeds, with `{{ name }}` where the value of a variable goes. In force now, whether its own or the default of its type.',
      resolve: async (value, _, context) => {
        permit(context.actor, 'work-pools:read')
        const { type, baseJobTemplate } = await fullPool(value, context)
        return (baseJobTemplate ?? defaultJobTemplate(type)) as unknown as JsonValue
      },
    }),
    hasOwnJobTemplate: t.boolean({
      description: 'Whether somebody gave it a base job template. False: it has the default of its type, and takes job variables as they are.',
      resolve: async (value, _, context) => (await fullPool(value, context)).baseJobTemplate !== null,
    }),
    createdAt: t.field({
      type: 'DateTime',
      description: 'When it was made.',
      resolve: async (value, _, context) => (await fullPool(value, context)).createdAt,
    }),
  }),
})

export const WorkPoolConnection = connectionOf<WorkPoolValue>('WorkPool', WorkPool, 'work pools')

findNodesOf('WorkPool', async (context, uuid) => {
  permit(context.actor, 'work-pools:read')
  return context.reader.load(workPoolLoader, uuid)
})
/** The queue; null when there is none. */
export async function loadWorkQueue({ actor, reader }: Context, id: string): Promise<WorkQueueRow | null> {
  permit(actor, 'work-pools:read')
  return reader.load(workQueueLoader, id)
}

findNodesOf('WorkQueue', loadWorkQueue)
