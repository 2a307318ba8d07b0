/** The minute's duty for due occurrences that nobody has taken. */
import { listPoolsWithDueOccurrences } from '../../db/queries/maintenance/list-pools-with-due-occurrences.ts'
import { isWorkerSeen } from '../../db/queries/workers/is-worker-seen.ts'
import { meetOccurrences } from '../../db/transitions/meet-occurrences.ts'
import { heldOccurrencesOf, settleOccurrences as settle } from '../schedules/settle-occurrences.ts'
import type { Duty } from './duty.ts'

/** Turns of one pool in one sweep; the next sweep goes on. */
const MOST_TURNS = 20

/**
 * Notes which pools have a worker online, so that what is due there was not missed, and settles what was: without a worker nobody else does, and a
 * pool whose places are all taken looks at nothing.
 */
export const settleOccurrences: Duty = {
  name: 'settle-occurrences',
  async runOnce({ db: system, coordinators, timings, newId, now }) {
    for (const { workspaceId, workPoolId } of await system.run(listPoolsWithDueOccurrences())) {
      const db = system.inWorkspace(workspaceId)
      const isOnline =
        (await db.run(isWorkerSeen({ workPoolId, within: timings.workerOnline }))) ||
        (await coordinators.presence({ workspaceId, workPoolId })).some(({ heardAt }) => now - heardAt < timings.workerOnline)
      let [held] = isOnline
        ? [(await db.batch(meetOccurrences({ workPoolId }), heldOccurrencesOf(workPoolId)))[1]]
        : [await db.run(heldOccurrencesOf(workPoolId))]
      const context = { workspaceId, workPoolId, db, coordinators, newId }
      for (let turn = 0; turn < MOST_TURNS && (await settle(context, held)); turn++) held = await db.run(heldOccurrencesOf(workPoolId))
    }
  },
}
