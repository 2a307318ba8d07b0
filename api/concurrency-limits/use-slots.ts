/** What a process asks of named limits while it runs: slots, their renewal and their return, in one statement. */
import { askAgainAfter, describeBlocked, type SlotsProblem } from '../../core/concurrency.ts'
import type { ConcurrencyAnswer, ConcurrencyRequest, SlotsAnswer } from '../../core/protocol/concurrency.ts'
import type { Timings } from '../../core/timings.ts'
import type { Db } from '../../db/client.ts'
import { type SlotsOutcome, useConcurrency } from '../../db/queries/concurrency-limits/use-concurrency.ts'
import type { Actor } from '../auth/actor.ts'
import { permit } from '../permissions.ts'

/** The epoch of a run that was started by its own process: it is never given out again. */
const OF_A_SCRIPT = 1

/** A runner speaks for its own run, whatever the request says. Throws FORBIDDEN. */
export async function useSlots(
  { actor, db, timings }: { actor: Actor; db: Db; timings: Timings },
  { release, renew, acquire, users = [] }: ConcurrencyRequest,
): Promise<ConcurrencyAnswer> {
  permit(actor, 'concurrency-limits:use')
  const runner = actor.kind === 'runner' ? { flowRunId: actor.flowRunId, epoch: actor.epoch } : null
  const { gone, acquired, queues } = await db.run(
    useConcurrency({
      runner,
      release,
      renew,
      acquire: acquire.map((asked) => ({ ...asked, ...(runner ?? { epoch: asked.flowRunId === null ? null : OF_A_SCRIPT }) })),
      users,
      life: timings.concurrencyLease,
      patience: timings.concurrencyPatience,
    }),
  )
  const slots = new Map(acquire.map((asked) => [asked.id, asked.slots]))
  const answers = acquired.map((outcome) => answerOf(outcome, slots.get(outcome.id) ?? 1, timings.concurrencyPatience))
  return { gone, life: timings.concurrencyLease, acquired: answers, queues }
}

function answerOf(outcome: SlotsOutcome, slots: number, patience: number): SlotsAnswer {
  const { id } = outcome
  switch (outcome.outcome) {
    case 'granted':
      return { id, outcome: 'granted', held: outcome.held, names: outcome.names }
    case 'wait':
      return { id, outcome: 'wait', retryAfter: askAgainAfter(outcome.blocked, slots, patience), message: describeBlocked(outcome.blocked) }
    case 'over':
      return {
        id,
        outcome: 'refused',
        code: 'RUN_OVER',
        message: 'The run holds no lease any more under this epoch.',
        hint: 'Another process may have the run by now, or it has ended.',
      }
    case 'refused':
      return { id, outcome: 'refused', ...refusalOf(outcome.problem, slots) }
  }
}

function refusalOf({ code, name, max }: SlotsProblem, slots: number) {
  return code === 'too-many'
    ? ({
        code: 'SLOTS_ABOVE_LIMIT',
        message: `Concurrency limit "${name}" has ${max} ${max === 1 ? 'slot' : 'slots'}, and ${slots} ${slots === 1 ? 'was' : 'were'} asked for.`,
        hint: 'Ask for fewer, or raise the limit.',
      } as const)
    : ({
        code: 'NO_DECAY',
        message: `Concurrency limit "${name}" is no rate limit: nothing comes back by itself.`,
        hint: 'Give it a slot decay (`weir concurrency-limit update NAME --slot-decay-per-second N`), or ask for its slots with concurrency().',
      } as const)
}
