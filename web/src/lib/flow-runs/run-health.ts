/** How the last runs of something went, in numbers and in a sentence. */
import { formatDuration } from '#lib/clock/format-time.ts'
import type { StateType } from '#lib/graphql/generated/graphql.ts'
import { isFinal } from '#lib/states/state-look.ts'

interface Ended {
  startTime: string | null
  endTime: string | null
  state: { type: StateType }
}

/** Of the runs that are over; durations in milliseconds, null when none of them completed. */
export interface RunHealth {
  ended: number
  completed: number
  median: number | null
  p95: number | null
}

/** Cancelled runs count for neither side. */
export function runHealth(runs: readonly Ended[]): RunHealth {
  const ended = runs.filter(({ state }) => isFinal(state.type) && state.type !== 'CANCELLED')
  const completed = ended.filter(({ state }) => state.type === 'COMPLETED')
  const lengths = completed
    .flatMap(({ startTime, endTime }) => (startTime && endTime ? [Date.parse(endTime) - Date.parse(startTime)] : []))
    .sort((a, b) => a - b)
  const at = (share: number) => lengths[Math.min(lengths.length - 1, Math.floor(lengths.length * share))] ?? null
  return { ended: ended.length, completed: completed.length, median: at(0.5), p95: at(0.95) }
}

/** `38 of the last 40 completed, usually in 1 m 12 s, at most in 3 m 0 s.` Empty when none has ended. */
export function healthSentence({ ended, completed, median, p95 }: RunHealth): string {
  if (ended === 0) return ''
  const share =
    completed === ended
      ? ended === 1
        ? 'The last run completed'
        : `All of the last ${ended} completed`
      : `${completed} of the last ${ended} completed`
  if (median === null) return `${share}.`
  const times =
    formatDuration(median) === formatDuration(p95 ?? median)
      ? `in ${formatDuration(median)}`
      : `usually in ${formatDuration(median)}, nearly always within ${formatDuration(p95 ?? median)}`
  return `${share}, ${times}.`
}
