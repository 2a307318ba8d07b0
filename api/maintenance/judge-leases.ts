/** The minute's duty for leases of holders that are silent. */
import { judgeRun } from '../../core/leases.ts'
import { listAllRunsToJudge } from '../../db/queries/flow-runs/list-runs-to-judge.ts'
import { systemStatement } from '../../db/statement.ts'
import { tickJudge } from '../../db/transitions/tick-judge.ts'
import { A_SWEEP, applyInWorkspaces, type Duty } from './duty.ts'

/** How long a pool's own judge is left alone with a lost lease before the sweep ends it, in units of `silence`. */
const POOL_PATIENCE = 3

/**
 * Ends the leases that no pool's alarm looks after: runs without a pool. A pool with something to judge is rung, which wakes its judge; only when that
 * judge does not come for long does the sweep do its work. After an absence of its own it gives grace and judges nobody.
 *
 * A run that is given out and does not begin is rung for long before it counts as lost: a superseded object may have claimed it for a worker whose socket
 * is in another one by now, which believes that its pool holds nothing and would not send the assignment again.
 */
export const judgeLeases: Duty = {
  name: 'judge-leases',
  async runOnce(context) {
    const { timings } = context
    const [tick, runs] = await context.db.batch(
      systemStatement(tickJudge({ name: 'sweep', away: timings.judgeAwaySweep, grace: timings.judgeGrace })),
      listAllRunsToJudge({
        silence: timings.silence,
        starting: timings.startingPatience,
        exitWithoutState: timings.exitWithoutState,
        limit: A_SWEEP,
      }),
    )
    const rung = new Set<string>()
    const changes = runs.flatMap((run) => {
      const { workspaceId, workPoolId, heardAt } = run.facts
      const isLeft = workPoolId === null || (heardAt !== null && tick.now - heardAt > timings.silence * POOL_PATIENCE)
      if (workPoolId !== null && !rung.has(workPoolId)) {
        rung.add(workPoolId)
        context.coordinators.ringWorkPool({ workspaceId, workPoolId, hasLeases: true })
      }
      const change = isLeft ? judgeRun(run, tick.mayJudge, tick.now, context.newId, timings) : null
      return change ? [{ workspaceId, change }] : []
    })
    await applyInWorkspaces(context, changes)
  },
}
