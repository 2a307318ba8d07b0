/** The minute's duty for runs whose cancellation nobody has carried out. */
import { expireCancelling } from '../../core/leases.ts'
import { listOverdueCancellations } from '../../db/queries/flow-runs/list-runs-to-judge.ts'
import { A_SWEEP, applyInWorkspaces, type Duty } from './duty.ts'

/** CANCELLING for longer than `cancellingTimeout` becomes CANCELLED, whatever its holder does. */
export const expireCancellations: Duty = {
  name: 'expire-cancellations',
  async runOnce(context) {
    const overdue = await context.db.run(listOverdueCancellations({ cancellingTimeout: context.timings.cancellingTimeout, limit: A_SWEEP }))
    const changes = overdue.flatMap(({ facts }) => {
      const change = expireCancelling(facts, context.now, context.newId, context.timings)
      return change ? [{ workspaceId: facts.workspaceId, change }] : []
    })
    await applyInWorkspaces(context, changes)
  },
}
