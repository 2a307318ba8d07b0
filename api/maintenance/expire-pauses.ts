/** The minute's duty for runs that nobody has resumed in time. */
import { expirePause } from '../../core/expire-pause.ts'
import { listExpiredPauses } from '../../db/queries/flow-runs/list-expired-pauses.ts'
import { A_SWEEP, applyInWorkspaces, type Duty } from './duty.ts'

/** A pause whose deadline has passed fails its run, when no process is there to say so. */
export const expirePauses: Duty = {
  name: 'expire-pauses',
  async runOnce(context) {
    const expired = await context.db.run(listExpiredPauses({ limit: A_SWEEP }))
    const changes = expired.flatMap((facts) => {
      const change = expirePause(facts, context.now, context.newId)
      return change ? [{ workspaceId: facts.workspaceId, change }] : []
    })
    await applyInWorkspaces(context, changes)
  },
}
