/** What a schedule would do: read, checked and asked in one step, with every mistake as a sentence. The API, the command line and the workspace show this. */
import type { Instant } from '../instant.ts'
import { MOST_INSTANTS, nextInstants } from './next-instants.ts'
import { readSchedule, type Schedule, type ScheduleInput } from './schedule.ts'
import { ScheduleProblem } from './schedule-problem.ts'

/** The instants and no error, or an error and no instants. `schedule` is null when it could not be read. */
export interface SchedulePreview {
  schedule: Schedule | null
  instants: Instant[]
  error: string | null
}

/** The next `count` (0 to 1,000) instants at or after `from`, as if the schedule had been created at `from`. */
export function previewSchedule(input: ScheduleInput, { from, count }: { from: Instant; count: number }): SchedulePreview {
  const failed = (error: string): SchedulePreview => ({ schedule: null, instants: [], error })
  if (!Number.isInteger(count) || count < 0 || count > MOST_INSTANTS) return failed(`count: ${count} is out of range: expected 0 to ${MOST_INSTANTS}`)
  const read = readSchedule(input, from)
  if (!read.ok) return failed(read.message)
  try {
    return { schedule: read.schedule, instants: nextInstants(read.schedule, { from, count }), error: null }
  } catch (error) {
    if (!(error instanceof ScheduleProblem)) throw error
    return failed(`${error.field}: ${error.message}`)
  }
}
