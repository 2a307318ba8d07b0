/** The type of operations. */
import { findOperations, type OperationRow } from '../../db/queries/operations/operations.ts'
import { builder } from '../builder.ts'
import { connectionOf } from '../connection.ts'
import { encodeId, findNodesOf, NodeInterface } from '../node.ts'
import { permit } from '../permissions.ts'
import { loader } from '../reader.ts'

/** Operations by id. */
export const operationLoader = loader(findOperations, (operation: OperationRow) => operation.id)

const KINDS = { CANCEL_FLOW_RUNS: 'cancel-flow-runs', RETRY_FLOW_RUNS: 'retry-flow-runs', DELETE_FLOW_RUNS: 'delete-flow-runs' } as const

const OperationKind = builder.enumType('OperationKind', {
  description: 'What an operation does to each run.',
  values: {
    CANCEL_FLOW_RUNS: { value: KINDS.CANCEL_FLOW_RUNS, description: 'Asks it to stop.' },
    RETRY_FLOW_RUNS: { value: KINDS.RETRY_FLOW_RUNS, description: 'Queues it again.' },
    DELETE_FLOW_RUNS: { value: KINDS.DELETE_FLOW_RUNS, description: 'Deletes it.' },
  },
})

const OperationState = builder.enumType('OperationState', {
  description: 'Whether an operation goes on.',
  values: {
    RUNNING: { description: 'Runs are still to be done.' },
    COMPLETED: { description: 'Every run was met.' },
    STOPPED: { description: 'Somebody has stopped it; what was done stays done.' },
  } as const,
})

const OperationRefusal = builder.objectRef<OperationRow['refusals'][number]>('OperationRefusal').implement({
  description: 'A run that was left as it is.',
  fields: (t) => ({
    flowRunId: t.id({ description: 'Which.', resolve: ({ flowRunId }) => encodeId('FlowRun', flowRunId) }),
    message: t.exposeString('message', { description: 'Why.' }),
  }),
})

export const Operation = builder.objectRef<OperationRow>('Operation').implement({
  description: 'One verb on all flow runs of a filter, carried out beside the request that began it. Runs that were made later are left alone.',
  interfaces: [NodeInterface],
  fields: (t) => ({
    id: t.id({ description: 'Opaque id.', resolve: (operation) => encodeId('Operation', operation.id) }),
    uuid: t.exposeString('id', { description: 'Raw id.' }),
    kind: t.field({ type: OperationKind, description: 'What it does to each run.', resolve: (operation) => operation.kind }),
    state: t.field({ type: OperationState, description: 'Whether it goes on.', resolve: (operation) => operation.state }),
    isStopping: t.exposeBoolean('isStopping', { description: 'Somebody has asked it to stop.' }),
    totalCount: t.int({ description: 'Runs that it found when it began.', resolve: (operation) => operation.total }),
    processedCount: t.int({ description: 'Runs that it has met so far.', resolve: (operation) => operation.processed }),
    changedCount: t.int({ description: 'Of these, those that it has changed.', resolve: (operation) => operation.changed }),
    unchangedCount: t.int({ description: 'Those that were as asked already, or gone.', resolve: (operation) => operation.unchanged }),
    refusedCount: t.int({ description: 'Those that it had to leave as they are.', resolve: (operation) => operation.refused }),
    refusals: t.field({ type: [OperationRefusal], description: 'Why, for the first twenty.', resolve: (operation) => operation.refusals }),
    createdBy: t.exposeString('createdBy', { description: 'Who began it.' }),
    createdAt: t.field({ type: 'DateTime', description: 'When.', resolve: (operation) => operation.createdAt }),
    endedAt: t.field({ type: 'DateTime', nullable: true, description: 'When it was over. Null before.', resolve: (operation) => operation.endedAt }),
  }),
})

export const OperationConnection = connectionOf<OperationRow>('Operation', Operation, 'operations')

findNodesOf('Operation', async (context, uuid) => {
  permit(context.actor, 'operations:read')
  return context.reader.load(operationLoader, uuid)
})
