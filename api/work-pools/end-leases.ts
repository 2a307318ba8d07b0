/** Leases of a session that end before their runs do: handed back, or lost. Core decides on each; the record writes all in one statement. */
import type { Change } from '../../core/change.ts'
import type { FlowRunFacts } from '../../core/flow-run.ts'
import type { Instant } from '../../core/instant.ts'
import { endUnfit, handBack, type Loss, loseLease } from '../../core/leases.ts'
import type { RunKey } from '../../core/protocol/worker-messages.ts'
import { readFlowRunFacts } from '../../db/queries/flow-runs/read-flow-run-facts.ts'
import { applyChanges } from '../../db/transitions/apply-changes.ts'
import { announce } from '../announce.ts'
import type { PoolContext } from './pool-context.ts'

/** The worker says that no runner got these runs. */
export const handBackRuns = (context: PoolContext, sessionId: string, runs: readonly (RunKey & { reason: string })[]): Promise<void> => {
  const reasons = new Map(runs.map((run) => [run.flowRunId, run.reason]))
  return endLeases(context, sessionId, runs, (facts, now) => handBack(facts, reasons.get(facts.id) ?? '', now, context.newId))
}

/** Runs that were claimed for the session and cannot be given to it: nobody has heard of them yet. */
export const endUnfitRuns = (context: PoolContext, sessionId: string, runs: readonly (RunKey & { reason: string })[]): Promise<void> => {
  const reasons = new Map(runs.map((run) => [run.flowRunId, run.reason]))
  return endLeases(context, sessionId, runs, (facts, now) => endUnfit(facts, reasons.get(facts.id) ?? '', now, context.newId))
}

/** The session has lost these runs. */
export const loseRuns = (context: PoolContext, sessionId: string, runs: readonly RunKey[], loss: Loss): Promise<void> =>
  endLeases(context, sessionId, runs, (facts, now) => loseLease(facts, loss, now, context.newId, context.timings))

/** A row that moved meanwhile is decided again from what it has become. */
async function endLeases(
  context: PoolContext,
  sessionId: string,
  keys: readonly RunKey[],
  decide: (run: FlowRunFacts, now: Instant) => Change | null,
): Promise<void> {
  const epochs = new Map(keys.map((key) => [key.flowRunId, key.epoch]))
  let { now, runs } = await context.db.run(readFlowRunFacts([...epochs.keys()]))
  let pending = [...runs.values()].map(({ facts }) => facts)
  for (let attempt = 0; pending.length > 0 && attempt < 3; attempt++) {
    const changes = pending
      .filter((run) => run.epoch === epochs.get(run.id) && run.holder?.kind === 'worker' && run.holder.sessionId === sessionId)
      .flatMap((run) => decide(run, now) ?? [])
    if (changes.length === 0) return
    const applied = await context.db.run(applyChanges(changes.map((change) => ({ change }))))
    announce(context, applied)
    now = applied.now
    pending = applied.runs.flatMap(({ written, facts }) => (written || !facts ? [] : [facts]))
  }
}
