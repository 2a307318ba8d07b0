/** Types of flows. */
import { listDeploymentsOfFlow } from '../../db/queries/deployments/find-deployments.ts'
import { type FlowRow, findFlows } from '../../db/queries/flows/find-flows.ts'
import { builder } from '../builder.ts'
import { connectionOf } from '../connection.ts'
import { Deployment } from '../deployments/types.ts'
import { LastRun, lastRunsOf } from '../flow-runs/last-runs.ts'
import { encodeId, findNodesOf, NodeInterface } from '../node.ts'
import { permit } from '../permissions.ts'
import { loader } from '../reader.ts'

/** What other nouns' rows know of a flow; the rest is loaded when it is asked for. */
export interface FlowValue {
  id: string
  name: string
}

/** Flows by id. */
export const flowLoader = loader(findFlows, (flow: FlowRow) => flow.id)

export const Flow = builder.objectRef<FlowValue>('Flow')
Flow.implement({
  description: 'A flow, known by its name. It comes into being with its first deployment or run.',
  interfaces: [NodeInterface],
  fields: (t) => ({
    id: t.id({ description: 'Opaque id.', resolve: (flow) => encodeId('Flow', flow.id) }),
    uuid: t.exposeString('id', { description: 'Raw id.' }),
    name: t.exposeString('name', { description: 'Unique in the workspace.' }),
    createdAt: t.field({
      type: 'DateTime',
      description: 'When it was first named.',
      resolve: async (flow, _, { reader }) => ((await reader.load(flowLoader, flow.id)) as FlowRow).createdAt,
    }),
    deployments: t.field({
      type: [Deployment],
      description: 'Its deployments, newest first. At most 200.',
      complexity: { field: 1, multiplier: 20 },
      resolve: (flow, _, { actor, reader }) => {
        permit(actor, 'deployments:read')
        return reader.run(listDeploymentsOfFlow(flow.id))
      },
    }),
    lastRuns: t.field({
      type: [LastRun],
      description: 'Its last ten runs that have ended, the one that ended last first.',
      complexity: { field: 1, multiplier: 10 },
      resolve: ({ id }, _, context) => lastRunsOf(context, 'flow', id),
    }),
  }),
})

export const FlowConnection = connectionOf<FlowValue>('Flow', Flow, 'flows')

findNodesOf('Flow', async (context, uuid) => {
  permit(context.actor, 'flows:read')
  return context.reader.load(flowLoader, uuid)
})
