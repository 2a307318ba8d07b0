/** The minute's duty for pools whose bell was not heard. */
import { listDuePools } from '../../db/queries/maintenance/list-due-pools.ts'
import type { Duty } from './duty.ts'

/** Until the sweep after the next one, in milliseconds: what is due then must have an alarm now. */
const AHEAD = 120_000

/** Tells pools of due runs that nobody gave out, and of the next ones: a ring that was lost, or an object that was wiped, costs a minute at most. */
export const ringDuePools: Duty = {
  name: 'ring-due-pools',
  async runOnce(context) {
    for (const { workspaceId, workPoolId, dueAt } of await context.db.run(listDuePools({ ahead: AHEAD }))) {
      context.coordinators.ringWorkPool({ workspaceId, workPoolId, dueAt })
    }
  },
}
