/** Which log lines are shown, and as what text they leave the page. */
import type { LogLevel, LogsQuery } from '#lib/graphql/generated/graphql.ts'

/** One line as it is shown. */
export type LogLine = NonNullable<LogsQuery['flowRun']>['logs']['nodes'][number]

/** From the least to the most serious. */
export const LEVELS: readonly LogLevel[] = ['DEBUG', 'INFO', 'WARN', 'ERROR']

/** Which lines are shown; all of it must hold. */
export interface LogFilter {
  level: LogLevel
  taskRunId: string | null
  text: string
}

/** Lines of at least `level`, of the task run if one is given, that contain `text` in any case. The very same array when everything is shown. */
export function filterLogs(lines: LogLine[], { level, taskRunId, text }: LogFilter): LogLine[] {
  if (level === 'DEBUG' && taskRunId === null && text === '') return lines
  const least = LEVELS.indexOf(level)
  const wanted = text.toLowerCase()
  return lines.filter(
    (line) =>
      LEVELS.indexOf(line.level) >= least &&
      (taskRunId === null || line.taskRunId === taskRunId) &&
      (wanted === '' || line.message.toLowerCase().includes(wanted)),
  )
}

/**
 * The lines with those that have been read since, in order of their time: what a process printed reaches the record later than what its logger said.
 * Lines of one time stay in the order in which they came. Both lists are read in the record's order; `lines` is a result of this function.
 */
export function joinLogs(lines: readonly LogLine[], read: readonly LogLine[]): LogLine[] {
  const news = read.toSorted(byTime)
  const [first] = news
  if (first === undefined) return [...lines]
  let from = lines.length
  while (from > 0 && byTime(lines[from - 1]!, first) > 0) from--
  return lines.slice(0, from).concat([...lines.slice(from), ...news].sort(byTime))
}

/** Times are texts of one form, in UTC. */
const byTime = (a: LogLine, b: LogLine): number => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0)

/** One line a log line: `2026-11-21T06:00:04.118000Z INFO  fetch-day-1 message`. */
export const logText = (lines: readonly LogLine[], nameOf: (taskRunId: string) => string): string =>
  lines.map((line) => `${line.time} ${line.level.padEnd(5)} ${line.taskRunId ? `${nameOf(line.taskRunId)} ` : ''}${line.message}`).join('\n')
