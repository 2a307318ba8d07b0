/** Doors of workers. */
import { builder } from '../builder.ts'
import { Conflict, Invalid, NotFound } from '../errors.ts'
import { decodeId, encodeId } from '../node.ts'
import { permit } from '../permissions.ts'
import { deleteInput, deleteSuccess } from '../removal.ts'
import { deleteWorker } from './delete-worker.ts'
import { Worker, workerLoader } from './types.ts'

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
