/** Types of workers. */
import { findWorkers, type WorkerRow } from '../../db/queries/workers/list-workers.ts'
import { builder } from '../builder.ts'
import type { Context } from '../context.ts'
import { encodeId, findNodesOf, NodeInterface } from '../node.ts'
import { permit } from '../permissions.ts'
import { loader } from '../reader.ts'
import { isOnline, lastContactOf } from './last-contact.ts'
import { WorkPool, workPoolLoader } from '../work-pools/types.ts'

/** What other nouns' rows know of a worker; the rest is loaded when it is asked for. */
export type WorkerValue = Pick<WorkerRow, 'id' | 'name'> & Partial<WorkerRow>

/** Workers by id. */
export const workerLoader = loader(findWorkers, (worker: WorkerRow) => worker.id)

const full = async (value: WorkerValue, { reader }: Context): Promise<WorkerRow> =>
  value.lastSeenAt === undefined ? ((await reader.load(workerLoader, value.id)) as WorkerRow) : (value as WorkerRow)

const WorkerStatus = builder.enumType('WorkerStatus', {
  description: 'Whether a worker is in contact.',
  values: {
    ONLINE: { description: 'Heard less than 30 s ago.' },
    DRAINING: { description: 'In contact, and takes nothing new: it leaves when its runs have ended.' },
    OFFLINE: { description: 'Not heard for 30 s, or it has said goodbye.' },
  } as const,
})

export const Worker = builder.objectRef<WorkerValue>('Worker')
Worker.implement({
  description: 'A worker by its name within its pool; it outlives its processes.',
  interfaces: [NodeInterface],
  fields: (t) => ({
    id: t.id({ description: 'Opaque id.', resolve: (worker) => encodeId('Worker', worker.id) }),
    uuid: t.exposeString('id', { description: 'Raw id.' }),
    name: t.exposeString('name', { description: 'Unique within its pool.' }),
    status: t.field({
      type: WorkerStatus,
      description: 'Whether it is in contact.',
      resolve: async (value, _, context) => {
        const worker = await full(value, context)
        if (worker.hasLeft || !isOnline(context, await lastContactOf(context, worker))) return 'OFFLINE'
        return worker.isDraining ? 'DRAINING' : 'ONLINE'
      },
    }),
    type: t.string({
      description: 'What it starts, for example `process`.',
      resolve: async (value, _, context) => (await full(value, context)).type,
    }),
    version: t.string({
      nullable: true,
      description: 'Of the package. Null when it did not say.',
      resolve: async (value, _, context) => (await full(value, context)).version,
    }),
    hostname: t.string({
      nullable: true,
      description: 'Of its machine. Null when it did not say.',
      resolve: async (value, _, context) => (await full(value, context)).hostname,
    }),
    slots: t.int({ description: 'How many runs it takes at a time.', resolve: async (value, _, context) => (await full(value, context)).slots }),
    slotsUsed: t.int({ description: 'How many it holds now.', resolve: async (value, _, context) => (await full(value, context)).slotsUsed }),
    labels: t.field({
      type: 'JSON',
      description: 'Text by name, as it was started with.',
      resolve: async (value, _, context) => (await full(value, context)).labels,
    }),
    lastSeenAt: t.field({
      type: 'DateTime',
      description: 'When it was heard last, to about 10 s.',
      resolve: async (value, _, context) => lastContactOf(context, await full(value, context)),
    }),
    workPool: t.field({
      type: WorkPool,
      description: 'The pool it serves.',
      resolve: async (value, _, context) => (await context.reader.load(workPoolLoader, (await full(value, context)).workPoolId))!,
    }),
  }),
})

findNodesOf('Worker', async (context, uuid) => {
  permit(context.actor, 'workers:read')
  return context.reader.load(workerLoader, uuid)
})
