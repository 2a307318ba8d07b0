/** A log line as a row of CSV (RFC 4180): what a file keeps of it, the date and the task run included. */
import { rawId } from '../../raw-id.ts'
import { safeText } from '../../safe-text.ts'
import type { LogRow } from './documents.ts'

export const CSV_HEAD = 'time,level,source,taskRunId,message,fields'

/** A file gets what was said; a terminal no control characters. */
export function logAsCsv({ time, level, source, taskRunId, message, fields }: LogRow): string {
  const cells = [time, level, source ?? '', taskRunId === null ? '' : rawId(taskRunId), message, fields === null ? '' : JSON.stringify(fields)]
  const row = cells.map(quoted).join(',')
  return process.stdout.isTTY ? safeText(row) : row
}

const quoted = (cell: string): string => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)
