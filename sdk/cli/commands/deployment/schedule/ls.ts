import { findZone } from '../../../../../core/schedules/zone.ts'
import { shellWord } from '../../../shell-word.ts'
import { safeLine } from '../../../safe-text.ts'
import { type CommonOptions, openSession } from '../../../session.ts'
import { showAgo } from '../../../show-time.ts'
import { printTable } from '../../../table.ts'
import { printJson, say } from '../../../terminal.ts'
import { showInZone } from '../../schedule/show-in-zone.ts'
import { findDeployment } from '../find-deployment.ts'
import { OF_DEPLOYMENT, type ScheduleRow } from './documents.ts'
import { scheduleJson } from './schedule-json.ts'

/** `weir deployment schedule ls FLOW/NAME`. */
export async function execute([name]: [string], options: CommonOptions): Promise<void> {
  const { client, json } = openSession(options)
  const { fullName, isPaused, schedules } = await findDeployment(client, OF_DEPLOYMENT, name)
  if (json) return printJson(schedules.map(scheduleJson))
  if (schedules.length === 0)
    return say(`${safeLine(fullName)} has no schedules. Make one: weir deployment schedule create ${shellWord(fullName)} --cron '0 9 * * *'`)
  if (isPaused) say(`${safeLine(fullName)} is paused: its schedules make no runs.`)
  printTable<ScheduleRow>(
    [
      { title: 'SLUG', value: ({ slug }) => slug },
      { title: 'SCHEDULE', value: ({ words }) => safeLine(words), shrinks: true },
      { title: 'NEXT', value: nextOf },
      { title: 'WHEN', value: ({ isPaused, nextInstants: [next] }) => (isPaused || next === undefined ? '' : showAgo(next)) },
      { title: 'CATCH-UP', value: (schedule) => scheduleJson(schedule).catchUp },
      { title: 'OVERLAP', value: (schedule) => scheduleJson(schedule).overlap },
    ],
    schedules,
  )
}

const nextOf = ({ isPaused, timezone, nextInstants: [next] }: ScheduleRow): string =>
  isPaused ? 'paused' : next === undefined ? 'never' : showInZone(findZone(timezone), Date.parse(next))
