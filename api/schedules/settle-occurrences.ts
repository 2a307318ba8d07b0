/** Settles due occurrences that their schedules hold back: notes what was missed or skipped, makes earlier runs give way. */
import { settleOccurrences as settle } from '../../core/schedules/settle-occurrences.ts'
import type { Directive } from '../../core/protocol/reports.ts'
import { type HeldOccurrences, listHeldOccurrences } from '../../db/queries/schedules/list-held-occurrences.ts'
import { applyChanges } from '../../db/transitions/apply-changes.ts'
import type { Change } from '../../core/change.ts'
import type { FlowRunFacts } from '../../core/flow-run.ts'
import { announce } from '../announce.ts'
import type { PoolContext } from '../work-pools/pool-context.ts'

/** Due occurrences of one pool that are looked at in one turn. */
const A_TURN = 200

type SettleContext = Pick<PoolContext, 'workspaceId' | 'workPoolId' | 'db' | 'coordinators' | 'newId'>

/** What a settling turn reads; it may travel with other reads. */
export const heldOccurrencesOf = (workPoolId: string) => listHeldOccurrences({ workPoolId, limit: A_TURN })

/** Decides and writes. Answers whether anything changed, so that another look may find more. */
export async function settleOccurrences(context: SettleContext, held: HeldOccurrences): Promise<boolean> {
  const before = new Map<string, FlowRunFacts>()
  const changes: Change[] = []
  for (const schedule of held.schedules) {
    for (const { facts } of schedule.runs) before.set(facts.id, facts)
    changes.push(...settle(schedule, held.now, context.newId))
  }
  if (changes.length === 0) return false
  const applied = await context.db.run(applyChanges(changes.map((change) => ({ change }))))
  announce(context, applied)
  for (const { written, flowRunId, facts } of applied.runs) {
    const holder = before.get(flowRunId)?.holder
    if (!written || holder?.kind !== 'worker' || !facts) continue
    // Force has raised the epoch: whoever still runs the old one is told to stop.
    const directive: Directive =
      facts.state.type === 'CANCELLING' ? { kind: 'cancel' } : { kind: 'stop', reason: 'A later run of its schedule took its place' }
    const { epoch } = before.get(flowRunId) as FlowRunFacts
    const { workspaceId, workPoolId, coordinators } = context
    coordinators.direct({ workspaceId, workPoolId, sessionId: holder.sessionId, flowRunId, epoch, directive })
  }
  return applied.runs.some((run) => run.written)
}
