/** The minute's duty for children of cancelled runs. */
import { cancelFlowRun } from '../../core/flow-run-commands.ts'
import { listLeftChildren } from '../../db/queries/flow-runs/list-open-descendants.ts'
import { WITH_PARENT } from '../flow-runs/cancel-descendants.ts'
import { A_SWEEP, applyInWorkspaces, type Duty } from './duty.ts'

/**
 * Cancels what was started by a run that is cancelled, wherever that was missed: the run was cancelled by its own process, or had a child on its way. Whoever
 * holds such a child hears it with its next report.
 */
export const cancelLeftChildren: Duty = {
  name: 'cancel-left-children',
  async runOnce(context) {
    const left = await context.db.run(listLeftChildren({ limit: A_SWEEP }))
    const changes = left.flatMap(({ facts, now }) => {
      const verdict = cancelFlowRun({ run: facts, ...WITH_PARENT, now, newId: context.newId })
      return verdict.kind === 'change' ? [{ workspaceId: facts.workspaceId, change: verdict.change }] : []
    })
    await applyInWorkspaces(context, changes)
  },
}
