/** The minute's duty for runs that ended longer ago than they are kept. Without RETENTION_DAYS they are kept for ever. */
import { forgetOldRuns as forget } from '../../db/queries/maintenance/forget-old-runs.ts'
import type { Duty } from './duty.ts'

/** Runs of each workspace in one sweep: the next one goes on, and no statement takes long. */
const A_SWEEP_OF_OLD_RUNS = 500

/** Deletes the oldest of them, with all that belongs to them. */
export const forgetOldRuns: Duty = {
  name: 'forget-old-runs',
  async runOnce({ db, log, retentionDays }) {
    if (retentionDays === null) return
    const forgotten = await db.run(forget({ days: retentionDays, most: A_SWEEP_OF_OLD_RUNS }))
    if (forgotten > 0) log.info('old runs were deleted', { forgotten, retentionDays })
  },
}
