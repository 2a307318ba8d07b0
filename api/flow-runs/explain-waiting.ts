/** Why a run waits: facts of the record, corrected by what its pool's open sockets say; `core/why-waiting.ts` finds the words. */
import { type WaitingReason, whyWaiting } from '../../core/why-waiting.ts'
import { makeState } from '../../core/states.ts'
import { readWhy, type WhyFacts } from '../../db/queries/flow-runs/read-why.ts'
import type { Context } from '../context.ts'
import { contactsOf, isOnline } from '../workers/last-contact.ts'

/** Why the run is not running: the reasons in the order in which they have to be cleared; empty when it runs or is over. */
export async function explainWaiting(context: Context, flowRunId: string): Promise<WaitingReason[]> {
  const { workerOnline } = context.timings
  const why = await context.reader.run(readWhy({ flowRunId, workerOnline, present: [] }))
  if (!why) return []
  // Idle workers look gone by the record alone: their pool's object is asked before anybody is told that there is none.
  if (why.workPool === null || why.workers.online > 0 || why.workers.lastSeenAt === null) return whyWaiting(waitingFactsOf(why))
  const contacts = await contactsOf(context, why.workPool.id)
  const present = [...contacts].filter(([, heardAt]) => isOnline(context, heardAt)).map(([workerId]) => workerId)
  const again = present.length > 0 ? await context.reader.run(readWhy({ flowRunId, workerOnline, present })) : why
  return again ? whyWaiting(waitingFactsOf(again)) : []
}

const waitingFactsOf = (why: WhyFacts): Parameters<typeof whyWaiting>[0] => ({
  state: makeState({ id: '', ...why.state }),
  scheduledTime: why.scheduledTime,
  hasHolder: why.hasHolder,
  hasDeployment: why.deployment !== null,
  deployment: why.deployment,
  workQueue: why.workQueue,
  workPool: why.workPool && {
    ...why.workPool,
    workersOnline: why.workers.online,
    workersDraining: why.workers.draining,
    freeSlots: why.workers.slots - why.workers.slotsUsed,
    workerLastSeenAt: why.workers.lastSeenAt,
    holders: [],
  },
  earlier: why.earlier,
  limits: why.limits,
  slots: why.slots,
  now: why.now,
})
