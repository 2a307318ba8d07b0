/** The attempts of a task run: each begins with RUNNING and has what was logged until the next one began. */
import type { StateType } from '#lib/graphql/generated/graphql.ts'
import { isFinal } from '#lib/states/state-look.ts'

interface Entry {
  id: string
  type: StateType
  name: string
  message: string | null
  timestamp: string
  error?: { name: string; message: string; stack: string | null } | null
}

/** One attempt. */
export interface Attempt<Line> {
  number: number
  /** RUNNING. */
  start: Entry
  /** What followed; null while it runs. */
  end: Entry | null
  lines: Line[]
}

/** Oldest first. What was logged before the first attempt (there is hardly anything) is the first one's. */
export function attemptsOf<Line extends { time: string }>(states: readonly Entry[], lines: readonly Line[]): Attempt<Line>[] {
  const attempts: Attempt<Line>[] = []
  for (const [index, state] of states.entries()) {
    if (state.type === 'RUNNING') attempts.push({ number: attempts.length + 1, start: state, end: states[index + 1] ?? null, lines: [] })
  }
  for (const line of lines) {
    const at = attempts.findLastIndex(({ start }) => Date.parse(start.timestamp) <= Date.parse(line.time))
    attempts[Math.max(0, at)]?.lines.push(line)
  }
  return attempts
}

/** How the attempt went: `FAILED` also where a retry followed, because that is what made it follow. */
export const outcomeOf = ({ end }: Attempt<unknown>): StateType => (end === null ? 'RUNNING' : isFinal(end.type) ? end.type : 'FAILED')
