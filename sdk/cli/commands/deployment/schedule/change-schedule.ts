import { shellWord } from '../../../shell-word.ts'
import type { Document, GraphqlClient } from '../../../graphql.ts'
import { notFound } from '../../../not-found.ts'
import { successOf, type UnionError } from '../../../read-result.ts'
import { safeLine } from '../../../safe-text.ts'
import { type CommonOptions, openSession } from '../../../session.ts'
import { print, printJson } from '../../../terminal.ts'
import { findDeployment } from '../find-deployment.ts'
import { OF_DEPLOYMENT, type ScheduleRow } from './documents.ts'
import { scheduleJson } from './schedule-json.ts'

/** The schedule of this deployment with this slug or id. Throws Failure with the nearest slug. */
export async function findSchedule(client: GraphqlClient, deploymentName: string, wanted: string): Promise<ScheduleRow> {
  const { fullName, schedules } = await findDeployment(client, OF_DEPLOYMENT, deploymentName)
  const found = schedules.find(({ slug, uuid }) => slug === wanted || uuid === wanted.toLowerCase())
  if (found) return found
  throw notFound(
    'schedule',
    wanted,
    schedules.map(({ slug }) => slug),
    `List them: weir deployment schedule ls ${shellWord(fullName)}`,
  )
}

/** Pauses or resumes the schedule that is meant and shows it. Throws Failure. */
export async function changeSchedule(
  [deploymentName, wanted]: [string, string],
  options: CommonOptions,
  mutation: Document<{ result: { __typename: string; schedule: ScheduleRow } | UnionError }, { id: string }>,
  said: string,
): Promise<void> {
  const { client, json } = openSession(options)
  const { uuid } = await findSchedule(client, deploymentName, wanted)
  const { schedule } = successOf((await client.ask(mutation, { id: uuid })).result)
  if (json) printJson(scheduleJson(schedule))
  else print(`Schedule ${schedule.slug} of ${safeLine(schedule.deployment.fullName)} ${said}`)
}
