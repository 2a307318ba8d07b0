/** The minute's duty for runs that are not to wait for a place, in pools where nobody claims. */
import { listDuePools } from '../../db/queries/maintenance/list-due-pools.ts'
import { cancelCollisions, collidingIn } from '../work-pools/cancel-collisions.ts'
import type { Duty } from './duty.ts'

/** Cancels what is due while the limit of its deployment is full, where the deployment says so. */
export const cancelCollidingRuns: Duty = {
  name: 'cancel-colliding-runs',
  async runOnce({ db, coordinators, newId, ...context }) {
    for (const { workspaceId, workPoolId } of await db.run(listDuePools({ ahead: 0 }))) {
      const pool = { ...context, workspaceId, db: db.inWorkspace(workspaceId), coordinators, newId }
      await cancelCollisions(pool, await pool.db.run(collidingIn({ workPoolId })))
    }
  },
}
