/** The one way in which ingest writes: decided changes of many runs, announced once they are stored. */
import { type Db, DatabaseError } from '../../db/client.ts'
import { nameFlowRuns } from '../../db/queries/flow-runs/name-flow-runs.ts'
import { type Applied, type AppliedRun, applyChanges } from '../../db/transitions/apply-changes.ts'
import type { RunWrite } from '../../db/transitions/run-write.ts'
import { announce } from '../announce.ts'
import type { IngestContext } from './batch.ts'

/** Runs in one statement. */
const RUNS_A_STATEMENT = 200

/** What became of each write, in order. `unstorable`: the database refuses what it carries, whatever else it is sent with. */
export async function writeRuns(context: IngestContext, writes: readonly RunWrite[]): Promise<(AppliedRun | 'unstorable')[]> {
  const outcomes: (AppliedRun | 'unstorable')[] = []
  for (let start = 0; start < writes.length; start += RUNS_A_STATEMENT) {
    const page = writes.slice(start, start + RUNS_A_STATEMENT)
    const applied = await applyAll(context.db, page)
    if (applied) {
      announce(context, applied)
      outcomes.push(...applied.runs)
      continue
    }
    // Something in this page cannot be stored: one by one, so that only its own run pays for it.
    for (const write of page) {
      const alone = await applyAll(context.db, [write])
      const [run] = alone?.runs ?? []
      if (alone) announce(context, alone)
      else context.log.warn('a report carries what the database does not take', { flowRunId: write.change.flowRunId })
      outcomes.push(run ?? 'unstorable')
    }
  }
  return outcomes
}

/** Null when the database refuses a value (cardinality violation, data exception, violated constraint). */
async function applyAll(db: Db, writes: readonly RunWrite[]): Promise<Applied | null> {
  try {
    const names = writes.flatMap(({ name, change: { flowRunId, guard, lastN } }) =>
      name === undefined || lastN === undefined ? [] : [{ flowRunId, epoch: guard.epoch, n: lastN, name }],
    )
    if (names.length === 0) return await db.run(applyChanges(writes))
    const [applied] = await db.batch(applyChanges(writes), nameFlowRuns(names))
    return applied
  } catch (error) {
    if (error instanceof DatabaseError && /^2[123]/.test(error.code)) return null
    throw error
  }
}
