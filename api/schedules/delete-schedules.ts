/** Deleting one schedule, or all of a deployment. Runs of theirs that nobody has begun go with them; others stay. */
import { DEPLOYMENTS_TOPIC, FLOW_RUNS_TOPIC } from '../../core/topics.ts'
import { deleteSchedules as deleteRows } from '../../db/queries/schedules/save-schedule.ts'
import { deedOf } from '../auth/deed-of.ts'
import type { Context } from '../context.ts'
import { deploymentLoader } from '../deployments/types.ts'
import { NotFound } from '../errors.ts'
import { decodeId } from '../node.ts'
import { permit } from '../permissions.ts'
import { scheduleLoader } from './schedule-loader.ts'

/** Answers the uuid of what was deleted. Throws Invalid, NotFound. Audited. */
export async function deleteSchedule(context: Context, id: string): Promise<string> {
  permit(context.actor, 'schedules:delete')
  const scheduleId = decodeId('Schedule', id, ['id'])
  const schedule = await context.reader.load(scheduleLoader, scheduleId)
  const deleted = schedule ? await remove(context, schedule.deploymentId, [scheduleId], schedule.slug) : []
  if (deleted.length === 0)
    throw new NotFound('schedule', scheduleId, { path: ['id'], hint: '`deployment { schedules { id slug } }` lists those of a deployment.' })
  return scheduleId
}

/** Answers how many there were. Idempotent. Throws Invalid, NotFound. Audited. */
export async function clearSchedules(context: Context, deploymentId: string): Promise<number> {
  permit(context.actor, 'schedules:delete')
  const id = decodeId('Deployment', deploymentId, ['deploymentId'])
  if (!(await context.reader.load(deploymentLoader, id))) throw new NotFound('deployment', id, { path: ['deploymentId'], hint: 'weir deployment ls' })
  return (await remove(context, id, null, 'all')).length
}

async function remove(context: Context, deploymentId: string, ids: string[] | null, slug: string): Promise<string[]> {
  const { workspaceId, coordinators } = context
  const deleted = await context.db.run(deleteRows({ deploymentId, ids }, deedOf(context.actor, 'schedules:delete', { slug })))
  context.reader.forget()
  if (deleted.length > 0) for (const topic of [DEPLOYMENTS_TOPIC, FLOW_RUNS_TOPIC]) coordinators.ringFeed({ workspaceId, topic })
  return deleted
}
