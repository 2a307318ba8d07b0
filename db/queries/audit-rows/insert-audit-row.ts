/** Writes the audit where the deed has no statement of its own that does. Rows are never changed. */
import { sql } from 'drizzle-orm'
import { auditRows } from '../../schema/index.ts'
import { type Statement, statement } from '../../statement.ts'
import type { Deed } from './deed.ts'

/** Notes who did what; in the same batch as the deed. */
export const insertAuditRow = (row: Deed & { subject: string }): Statement<void> =>
  statement(
    (query, workspaceId) => query.insert(auditRows).values({ workspaceId, ...row, occurredAt: sql`now()` as never }),
    () => undefined,
  )
