/** How schedules are read within one request. */
import { findSchedules, findSchedulesOfDeployments } from '../../db/queries/schedules/find-schedules.ts'
import type { ScheduleRow } from '../../db/queries/schedules/schedule-row.ts'
import type { Context } from '../context.ts'
import { permit } from '../permissions.ts'
import { loader } from '../reader.ts'

/** Schedules by id. */
export const scheduleLoader = loader(findSchedules, (schedule: ScheduleRow) => schedule.id)

/** The schedule; null when there is none. */
export function loadSchedule({ actor, reader }: Context, id: string): Promise<ScheduleRow | null> {
  permit(actor, 'schedules:read')
  return reader.load(scheduleLoader, id)
}

/** All schedules of a deployment, by slug. */
export async function listSchedulesOf({ actor, reader }: Context, deploymentId: string): Promise<ScheduleRow[]> {
  permit(actor, 'schedules:read')
  return reader.run(findSchedulesOfDeployments([deploymentId]))
}
