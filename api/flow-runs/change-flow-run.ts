/** What cancel, retry and every later command on a run share: load, decide, write; when somebody else was first, load and decide again. */
import type { Change } from '../../core/change.ts'
import type { CommandVerdict } from '../../core/flow-run-commands.ts'
import type { FlowRunFacts } from '../../core/flow-run.ts'
import { readFlowRunFacts } from '../../db/queries/flow-runs/read-flow-run-facts.ts'
import { type Applied, type AppliedRun, applyChanges } from '../../db/transitions/apply-changes.ts'
import { announce } from '../announce.ts'
import type { Context } from '../context.ts'
import type { Statement } from '../../db/statement.ts'
import { Conflict, NotFound } from '../errors.ts'
import type { Instant } from '../../core/instant.ts'

/** A run's own reports may win this often before the caller is told to try again. */
const ATTEMPTS = 5

/** The run after the change (what the request has read before is forgotten), or as it is when there was nothing to do. `before` is written in front of the change, under the same guard. Throws NotFound, Conflict. */
export async function changeFlowRun(
  context: Context,
  flowRunId: string,
  decide: (run: FlowRunFacts, now: Instant) => CommandVerdict,
  before: (change: Change) => Statement<unknown>[] = () => [],
): Promise<FlowRunFacts> {
  const { runs, now } = await context.db.run(readFlowRunFacts([flowRunId]))
  let run = runs.get(flowRunId)?.facts ?? null
  let at = now
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (!run) throw new NotFound('flow run', flowRunId, { path: ['id'] })
    const verdict = decide(run, at)
    if (verdict.kind === 'nothing') return run
    if (verdict.kind === 'refused') throw new Conflict(`${verdict.message[0]?.toUpperCase()}${verdict.message.slice(1)}.`, { path: ['id'] })
    const answers = await context.db.batch(...before(verdict.change), applyChanges([{ change: verdict.change }]))
    const applied = answers.at(-1) as Applied
    const [answer] = applied.runs as [AppliedRun]
    if (answer.written) {
      context.reader.forget()
      announce(context, applied)
      return answer.facts as FlowRunFacts
    }
    run = answer.facts
    at = applied.now
  }
  throw new Conflict('The run changes faster than this could be written.', { hint: 'Try again in a moment.' })
}
