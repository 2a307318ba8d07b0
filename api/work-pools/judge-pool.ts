/** One tick of the pool's judge: notes that it looked, and ends the leases that are lost. */
import type { HeldLeases } from '../../core/pool-commands.ts'
import { judgeRun } from '../../core/leases.ts'
import { listStartingFlowRuns, type StartingFlowRun } from '../../db/queries/flow-runs/list-starting-flow-runs.ts'
import { listRunsToJudge } from '../../db/queries/flow-runs/list-runs-to-judge.ts'
import { countHeldLeases } from '../../db/queries/work-pools/count-held-leases.ts'
import { applyChanges } from '../../db/transitions/apply-changes.ts'
import { tickJudge } from '../../db/transitions/tick-judge.ts'
import { announce } from '../announce.ts'
import type { PoolContext } from './pool-context.ts'

/** Judged in one tick; the rest follows with the next. */
const MAX_JUDGED = 200

interface PoolJudgement {
  /** Leases that the pool holds now. */
  held: HeldLeases
  /** Runs that their sessions should have begun by now. */
  starting: StartingFlowRun[]
}

/**
 * After an absence of its own the judge gives grace and judges nobody; nor does it hold silence against anybody while the pool has heard what the record does
 * not know yet (`knowsSilence` is false).
 */
export async function judgePool(context: PoolContext, { knowsSilence }: { knowsSilence: boolean }): Promise<PoolJudgement> {
  const { workPoolId, timings } = context
  const [tick, runs, held, starting] = await context.db.batch(
    tickJudge({ name: `work-pool/${workPoolId}`, away: timings.judgeAwayAlarm, grace: timings.judgeGrace }),
    listRunsToJudge({ workPoolId, silence: timings.silence, exitWithoutState: timings.exitWithoutState, limit: MAX_JUDGED }),
    countHeldLeases({ workPoolId, silence: timings.silence, upTo: MAX_JUDGED + 1 }),
    listStartingFlowRuns({ workPoolId, after: timings.httpRenewalAfter, limit: MAX_JUDGED }),
  )
  const changes = runs.flatMap((run) => judgeRun(run, tick.mayJudge && knowsSilence, tick.now, context.newId, timings) ?? [])
  if (changes.length === 0) return { held, starting }
  const applied = await context.db.run(applyChanges(changes.map((change) => ({ change }))))
  announce(context, applied)
  for (const run of applied.runs)
    if (run.written)
      context.log.info('a lease was lost', { flowRunId: run.flowRunId, state: run.facts?.state.name, reason: run.facts?.state.message })
  const ended = applied.runs.filter((run) => run.written && run.facts?.holder === null).length
  return { held: { ...held, count: held.count - ended }, starting }
}
