/** The minute's duty for runs that are due and not taken; at most `A_SWEEP` of them, the rest a minute later. */
import { markLate } from '../../core/late.ts'
import { listLateFlowRuns } from '../../db/queries/flow-runs/list-late-flow-runs.ts'
import { listDuePools } from '../../db/queries/maintenance/list-due-pools.ts'
import { A_SWEEP, applyInWorkspaces, type Duty } from './duty.ts'

/** Records once that a due run was not taken in time. */
export const markLateRuns: Duty = {
  name: 'mark-late-runs',
  async runOnce(context) {
    let left = A_SWEEP
    for (const { workspaceId, workPoolId } of await context.db.run(listDuePools({ ahead: 0 }))) {
      if (left <= 0) return
      const late = await context.db.inWorkspace(workspaceId).run(listLateFlowRuns({ workPoolId, lateAfter: context.timings.lateAfter, limit: left }))
      left -= late.length
      const changes = late.flatMap((run) => {
        const change = markLate(run, context.now, context.newId, context.timings)
        return change ? [{ workspaceId, change }] : []
      })
      await applyInWorkspaces(context, changes)
    }
  },
}
