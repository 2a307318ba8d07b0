/** Changing, pausing and resuming schedules. What is ahead is made anew in the same operation; what has begun, or is due already, stays. */
import type { JsonObject, JsonValue } from '../../core/json-value.ts'
import type { CatchUp, Overlap } from '../../core/schedules/occurrence-policy.ts'
import type { ScheduleInput } from '../../core/schedules/schedule.ts'
import type { ScheduleRow } from '../../db/queries/schedules/schedule-row.ts'
import { type ScheduleChange, updateSchedule as updateRow } from '../../db/queries/schedules/save-schedule.ts'
import { deedOf } from '../auth/deed-of.ts'
import type { Context } from '../context.ts'
import { deploymentLoader } from '../deployments/types.ts'
import { Conflict, Invalid, NotFound } from '../errors.ts'
import { decodeId } from '../node.ts'
import { permit } from '../permissions.ts'
import { checkMaxLateness, checkParameters, checkSlug, readDefinition } from './check-schedule.ts'
import { afterChange } from './create-schedule.ts'
import { scheduleLoader } from './schedule-loader.ts'

interface ScheduleChangeInput {
  id: string
  slug?: string | null
  /** The whole of it. */
  schedule?: ScheduleInput | null
  parameters?: JsonValue
  catchUp?: CatchUp | null
  /** Seconds. */
  maxLateness?: number | null
  overlap?: Overlap | null
}

/** What is left out stays as it is. Idempotent. Throws Invalid, NotFound, Conflict (the slug is taken). Audited. */
export async function updateSchedule(context: Context, input: ScheduleChangeInput): Promise<ScheduleRow> {
  permit(context.actor, 'schedules:update')
  const id = decodeId('Schedule', input.id, ['id'])
  const before = await context.reader.load(scheduleLoader, id)
  if (!before) throw notFound(id)
  const change: ScheduleChange = {
    slug: input.slug ?? undefined,
    catchUp: input.catchUp ?? undefined,
    overlap: input.overlap ?? undefined,
    maxLateness: input.maxLateness == null ? undefined : input.maxLateness * 1_000,
  }
  const issues = input.slug == null ? [] : checkSlug(input.slug, ['slug'])
  if (input.maxLateness != null) issues.push(...checkMaxLateness(input.maxLateness, ['maxLateness']))
  if (input.schedule) {
    const read = readDefinition(input.schedule, context.clock.now(), ['schedule'])
    issues.push(...read.issues)
    change.definition = read.definition
  }
  if (input.parameters !== undefined) {
    const deployment = await context.reader.load(deploymentLoader, before.deploymentId)
    if (!deployment) throw notFound(id)
    change.parameters = (input.parameters ?? {}) as JsonObject
    issues.push(...checkParameters(change.parameters, deployment, ['parameters']))
  }
  if (issues.length > 0) throw new Invalid(issues)
  return write(context, id, change, 'schedules:update')
}

/** Paused, it makes no runs, and those that it has made and nobody has begun are removed; resumed, it goes on from now. Idempotent. Throws Invalid, NotFound. Audited. */
export function pauseSchedule(context: Context, { id, isPaused }: { id: string; isPaused: boolean }): Promise<ScheduleRow> {
  permit(context.actor, 'schedules:pause')
  return write(context, decodeId('Schedule', id, ['id']), { isPaused }, 'schedules:pause')
}

async function write(context: Context, id: string, change: ScheduleChange, action: 'schedules:update' | 'schedules:pause'): Promise<ScheduleRow> {
  const details = JSON.parse(JSON.stringify({ ...change, parameters: undefined })) as JsonObject
  const saved = await context.db.run(updateRow(id, change, deedOf(context.actor, action, details)))
  if (saved.outcome === 'not-found') throw notFound(id)
  if (saved.outcome === 'taken')
    throw new Conflict(`The deployment has another schedule "${change.slug}" already.`, { path: ['slug'], hint: 'Choose another slug.' })
  return afterChange(context, saved.deploymentId, id)
}

const notFound = (id: string) =>
  new NotFound('schedule', id, { path: ['id'], hint: '`deployment { schedules { id slug } }` lists those of a deployment.' })
