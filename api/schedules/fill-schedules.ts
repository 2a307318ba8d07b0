/** Makes occurrences ahead of their time: what a mutation does at once for its deployment, a WorkPool for what is finer than a minute, the sweep for all. */
import { newId } from '../../core/ids.ts'
import { type OccurrencePlan, planOccurrences } from '../../core/schedules/plan-occurrences.ts'
import { readSchedule } from '../../core/schedules/schedule.ts'
import { ScheduleProblem } from '../../core/schedules/schedule-problem.ts'
import { FLOW_RUNS_TOPIC } from '../../core/topics.ts'
import type { Db } from '../../db/client.ts'
import { listSchedulesToFillOf, listSchedulesToFillOfPool, type ScheduleToFill } from '../../db/queries/schedules/list-schedules-to-fill.ts'
import { fillSchedules as fillRows, type ScheduleFill } from '../../db/transitions/fill-schedules.ts'
import type { Coordinators } from '../context.ts'
import { makeUpName } from '../flow-runs/make-up-name.ts'
import type { Log } from '../log.ts'

interface FillContext {
  workspaceId: string
  db: Db
  coordinators: Coordinators
  log: Log
}

/** Runs in one statement, give or take those of one schedule. */
const A_STATEMENT = 500

/** When a schedule that cannot be worked out is tried again. */
const AFTER_A_PROBLEM = 3_600_000

/** Fills these deployments' schedules as far as they are due. */
export async function fillDeployments(context: FillContext, deploymentIds: readonly string[]): Promise<void> {
  await fillSchedules(context, await context.db.run(listSchedulesToFillOf(deploymentIds)))
}

/** Fills the schedules whose runs go to this pool as far as they are due. */
export async function fillWorkPool(context: FillContext, workPoolId: string): Promise<void> {
  await fillSchedules(context, await context.db.run(listSchedulesToFillOfPool(workPoolId)))
}

/** Fills schedules of one workspace; rings the pools that have something new. Idempotent, and without effect on schedules that have changed meanwhile. */
export async function fillSchedules(context: FillContext, schedules: readonly ScheduleToFill[]): Promise<void> {
  const { workspaceId, db, coordinators } = context
  let fills: ScheduleFill[] = []
  let runs = 0
  const send = async () => {
    const pools = await db.run(fillRows(fills))
    fills = []
    runs = 0
    for (const { workPoolId, firstDue } of pools) coordinators.ringWorkPool({ workspaceId, workPoolId, dueAt: firstDue })
    if (pools.length > 0) coordinators.ringFeed({ workspaceId, topic: FLOW_RUNS_TOPIC })
  }
  for (const schedule of schedules) {
    const plan = planOf(context, schedule)
    const occurrences = plan.instants.map((at) => ({ at, id: newId(), stateId: newId(), name: makeUpName(Math.random) }))
    fills.push({ scheduleId: schedule.id, revision: schedule.revision, filledUntil: plan.filledUntil, fillAt: plan.fillAt, occurrences })
    runs += occurrences.length
    if (runs >= A_STATEMENT) await send()
  }
  if (fills.length > 0) await send()
}

/** A rule that takes too long to work out from here makes nothing for an hour; saving it has shown that it can be worked out in general. */
function planOf({ log }: FillContext, schedule: ScheduleToFill): OccurrencePlan {
  const { definition, createdAt, filledUntil, now, catchUp } = schedule
  try {
    const read = readSchedule(definition, createdAt)
    if (!read.ok) throw new ScheduleProblem(read.field, read.message)
    return planOccurrences(read.schedule, { filledUntil, now, catchUp })
  } catch (error) {
    if (!(error instanceof ScheduleProblem)) throw error
    log.warn('a schedule cannot be worked out', { scheduleId: schedule.id, slug: schedule.slug, error })
    return { instants: [], filledUntil, fillAt: now + AFTER_A_PROBLEM }
  }
}
