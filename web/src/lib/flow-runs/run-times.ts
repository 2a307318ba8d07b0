/** Where a run's time went, up to this moment. */
import type { StateType } from '#lib/graphql/generated/graphql.ts'

/** Milliseconds. */
interface RunTimes {
  waiting: number
  starting: number
  running: number
}

/**
 * The API's times (seconds, as of `answeredAt`), counted on to `now` in whichever the present state adds to. A run that is not due yet does not wait.
 * Instants are milliseconds since 1970.
 */
export function runTimes(
  run: { times: RunTimes; state: { type: StateType; scheduledTime: string | null } },
  answeredAt: number,
  now: number,
): RunTimes {
  const { waiting, starting, running } = run.times
  const times = { waiting: waiting * 1000, starting: starting * 1000, running: running * 1000 }
  const since = (from: number) => Math.max(0, now - from)
  const { type, scheduledTime } = run.state
  if (type === 'SCHEDULED') times.waiting += since(Math.max(answeredAt, scheduledTime ? Date.parse(scheduledTime) : 0))
  else if (type === 'PENDING') times.starting += since(answeredAt)
  else if (type === 'RUNNING' || type === 'CANCELLING') times.running += since(answeredAt)
  return times
}
