/** The minute's duty for operations whose request is gone. */
import { listLeftOperations } from '../../db/queries/operations/operations.ts'
import { carryOut } from '../operations/carry-out.ts'
import type { Duty } from './duty.ts'

const MOST_OPERATIONS = 50
/** So many milliseconds for all of them; the next sweep goes on. */
const A_SWEEP_TAKES = 15_000

/** Goes on where each was left. One that cannot go on keeps no other from it. */
export const continueOperations: Duty = {
  name: 'continue-operations',
  async runOnce(context) {
    const until = Date.now() + A_SWEEP_TAKES
    const failures: unknown[] = []
    for (const operation of await context.db.run(listLeftOperations({ limit: MOST_OPERATIONS }))) {
      const { workspaceId } = operation
      const { coordinators } = context
      await carryOut({ db: context.db.inWorkspace(workspaceId), workspaceId, coordinators }, operation, until).catch((error: unknown) =>
        failures.push(error),
      )
      if (Date.now() > until) break
    }
    if (failures.length > 0) throw new AggregateError(failures, `${failures.length} operations could not go on`)
  },
}
