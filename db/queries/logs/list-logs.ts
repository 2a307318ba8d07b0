/** Reads log lines out of their chunks, by a cursor that is a place and survives new lines. */
import { type SQL, sql } from 'drizzle-orm'
import { LOG_LEVELS, type LogLevel, type LogLine } from '../../../core/protocol/reports.ts'
import { lineOfRecord, type RecordedLine } from '../../name-order.ts'
import { type RawRow, type Statement, sqlStatement } from '../../statement.ts'
import { containing } from '../flow-runs/flow-run-filter.ts'
import { BadCursor } from '../page.ts'

export interface LogRow extends LogLine {
  flowRunId: string
  /** `<sequence of the chunk>-<position in it>`: the place after this line. */
  cursor: string
}

export interface LogFilter {
  /** This level and above. */
  level?: LogLevel | null
  taskRunId?: string | null
  /** Anywhere in the message, in any case. */
  text?: string | null
}

interface LogRows {
  rows: LogRow[]
  hasMore: boolean
}

/** Lines of a run in the order in which they were stored. `fromEnd`: the last `limit` of them, still in that order. Throws BadCursor. */
export function listLogs({
  flowRunId,
  filter,
  after,
  limit,
  fromEnd = false,
}: {
  flowRunId: string
  filter?: LogFilter | null
  after?: string | null
  limit: number
  fromEnd?: boolean
}): Statement<LogRows> {
  const place = after ? placeOf(after) : null
  const beyond = place
    ? sql` and chunk.sequence >= ${place.sequence}::bigint and (chunk.sequence, entry.position) > (${place.sequence}::bigint, ${place.position}::bigint)`
    : sql``
  const direction = fromEnd ? sql`desc` : sql`asc`
  return sqlStatement<RawRow & { sequence: string; position: string; line: RecordedLine }, LogRows>(
    (workspaceId) => sql`
      select chunk.sequence, entry.position, entry.line
      from log_chunks chunk, jsonb_array_elements(chunk.lines) with ordinality entry (line, position)
      where chunk.workspace_id = ${workspaceId}::uuid and chunk.flow_run_id = ${flowRunId}::uuid${condition(filter)}${beyond}
      order by chunk.sequence ${direction}, entry.position ${direction} limit ${limit + 1}::int`,
    (rows) => {
      const kept = rows
        .slice(0, limit)
        .map(({ sequence, position, line }) => ({ ...lineOfRecord(line), flowRunId, cursor: `${sequence}-${position}` }))
      return { rows: fromEnd ? kept.reverse() : kept, hasMore: rows.length > limit }
    },
  )
}

function condition(filter?: LogFilter | null): SQL {
  const conditions: SQL[] = []
  if (filter?.level) {
    const lowest = LOG_LEVELS.indexOf(filter.level)
    const levels = `{${LOG_LEVELS.slice(lowest).join(',')}}`
    conditions.push(sql` and chunk.highest_level >= ${lowest}::int and entry.line ->> 'level' = any(${levels}::text[])`)
  }
  if (filter?.taskRunId) conditions.push(sql` and entry.line ->> 'taskRunId' = ${filter.taskRunId}`)
  if (filter?.text) conditions.push(sql` and entry.line ->> 'message' ilike ${containing(filter.text)}`)
  return sql.join(conditions)
}

function placeOf(cursor: string): { sequence: string; position: string } {
  const match = /^(\d{1,15})-(\d{1,9})$/.exec(cursor)
  if (!match) throw new BadCursor(cursor)
  return { sequence: match[1] as string, position: match[2] as string }
}
