/** Which log lines are shown, and as what text they leave the page. */
import type { LogLevel } from '../graphql/generated/graphql'

export interface ShownLog {
  cursor: string
  time: string
  level: LogLevel
  message: string
  taskRunId?: string | null
  source?: string | null
}

const ORDER: Record<LogLevel, number> = { DEBUG: 0, INFO: 1, WARN: 2, ERROR: 3 }

/** Lines of at least `level`, of the task run if one is given, that contain `text` in any case. */
export function filterLogs<Line extends ShownLog>(lines: readonly Line[], { level, taskRunId, text }: { level: LogLevel; taskRunId: string | null; text: string }): Line[] {
  const wanted = text.toLowerCase()
  return lines.filter(
    (line) => ORDER[line.level] >= ORDER[level] && (taskRunId === null || line.taskRunId === taskRunId) && (wanted === '' || line.message.toLowerCase().includes(wanted)),
  )
}

/** One line a log line: `2026-11-21T06:00:04.118000Z INFO  fetch-day-1 message`. */
export const logText = (lines: readonly ShownLog[], nameOf: (taskRunId: string) => string): string =>
  lines.map((line) => `${line.time} ${line.level.padEnd(5)} ${line.taskRunId ? `${nameOf(line.taskRunId)} ` : ''}${line.message}`).join('\n')
