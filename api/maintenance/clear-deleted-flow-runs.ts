/** The minute's duty for what deleted runs left behind: task runs, states, log lines, artifacts. */
import { clearDeletedFlowRuns as clear } from '../../db/queries/maintenance/clear-deleted-flow-runs.ts'
import type { Duty } from './duty.ts'

/** Rows in one statement, so that none takes long; and statements in one sweep. The next sweep goes on. */
const A_STATEMENT = 5_000
const MOST_STATEMENTS = 20

/** Nobody can reach these rows any more; this gives back their place. */
export const clearDeletedFlowRuns: Duty = {
  name: 'clear-deleted-flow-runs',
  async runOnce(context) {
    for (let sent = 0; sent < MOST_STATEMENTS; sent++) if ((await context.db.run(clear({ most: A_STATEMENT }))) < A_STATEMENT) return
  },
}
