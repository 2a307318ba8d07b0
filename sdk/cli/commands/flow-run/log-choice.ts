/** Which log lines a command prints, and how. */
import { wrongUse } from '../../failure.ts'
import { print } from '../../terminal.ts'
import type { LogRow } from './documents.ts'
import { readLevel } from './read-level.ts'
import { CSV_HEAD, logAsCsv } from './show-log-csv.ts'
import { showLog } from './show-log.ts'

export interface LogOptions {
  level?: string
  text?: string
  tail?: number
  csv?: boolean
}

export interface LogChoice {
  /** As the API takes it. */
  filter: { level?: string; text?: string; taskRunId?: string }
  /** The last so many; undefined = all. */
  tail?: number
  /** Before the first line. */
  begin(): void
  show(log: LogRow): void
}

/** What was chosen. Throws Failure. */
export function chooseLogs({ level: given, text, tail, csv }: LogOptions, json: boolean): LogChoice {
  const level = readLevel(given)
  if (csv && json) throw wrongUse('TWO_FORMS', 'Both --csv and -o json were given.', 'Name one of them.')
  return {
    filter: { ...(level === undefined ? {} : { level }), ...(text === undefined ? {} : { text }) },
    ...(tail === undefined ? {} : { tail }),
    begin: () => csv && print(CSV_HEAD),
    show: (log) => (csv ? print(logAsCsv(log)) : showLog(log, json)),
  }
}
