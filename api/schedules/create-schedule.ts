/** A new schedule of a deployment, and its first occurrences in the same operation. */
import type { JsonObject, JsonValue } from '../../core/json-value.ts'
import type { CatchUp, Overlap } from '../../core/schedules/occurrence-policy.ts'
import type { ScheduleInput } from '../../core/schedules/schedule.ts'
import { DEPLOYMENTS_TOPIC } from '../../core/topics.ts'
import type { ScheduleRow } from '../../db/queries/schedules/schedule-row.ts'
import { createSchedule as createRow } from '../../db/queries/schedules/save-schedule.ts'
import type { Statement } from '../../db/statement.ts'
import { deedOf } from '../auth/deed-of.ts'
import type { Context } from '../context.ts'
import { findDeployment } from '../deployments/find-deployment.ts'
import { Conflict, Invalid, LimitExceeded, NotFound } from '../errors.ts'
import { decodeId } from '../node.ts'
import { once } from '../once.ts'
import { permit } from '../permissions.ts'
import { baseSlugOf, checkMaxLateness, checkParameters, checkSlug, MOST_SCHEDULES, readDefinition } from './check-schedule.ts'
import { fillDeployments } from './fill-schedules.ts'
import { scheduleLoader } from './schedule-loader.ts'

export interface NewScheduleInput {
  slug?: string | null
  schedule: ScheduleInput
  parameters?: JsonValue
  isPaused?: boolean | null
  catchUp?: CatchUp | null
  /** Seconds. */
  maxLateness?: number | null
  overlap?: Overlap | null
}

interface ScheduleOfDeployment extends NewScheduleInput {
  deploymentId?: string | null
  deploymentName?: string | null
  idempotencyKey?: string | null
}

/** Throws Invalid, NotFound, Conflict (the slug is taken; idempotency key), LimitExceeded. Audited. */
export async function createSchedule(context: Context, { idempotencyKey, ...input }: ScheduleOfDeployment): Promise<ScheduleRow> {
  permit(context.actor, 'schedules:create')
  const { deploymentId, deploymentName, slug = null, maxLateness } = input
  if ((deploymentId == null) === (deploymentName == null))
    throw new Invalid([{ path: ['deploymentId'], message: 'expected either `deploymentId` or `deploymentName`', expected: 'one of them' }])
  const deployment = await findDeployment(context, {
    id: deploymentId == null ? null : decodeId('Deployment', deploymentId, ['deploymentId']),
    name: deploymentName ?? null,
  })
  if (!deployment)
    throw new NotFound('deployment', deploymentName ?? (deploymentId as string), {
      path: [deploymentName == null ? 'deploymentId' : 'deploymentName'],
      hint: 'weir deployment ls',
    })
  const { definition, issues } = readDefinition(input.schedule, context.clock.now(), ['schedule'])
  const parameters = input.parameters ?? {}
  issues.push(...checkParameters(parameters, deployment, ['parameters']))
  if (slug !== null) issues.push(...checkSlug(slug, ['slug']))
  if (maxLateness != null) issues.push(...checkMaxLateness(maxLateness, ['maxLateness']))
  if (issues.length > 0) throw new Invalid(issues)

  const make = async (id: string, behind: readonly Statement<unknown>[]): Promise<ScheduleRow> => {
    const [saved] = await context.db.batch(
      createRow(
        {
          id,
          deploymentId: deployment.id,
          slug,
          baseSlug: baseSlugOf(definition),
          definition,
          parameters: parameters as JsonObject,
          isPaused: input.isPaused ?? false,
          catchUp: input.catchUp ?? 'skip',
          maxLateness: maxLateness == null ? context.timings.maxLateness : maxLateness * 1_000,
          overlap: input.overlap ?? 'allow',
        },
        MOST_SCHEDULES,
        deedOf(context.actor, 'schedules:create', { deployment: deployment.fullName, definition: definition as JsonObject }),
      ),
      ...behind,
    )
    if (saved.outcome === 'taken')
      throw new Conflict(`${deployment.fullName} has a schedule "${slug}" already.`, {
        path: ['slug'],
        hint: 'Choose another slug, or update the one that is there.',
      })
    if (saved.outcome === 'too-many')
      throw new LimitExceeded(`${deployment.fullName} has ${MOST_SCHEDULES} schedules already; more are not allowed.`, MOST_SCHEDULES)
    if (saved.outcome === 'not-found') throw new NotFound('deployment', deployment.fullName)
    return afterChange(context, saved.deploymentId, saved.scheduleId)
  }
  const request = { key: idempotencyKey, verb: 'createSchedule', input, madeIn: 'schedules' } as const
  return once(context, request, (id) => context.reader.load(scheduleLoader, id), make)
}

/** Fills what a change has emptied, tells who listens, and reads the schedule as it is now. */
export async function afterChange(context: Context, deploymentId: string, scheduleId: string): Promise<ScheduleRow> {
  await fillDeployments(context, [deploymentId])
  context.coordinators.ringFeed({ workspaceId: context.workspaceId, topic: DEPLOYMENTS_TOPIC })
  context.reader.forget()
  const schedule = await context.reader.load(scheduleLoader, scheduleId)
  if (!schedule) throw new NotFound('schedule', scheduleId)
  return schedule
}
