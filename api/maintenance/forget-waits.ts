/** The hour's duty for runs that waited for runs. */
import { forgetWaits as forget } from '../../db/queries/maintenance/forget-waits.ts'
import type { Duty } from './duty.ts'

/** A wait that is over lends nothing; its row is only in the way. */
export const forgetWaits: Duty = {
  name: 'forget-waits',
  async runOnce(context) {
    if (new Date(context.now).getUTCMinutes() === 0) await context.db.run(forget())
  },
}
