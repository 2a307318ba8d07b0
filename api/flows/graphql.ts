/** Doors of flows. */
import type { FlowFilter as Filter } from '../../db/queries/flows/find-flows.ts'
import { builder } from '../builder.ts'
import { pageArgs, pageCost, pageOf, selects } from '../connection.ts'
import { Conflict, Invalid, NotFound } from '../errors.ts'
import { StringFilter } from '../filters.ts'
import { decodeId, encodeId } from '../node.ts'
import { deleteInput, deleteSuccess } from '../removal.ts'
import { deleteFlow } from './delete-flow.ts'
import { findFlow, listFlows } from './list-flows.ts'
import { Flow, FlowConnection } from './types.ts'

const FlowFilter = builder.inputRef<Filter>('FlowFilter').implement({
  description: 'Which flows; everything given must hold.',
  fields: (t) => ({ name: t.field({ type: StringFilter, description: 'By name.' }) }),
})

builder.queryFields((t) => ({
  flow: t.field({
    type: Flow,
    nullable: true,
    description: 'A flow by `id` or by `name`. Null when there is none.',
    args: { id: t.arg.id({ description: 'Its id or uuid.' }), name: t.arg.string({ description: 'Its name.' }) },
    resolve: (_, { id, name }, context) => findFlow(context, { id: id == null ? null : decodeId('Flow', id, ['id']), name: name ?? null }),
  }),
  flows: t.field({
    type: FlowConnection,
    description: 'Flows of the workspace, by name.',
    args: {
      ...pageArgs,
      filter: t.arg({ type: FlowFilter, description: 'Which; all when left out.' }),
    },
    complexity: pageCost,
    resolve: (_, { filter, ...page }, context, info) =>
      listFlows(context, { filter: filter ?? null, page: pageOf(page), count: selects(info, 'totalCount', 'totalCountIsExact') }),
  }),
}))

const DeleteFlowInput = deleteInput('DeleteFlowInput', 'flow')
const DeleteFlowSuccess = deleteSuccess('DeleteFlowSuccess', 'flow')

builder.mutationField('deleteFlow', (t) =>
  t.field({
    type: DeleteFlowSuccess,
    description: 'Deletes a flow that no deployment and no run names any more.',
    args: { input: t.arg({ type: DeleteFlowInput, required: true, description: 'Which one.' }) },
    errors: { types: [Invalid, NotFound, Conflict], union: { name: 'DeleteFlowResult', description: 'What is gone, or why not.' } },
    resolve: async (_, { input }, context) => {
      const flowId = decodeId('Flow', input.id, ['id'])
      await deleteFlow(context, flowId)
      return { deletedId: encodeId('Flow', flowId) }
    },
  }),
)
