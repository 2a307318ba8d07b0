/** The minute's duty for slots of named limits: leases without a run that were not renewed. Those of runs end with the lease of their run. */
import { expireConcurrencySlots } from '../../db/queries/maintenance/expire-concurrency-slots.ts'
import { systemStatement } from '../../db/statement.ts'
import { tickJudge } from '../../db/transitions/tick-judge.ts'
import type { Duty } from './duty.ts'

/** After an absence of its own it gives grace, as the judge of runs does, and ends only the places of those who stopped asking. */
export const endConcurrencyLeases: Duty = {
  name: 'end-concurrency-leases',
  async runOnce({ db, timings }) {
    const { mayJudge } = await db.run(systemStatement(tickJudge({ name: 'sweep', away: timings.judgeAwaySweep, grace: timings.judgeGrace })))
    await db.run(expireConcurrencySlots({ mayJudge }))
  },
}
