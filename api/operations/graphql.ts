/** Doors of operations: verbs on all flow runs of a filter. */
import { countOperations, listOperations, type OperationRow } from '../../db/queries/operations/operations.ts'
import { builder } from '../builder.ts'
import { pageArgs, pageCost, pageOf, selects } from '../connection.ts'
import { Conflict, Invalid, NotFound } from '../errors.ts'
import { FlowRunFilter, readFlowRunFilter } from '../flow-runs/flow-run-filter.ts'
import { decodeId } from '../node.ts'
import { IDEMPOTENCY_KEY_DESCRIPTION } from '../once.ts'
import { permit } from '../permissions.ts'
import { type Begun, beginOperation, MOST_RUNS } from './begin-operation.ts'
import { stopOperation } from './stop-operation.ts'
import { Operation, OperationConnection, operationLoader } from './types.ts'

builder.queryFields((t) => ({
  operation: t.field({
    type: Operation,
    nullable: true,
    description: 'An operation by its id. Null when there is none.',
    args: { id: t.arg.id({ required: true, description: 'Its id or uuid.' }) },
    resolve: (_, { id }, { actor, reader }) => {
      permit(actor, 'operations:read')
      return reader.load(operationLoader, decodeId('Operation', id, ['id']))
    },
  }),
  operations: t.field({
    type: OperationConnection,
    description: 'Operations of the workspace, newest first.',
    args: pageArgs,
    complexity: pageCost,
    resolve: async (_, args, { actor, reader }, info) => {
      permit(actor, 'operations:read')
      const rows = reader.run(listOperations(pageOf(args)))
      return { count: selects(info, 'totalCount', 'totalCountIsExact') ? reader.run(countOperations()) : null, page: await rows }
    },
  }),
}))

const FILTER = 'Which runs; `{}` = all of the workspace. Those that are made later are left alone.'
const LIMIT = `It touches no more than so many, the earliest made first: 1 to ${MOST_RUNS}, which is also what it is when left out.`
const DRY_RUN = 'Only counts them.'

const CancelFlowRunsInput = builder.inputType('CancelFlowRunsInput', {
  description: 'Which runs to stop.',
  fields: (t) => ({
    filter: t.field({ type: FlowRunFilter, required: true, description: FILTER }),
    limit: t.int({ description: LIMIT }),
    dryRun: t.boolean({ description: DRY_RUN }),
    reason: t.string({ description: 'For people; at most 1,000 characters.' }),
    idempotencyKey: t.string({ description: IDEMPOTENCY_KEY_DESCRIPTION }),
  }),
})

const RetryFlowRunsInput = builder.inputType('RetryFlowRunsInput', {
  description: 'Which runs to run again.',
  fields: (t) => ({
    filter: t.field({ type: FlowRunFilter, required: true, description: FILTER }),
    limit: t.int({ description: LIMIT }),
    dryRun: t.boolean({ description: DRY_RUN }),
    onLatestVersion: t.boolean({ description: 'On the newest version of their deployments; on the one they are pinned to when left out.' }),
    idempotencyKey: t.string({ description: IDEMPOTENCY_KEY_DESCRIPTION }),
  }),
})

const DeleteFlowRunsInput = builder.inputType('DeleteFlowRunsInput', {
  description: 'Which runs to delete.',
  fields: (t) => ({
    filter: t.field({ type: FlowRunFilter, required: true, description: FILTER }),
    limit: t.int({ description: LIMIT }),
    dryRun: t.boolean({ description: DRY_RUN }),
    idempotencyKey: t.string({ description: IDEMPOTENCY_KEY_DESCRIPTION }),
  }),
})

const begun = (name: string, description: string) =>
  builder.objectRef<Begun>(name).implement({
    description,
    fields: (t) => ({
      matchedCount: t.int({ description: 'Runs in the filter, counted up to 10,000.', resolve: ({ matched }) => matched.count }),
      matchedCountIsExact: t.boolean({ description: 'False when there are more than were counted.', resolve: ({ matched }) => matched.isExact }),
      operation: t.field({
        type: Operation,
        nullable: true,
        description: 'What goes on beside this answer: follow it by its id. Null for a dry run.',
        resolve: ({ operation }) => operation,
      }),
    }),
  })

const CancelFlowRunsSuccess = begun('CancelFlowRunsSuccess', 'The runs are being cancelled.')
const RetryFlowRunsSuccess = begun('RetryFlowRunsSuccess', 'The runs are being queued again.')
const DeleteFlowRunsSuccess = begun('DeleteFlowRunsSuccess', 'The runs are being deleted.')

const StopOperationInput = builder.inputType('StopOperationInput', {
  description: 'Which operation.',
  fields: (t) => ({ id: t.id({ required: true, description: 'Its id or uuid.' }) }),
})

const StopOperationSuccess = builder.objectRef<{ operation: OperationRow }>('StopOperationSuccess').implement({
  description: 'No further run is touched.',
  fields: (t) => ({ operation: t.field({ type: Operation, description: 'As it is now.', resolve: ({ operation }) => operation }) }),
})

builder.mutationFields((t) => ({
  cancelFlowRuns: t.field({
    type: CancelFlowRunsSuccess,
    description: 'Asks all runs of a filter to stop. Those that are over are left as they are.',
    args: { input: t.arg({ type: CancelFlowRunsInput, required: true, description: 'Which, and why.' }) },
    errors: { types: [Invalid, Conflict], union: { name: 'CancelFlowRunsResult', description: 'The operation, or why not.' } },
    resolve: (_, { input }, context) => beginOperation(context, 'cancel-flow-runs', { ...input, filter: readFlowRunFilter(input.filter) ?? {} }),
  }),
  retryFlowRuns: t.field({
    type: RetryFlowRunsSuccess,
    description: 'Queues all runs of a filter that have ended again.',
    args: { input: t.arg({ type: RetryFlowRunsInput, required: true, description: 'Which.' }) },
    errors: { types: [Invalid, Conflict], union: { name: 'RetryFlowRunsResult', description: 'The operation, or why not.' } },
    resolve: (_, { input: { onLatestVersion, ...input } }, context) =>
      beginOperation(context, 'retry-flow-runs', {
        ...input,
        onLatestVersion: onLatestVersion ?? false,
        filter: readFlowRunFilter(input.filter) ?? {},
      }),
  }),
  deleteFlowRuns: t.field({
    type: DeleteFlowRunsSuccess,
    description: 'Deletes all runs of a filter that are over or have not begun, for good.',
    args: { input: t.arg({ type: DeleteFlowRunsInput, required: true, description: 'Which.' }) },
    errors: { types: [Invalid, Conflict], union: { name: 'DeleteFlowRunsResult', description: 'The operation, or why not.' } },
    resolve: (_, { input }, context) => beginOperation(context, 'delete-flow-runs', { ...input, filter: readFlowRunFilter(input.filter) ?? {} }),
  }),
  stopOperation: t.field({
    type: StopOperationSuccess,
    description: 'Stops an operation; what was done stays done. Stopping again changes nothing.',
    args: { input: t.arg({ type: StopOperationInput, required: true, description: 'Which one.' }) },
    errors: { types: [Invalid, NotFound], union: { name: 'StopOperationResult', description: 'The operation, or why not.' } },
    resolve: async (_, { input }, context) => ({ operation: await stopOperation(context, decodeId('Operation', input.id, ['id'])) }),
  }),
}))
