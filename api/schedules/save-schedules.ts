/** The schedules of a deployment as a deploy wants them: those that are named are made or changed, the others are deleted. */
import { newId } from '../../core/ids.ts'
import type { JsonObject } from '../../core/json-value.ts'
import { deleteSchedules, createSchedule, updateSchedule, type SavedSchedule } from '../../db/queries/schedules/save-schedule.ts'
import { findSchedulesOfDeployments } from '../../db/queries/schedules/find-schedules.ts'
import type { Statement } from '../../db/statement.ts'
import { deedOf } from '../auth/deed-of.ts'
import type { Context } from '../context.ts'
import type { Issue } from '../errors.ts'
import { baseSlugOf, checkMaxLateness, checkParameters, checkSlug, MOST_SCHEDULES, readDefinition } from './check-schedule.ts'
import type { NewScheduleInput } from './create-schedule.ts'

/** One that was checked. `isPaused` null = as it is. */
export type WantedSchedule = Omit<Parameters<typeof createSchedule>[0], 'id' | 'deploymentId' | 'isPaused' | 'slug' | 'baseSlug'> & {
  slug: string
  isPaused: boolean | null
}

/** Checks the list of a deploy. One without slug is named after its kind and its place among those of that kind, so that the same list means the same. */
export function readSchedules(
  context: Context,
  inputs: readonly NewScheduleInput[],
  deployment: { parameters: JsonObject; parameterSchema: JsonObject | null },
): { wanted: WantedSchedule[]; issues: Issue[] } {
  const issues: Issue[] = []
  if (inputs.length > MOST_SCHEDULES)
    return {
      wanted: [],
      issues: [{ path: ['schedules'], message: `expected at most ${MOST_SCHEDULES}, got ${inputs.length}`, expected: `at most ${MOST_SCHEDULES}` }],
    }
  const taken = new Set(inputs.flatMap(({ slug }) => (slug == null ? [] : [slug])))
  const seen = new Set<string>()
  const wanted = inputs.map((input, index): WantedSchedule => {
    const path = ['schedules', String(index)]
    const { definition, issues: wrong } = readDefinition(input.schedule, context.clock.now(), [...path, 'schedule'])
    issues.push(...wrong)
    if (input.slug != null) issues.push(...checkSlug(input.slug, [...path, 'slug']))
    if (input.maxLateness != null) issues.push(...checkMaxLateness(input.maxLateness, [...path, 'maxLateness']))
    issues.push(...checkParameters(input.parameters ?? {}, deployment, [...path, 'parameters']))
    const slug = input.slug ?? freeSlug(baseSlugOf(definition), taken)
    taken.add(slug)
    if (seen.has(slug)) issues.push({ path: [...path, 'slug'], message: `"${slug.slice(0, 60)}" is there twice`, expected: 'another slug' })
    seen.add(slug)
    return {
      slug,
      definition,
      parameters: (input.parameters ?? {}) as JsonObject,
      isPaused: input.isPaused ?? null,
      catchUp: input.catchUp ?? 'skip',
      maxLateness: input.maxLateness == null ? context.timings.maxLateness : input.maxLateness * 1_000,
      overlap: input.overlap ?? 'allow',
    }
  })
  return { wanted, issues }
}

function freeSlug(base: string, taken: ReadonlySet<string>): string {
  for (let number = 1; ; number++) {
    const slug = number === 1 ? base : `${base}-${number}`
    if (!taken.has(slug)) return slug
  }
}

/** Writes what differs, in one transaction; answers whether anything did. What lies ahead is then to be filled. */
export async function saveSchedules(context: Context, deploymentId: string, wanted: readonly WantedSchedule[]): Promise<boolean> {
  const there = await context.db.run(findSchedulesOfDeployments([deploymentId]))
  const bySlug = new Map(there.map((schedule) => [schedule.slug, schedule]))
  const deed = (action: 'create' | 'update' | 'delete', slug: string) => deedOf(context.actor, `schedules:${action}`, { slug })
  const superfluous = there.filter(({ slug }) => !wanted.some((one) => one.slug === slug))
  const saves = wanted.map((one): Statement<SavedSchedule> => {
    const known = bySlug.get(one.slug)
    if (known) return updateSchedule(known.id, { ...one, isPaused: one.isPaused ?? undefined }, deed('update', one.slug))
    const isPaused = one.isPaused ?? false
    return createSchedule({ ...one, id: newId(), deploymentId, baseSlug: one.slug, isPaused }, MOST_SCHEDULES, deed('create', one.slug))
  })
  if (superfluous.length === 0 && saves.length === 0) return false
  // A slug may go from one that is deleted to one that is new.
  const deletion = deleteSchedules(
    { deploymentId, ids: superfluous.map(({ id }) => id) },
    deed('delete', superfluous.map(({ slug }) => slug).join(', ')),
  )
  const [deleted, ...saved] = (await context.db.batch(deletion, ...saves)) as [string[], ...SavedSchedule[]]
  return deleted.length > 0 || saved.some(({ outcome }) => outcome === 'created' || outcome === 'changed')
}
