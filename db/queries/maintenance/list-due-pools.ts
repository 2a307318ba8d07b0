/** Reads which pools have runs to give out, across workspaces. */
import { sql } from 'drizzle-orm'
import type { Instant } from '../../../core/instant.ts'
import { instantOf, type SystemStatement, sqlStatement, systemStatement } from '../../statement.ts'

/** A pool that has something to give out. */
interface DuePool {
  workspaceId: string
  workPoolId: string
  /** The earliest. */
  dueAt: Instant
}

/** Pools of all workspaces with claimable runs that are due within `ahead` milliseconds, to be rung. */
export const listDuePools = ({ ahead }: { ahead: number }): SystemStatement<DuePool[]> =>
  systemStatement(
    sqlStatement<{ workspace_id: string; work_pool_id: string; due_at: string }, DuePool[]>(
      () => sql`select * from due_pools(${ahead}::float8)`,
      (rows) => rows.map((row) => ({ workspaceId: row.workspace_id, workPoolId: row.work_pool_id, dueAt: instantOf(row.due_at) })),
    ),
  )
