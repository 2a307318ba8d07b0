/**
 * A Feed's cursor as listeners keep it: `<xid>-<id>-<seconds>`. The seconds say when it was true, because what lies before it is dropped after
 * `changesKept`: an older cursor cannot be resumed, and its owner reads a snapshot anew.
 */
import type { Instant } from '../../core/instant.ts'
import type { ChangePosition } from '../../db/queries/changes/read-changes.ts'

export interface FeedCursor extends ChangePosition {
  /** Whole seconds since 1970. */
  at: number
}

/** Shorter than the 48 h that changes are kept, since they are dropped a day at a time and clocks differ. */
const RESUMABLE_SECONDS = 47 * 3_600

const CURSOR = /^(\d{1,20})-(\d{1,16})-(\d{1,12})$/

export const formatCursor = ({ xid, id, at }: FeedCursor): string => `${xid}-${id}-${at}`

/** Null for anything that is no cursor. */
export function parseCursor(text: string): FeedCursor | null {
  const match = CURSOR.exec(text)
  if (!match) return null
  const [, xid = '', id, at] = match
  // Above the largest xid8 Postgres would refuse the statement.
  return BigInt(xid) > 18_446_744_073_709_551_615n ? null : { xid, id: Number(id), at: Number(at) }
}

/** Whether everything after the cursor is still there. */
export const isResumable = (cursor: FeedCursor, now: Instant): boolean => now / 1_000 - cursor.at < RESUMABLE_SECONDS

/** Commit order. */
export function comparePositions(a: ChangePosition, b: ChangePosition): number {
  const [left, right] = [BigInt(a.xid), BigInt(b.xid)]
  return left < right ? -1 : left > right ? 1 : a.id - b.id
}

/** The position as a cursor that was true at `now`. */
export const cursorAt = ({ xid, id }: ChangePosition, now: Instant): FeedCursor => ({ xid, id, at: Math.floor(now / 1_000) })
