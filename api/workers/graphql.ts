/** Doors of workers. */
import { builder } from '../builder.ts'
import { Conflict, Invalid, NotFound } from '../errors.ts'
import { decodeId, encodeId } from '../node.ts'
import { permit } from '../permissions.ts'
import { deleteInput, deleteSuccess } from '../removal.ts'
import { deleteWorker } from './delete-worker.ts'
import { drainWorker } from './drain-worker.ts'
import { Worker, type WorkerValue, workerLoader } from './types.ts'

builder.queryField('worker', (t) =>
  t.field({
    type: Worker,
    nullable: true,
    description: 'A worker by its id. Null when there is none. Those of a pool: `workPool { workers }`.',
    args: { id: t.arg.id({ required: true, description: 'Its id or uuid.' }) },
    resolve: (_, { id }, { actor, reader }) => {
      permit(actor, 'workers:read')
      return reader.load(workerLoader, decodeId('Worker', id, ['id']))
    },
  }),
)

const DeleteWorkerInput = deleteInput('DeleteWorkerInput', 'worker')
const DeleteWorkerSuccess = deleteSuccess('DeleteWorkerSuccess', 'worker')

builder.mutationField('deleteWorker', (t) =>
  t.field({
    type: DeleteWorkerSuccess,
    description: 'Takes a worker that is offline from the list of its pool.',
    args: { input: t.arg({ type: DeleteWorkerInput, required: true, description: 'Which one.' }) },
    errors: { types: [Invalid, NotFound, Conflict], union: { name: 'DeleteWorkerResult', description: 'What is gone, or why not.' } },
    resolve: async (_, { input }, context) => {
      const workerId = decodeId('Worker', input.id, ['id'])
      await deleteWorker(context, workerId)
      return { deletedId: encodeId('Worker', workerId) }
    },
  }),
)

const DrainWorkerInput = builder.inputType('DrainWorkerInput', {
  description: 'Which worker.',
  fields: (t) => ({ id: t.id({ required: true, description: 'Its id or uuid.' }) }),
})

const DrainWorkerSuccess = builder.objectRef<{ worker: WorkerValue }>('DrainWorkerSuccess').implement({
  description: 'The worker is told to leave.',
  fields: (t) => ({ worker: t.field({ type: Worker, description: 'DRAINING until its runs have ended.', resolve: ({ worker }) => worker }) }),
})

builder.mutationField('drainWorker', (t) =>
  t.field({
    type: DrainWorkerSuccess,
    description:
      'Tells a worker to take nothing new, to finish the runs it holds, and to leave: what the first SIGTERM does to its process. Asked twice, it is told again.',
    args: { input: t.arg({ type: DrainWorkerInput, required: true, description: 'Which one.' }) },
    errors: { types: [Invalid, NotFound, Conflict], union: { name: 'DrainWorkerResult', description: 'The worker, or why it is not told.' } },
    resolve: async (_, { input }, context) => ({ worker: await drainWorker(context, decodeId('Worker', input.id, ['id'])) }),
  }),
)
