/** The minute's duty for schedules that need more occurrences. */
import { listSchedulesToFill } from '../../db/queries/schedules/list-schedules-to-fill.ts'
import { fillSchedules as fill } from '../schedules/fill-schedules.ts'
import type { Duty } from './duty.ts'

/** Schedules of one reading, and readings of one sweep: a schedule that was left behind for long is read more than once. */
const A_READING = 500
const MOST_READINGS = 20

/** Makes the occurrences of every schedule that has used half of its horizon, or was not filled when it changed. The most urgent first. */
export const fillSchedules: Duty = {
  name: 'fill-schedules',
  async runOnce({ db, coordinators, log }) {
    for (let reading = 0; reading < MOST_READINGS; reading++) {
      const schedules = await db.run(listSchedulesToFill({ limit: A_READING }))
      for (const [workspaceId, own] of Map.groupBy(schedules, (schedule) => schedule.workspaceId)) {
        await fill({ workspaceId, db: db.inWorkspace(workspaceId), coordinators, log }, own)
      }
      if (schedules.length === 0) return
    }
  },
}
