/** Deleting deployments. Their runs stay, without it; those that wait are cancelled first. */
import { DEPLOYMENTS_TOPIC } from '../../core/topics.ts'
import { listWaitingRunsOfDeployment } from '../../db/queries/flow-runs/list-open-flow-runs.ts'
import { deleteDeployment as deleteRow } from '../../db/queries/removal/remove-nouns.ts'
import { describeActor } from '../auth/actor.ts'
import { deedOf } from '../auth/deed-of.ts'
import type { Context } from '../context.ts'
import { Conflict, NotFound } from '../errors.ts'
import { cancelFlowRuns } from '../flow-runs/cancel-flow-runs.ts'
import { permit } from '../permissions.ts'
import { inTheWay } from '../removal.ts'

/** Runs cancelled in one statement; and how many such steps one request takes. */
const A_STEP = 200
const MOST_STEPS = 50

/** Deletes a deployment with its versions and schedules. Runs of it that wait are CANCELLED. Audited. Throws NotFound; Conflict while runs of it go on. */
export async function deleteDeployment(context: Context, deploymentId: string): Promise<void> {
  permit(context.actor, 'deployments:delete')
  const reason = 'Its deployment was deleted'
  for (let step = 0; step < MOST_STEPS; step++) {
    const { outcome, count } = await context.db.run(deleteRow(deploymentId, deedOf(context.actor, 'deployments:delete')))
    if (outcome === 'missing') throw new NotFound('deployment', deploymentId, { path: ['id'], hint: 'weir deployment ls' })
    if (outcome === 'going') {
      const hint = 'Cancel them, or wait until they have ended; pausing the deployment keeps further ones from starting.'
      throw inTheWay(count, 'run of it is going on', 'runs of it are going on', hint)
    }
    // When it is deleted too: a run that was being made at that moment would wait for ever.
    const ids = await context.db.run(listWaitingRunsOfDeployment({ deploymentId, limit: A_STEP }))
    if (ids.length > 0) await cancelFlowRuns(context, ids, { by: describeActor(context.actor), reason })
    if (outcome === 'deleted') {
      context.coordinators.ringFeed({ workspaceId: context.workspaceId, topic: DEPLOYMENTS_TOPIC })
      return
    }
  }
  throw new Conflict('Runs of it come in faster than they can be cancelled.', { path: ['id'], hint: 'Pause it first.' })
}
