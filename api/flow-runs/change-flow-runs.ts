/** What commands on many runs share: load all, decide each, write all in one statement; those that somebody else moved meanwhile are decided again. */
import type { Change } from '../../core/change.ts'
import type { CommandVerdict } from '../../core/flow-run-commands.ts'
import type { FlowRunFacts } from '../../core/flow-run.ts'
import type { Instant } from '../../core/instant.ts'
import { readFlowRunFacts } from '../../db/queries/flow-runs/read-flow-run-facts.ts'
import { type Applied, applyChanges } from '../../db/transitions/apply-changes.ts'
import type { Statement } from '../../db/statement.ts'
import { announce } from '../announce.ts'
import type { Context } from '../context.ts'

/** What became of one run: changed, as asked already, refused with the reason, or not there. */
export type RunOutcome = { kind: 'changed' } | { kind: 'nothing' } | { kind: 'refused'; message: string } | { kind: 'missing' }

/** Runs that keep moving are left after so many tries, and told as refused. */
const ATTEMPTS = 4

/** At most some hundred runs. `changed` is called with each run as it was written; `before` is written in front of the changes, under the same guards. */
export async function changeFlowRuns(
  context: Pick<Context, 'db' | 'workspaceId' | 'coordinators'>,
  flowRunIds: readonly string[],
  decide: (run: FlowRunFacts, now: Instant) => CommandVerdict,
  changed: (run: FlowRunFacts) => void = () => {},
  before: (changes: readonly Change[]) => Statement<unknown>[] = () => [],
): Promise<Map<string, RunOutcome>> {
  const outcomes = new Map<string, RunOutcome>()
  let open = [...new Set(flowRunIds)]
  for (let attempt = 0; open.length > 0; attempt++) {
    const { runs, now } = await context.db.run(readFlowRunFacts(open))
    const changes: Change[] = []
    for (const id of open) {
      const facts = runs.get(id)?.facts
      const verdict = facts && decide(facts, now)
      if (!verdict) outcomes.set(id, { kind: 'missing' })
      else if (verdict.kind === 'change') changes.push(verdict.change)
      else outcomes.set(id, verdict.kind === 'nothing' ? { kind: 'nothing' } : { kind: 'refused', message: verdict.message })
    }
    if (changes.length === 0) break
    const answers = await context.db.batch(...before(changes), applyChanges(changes.map((change) => ({ change }))))
    const applied = answers.at(-1) as Applied
    announce(context, applied)
    open = []
    for (const { flowRunId, written, facts } of applied.runs) {
      if (written) {
        outcomes.set(flowRunId, { kind: 'changed' })
        if (facts) changed(facts)
      } else if (attempt + 1 < ATTEMPTS) open.push(flowRunId)
      else outcomes.set(flowRunId, { kind: 'refused', message: 'the run changes faster than this could be written' })
    }
  }
  return outcomes
}
