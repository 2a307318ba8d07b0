/** The minute sweep: puts right what a lost message, a wiped object or an outage has left. */
import { newId } from '../../core/ids.ts'
import type { Instant } from '../../core/instant.ts'
import { systemRecordOf } from '../auth/system-record.ts'
import { sealerOf } from '../blocks/sealer.ts'
import { coordinatorsOf, retentionDaysOf } from '../context.ts'
import type { Door } from '../door.ts'
import type { Duty, MaintenanceContext } from './duty.ts'
import { clearDeletedFlowRuns } from './clear-deleted-flow-runs.ts'
import { cancelCollidingRuns } from './cancel-colliding-runs.ts'
import { cancelLeftChildren } from './cancel-left-children.ts'
import { continueOperations } from './continue-operations.ts'
import { endConcurrencyLeases } from './end-concurrency-leases.ts'
import { expireCancellations } from './expire-cancellations.ts'
import { expirePauses } from './expire-pauses.ts'
import { fillSchedules } from './fill-schedules.ts'
import { forgetIdempotencyKeys } from './forget-idempotency-keys.ts'
import { forgetOldRuns } from './forget-old-runs.ts'
import { forgetSignInTokens } from './forget-sign-in-tokens.ts'
import { forgetWaits } from './forget-waits.ts'
import { judgeLeases } from './judge-leases.ts'
import { keepPartitions } from './keep-partitions.ts'
import { markLateRuns } from './mark-late-runs.ts'
import { ringDuePools } from './ring-due-pools.ts'
import { sealBlocksAnew } from './seal-blocks-anew.ts'
import { settleOccurrences } from './settle-occurrences.ts'

/** In this order: what frees slots first, what gives them out afterwards. */
const DUTIES: readonly Duty[] = [
  judgeLeases,
  endConcurrencyLeases,
  expireCancellations,
  cancelLeftChildren,
  expirePauses,
  fillSchedules,
  settleOccurrences,
  cancelCollidingRuns,
  ringDuePools,
  markLateRuns,
  keepPartitions,
  continueOperations,
  forgetOldRuns,
  clearDeletedFlowRuns,
  forgetSignInTokens,
  forgetWaits,
  forgetIdempotencyKeys,
  sealBlocksAnew,
]

/** Runs every duty; a failure is logged, stops no other, and makes the sweep as a whole fail in the end, so that the platform counts it. */
export async function runMaintenance({
  env,
  timings,
  log,
  waitUntil,
  now,
}: Omit<Door, 'request' | 'requestId' | 'note'> & { now: Instant }): Promise<void> {
  const context: MaintenanceContext = {
    db: systemRecordOf(env),
    coordinators: coordinatorsOf(env, timings, log, waitUntil),
    timings,
    log,
    newId,
    sealer: sealerOf(env.SECRETS_KEY),
    retentionDays: retentionDaysOf(env),
    now,
  }
  await sweep(context, DUTIES)
}

/** Throws an AggregateError of everything that failed. */
export async function sweep(context: MaintenanceContext, duties: readonly Duty[]): Promise<void> {
  const failures: unknown[] = []
  for (const duty of duties) {
    try {
      await duty.runOnce(context)
    } catch (error) {
      failures.push(error)
      context.log.error('a duty of the sweep failed', { duty: duty.name, error })
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} of ${duties.length} duties of the sweep failed`)
}
