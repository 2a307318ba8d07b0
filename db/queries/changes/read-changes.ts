/** Reads `changes` for a Feed. Commit order is by transaction first: ids alone would skip what commits late. */
import { sql } from 'drizzle-orm'
import { instantOf, type Statement, sqlStatement } from '../../statement.ts'
import type { ChangedPart } from '../../../core/topics.ts'
import type { Instant } from '../../../core/instant.ts'

/** A place in commit order. */
export interface ChangePosition {
  /** Transaction, as decimal text. */
  xid: string
  id: number
}

export interface RecordedChange extends ChangePosition {
  flowRunId: string | null
  changed: ChangedPart[]
}

export interface ReadChanges {
  changes: RecordedChange[]
  /** Where the next read goes on: the last change when the page is full, the oldest transaction still running otherwise. */
  next: ChangePosition
  /** The page is full: there may be more. */
  isFull: boolean
  /** Something of this topic is committed but not readable yet, because an older transaction is still running: read again in a moment. */
  isHeldBack: boolean
  now: Instant
}

/**
 * Changes of one topic in commit order, above `after` (null = none, only where "now" is). Takes only what lies below the oldest transaction
 * still running, so nothing that commits late is skipped.
 */
export const readChanges = ({ topic, after, limit }: { topic: string; after: ChangePosition | null; limit: number }): Statement<ReadChanges> =>
  sqlStatement(
    (workspaceId) => sql`
      select b.xmin::text as xmin, clock_timestamp() as now,
        coalesce((
          select json_agg(json_build_array(c.xid::text, c.id, c.flow_run_id, c.changed) order by c.xid, c.id)
          from (
            select xid, id, flow_run_id, changed from changes
            where ${after !== null} and workspace_id = ${workspaceId} and topic = ${topic}
              and (xid, id) > (${after?.xid ?? '0'}::xid8, ${after?.id ?? 0}::bigint) and xid < b.xmin
            order by xid, id limit ${limit}
          ) c
        ), '[]'::json) as changes,
        exists (select 1 from changes where workspace_id = ${workspaceId} and topic = ${topic} and xid >= b.xmin) as is_held_back
      from (select pg_snapshot_xmin(pg_current_snapshot()) as xmin) b`,
    (rows: { xmin: string; now: string; is_held_back: boolean; changes: [string, number, string | null, ChangedPart[]][] }[]) => {
      const [row] = rows
      if (!row) throw new TypeError('the database answered no row where one was expected')
      const changes = row.changes.map(([xid, id, flowRunId, changed]) => ({ xid, id, flowRunId, changed }))
      const isFull = changes.length === limit
      const last = changes.at(-1)
      return {
        changes,
        next: isFull && last ? { xid: last.xid, id: last.id } : { xid: row.xmin, id: 0 },
        isFull,
        isHeldBack: row.is_held_back,
        now: instantOf(row.now),
      }
    },
  )
