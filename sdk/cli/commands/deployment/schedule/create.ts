import { previewSchedule } from '../../../../../core/schedules/preview-schedule.ts'
import { wrongUse } from '../../../failure.ts'
import { type ParameterSchema, readParameters } from '../../../read-parameters.ts'
import { successOf } from '../../../read-result.ts'
import { safeLine } from '../../../safe-text.ts'
import { type CommonOptions, openSession } from '../../../session.ts'
import { print, printJson, style } from '../../../terminal.ts'
import { nameScheduleOption, readScheduleOptions, readSeconds } from '../../schedule/read-schedule-options.ts'
import { showInZone } from '../../schedule/show-in-zone.ts'
import type { ScheduleOptions } from '../../schedule/schedule-options.ts'
import { findDeployment } from '../find-deployment.ts'
import { CREATE, OF_DEPLOYMENT } from './documents.ts'
import { choiceForApi, scheduleForApi, scheduleJson } from './schedule-json.ts'

interface Options extends CommonOptions, ScheduleOptions {
  slug?: string
  param?: string[]
  params?: string
  paused?: boolean
  catchUp: string
  maxLateness?: string
  overlap: string
}

/** `weir deployment schedule create FLOW/NAME --cron …`. What is wrong with the schedule is told without asking anybody. */
export async function execute([name]: [string], options: Options): Promise<void> {
  const schedule = readScheduleOptions(options)
  const preview = previewSchedule(schedule, { from: Date.now(), count: 1 })
  if (!preview.schedule) throw wrongUse('BAD_SCHEDULE', nameScheduleOption(preview.error as string), 'Try it: weir schedule preview --help')
  const { client, json } = openSession(options)
  const deployment = await findDeployment(client, OF_DEPLOYMENT, name)
  const input = {
    deploymentId: deployment.uuid,
    slug: options.slug ?? null,
    schedule: scheduleForApi(schedule),
    parameters: readParameters(options.param, options.params, deployment.parameterSchema as ParameterSchema | null),
    isPaused: options.paused === true,
    catchUp: choiceForApi(options.catchUp),
    maxLateness: options.maxLateness === undefined ? null : readSeconds(options.maxLateness, '--max-lateness', 'duration'),
    overlap: choiceForApi(options.overlap),
  }
  const made = successOf((await client.ask(CREATE, { input })).createSchedule).schedule
  if (json) return printJson(scheduleJson(made))
  const [next] = made.nextInstants
  const when = made.isPaused
    ? 'It is paused.'
    : next === undefined
      ? 'It does not fire.'
      : `Next: ${showInZone(preview.schedule.zone, Date.parse(next))}.`
  print(`Created schedule ${style('bold', made.slug)} of ${safeLine(deployment.fullName)}: ${safeLine(made.words)}. ${when}`)
}
