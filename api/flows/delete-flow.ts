/** Deleting flows that nothing names any more. */
import { DEPLOYMENTS_TOPIC } from '../../core/topics.ts'
import { deleteFlow as deleteRow } from '../../db/queries/removal/remove-nouns.ts'
import { deedOf } from '../auth/deed-of.ts'
import type { Context } from '../context.ts'
import { NotFound } from '../errors.ts'
import { permit } from '../permissions.ts'
import { inTheWay } from '../removal.ts'

/** Audited. Throws NotFound; Conflict while deployments or runs name it. */
export async function deleteFlow(context: Context, flowId: string): Promise<void> {
  permit(context.actor, 'flows:delete')
  const { outcome, count } = await context.db.run(deleteRow(flowId, deedOf(context.actor, 'flows:delete')))
  if (outcome === 'missing') throw new NotFound('flow', flowId, { path: ['id'] })
  if (outcome === 'deployments') throw inTheWay(count, 'deployment names it', 'deployments name it', 'Delete them first.')
  if (outcome === 'runs')
    throw inTheWay(count, 'run names it', 'runs name it', 'Delete them first: `deleteFlowRuns(input: { filter: { flow: … } })`.')
  context.coordinators.ringFeed({ workspaceId: context.workspaceId, topic: DEPLOYMENTS_TOPIC })
}
