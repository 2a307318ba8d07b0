import { sql } from 'drizzle-orm'
import type { JsonObject } from '../../../core/json-value.ts'
import { auditRows } from '../../schema/index.ts'
import { type Statement, statement } from '../../statement.ts'

/** Notes who did what; in the same batch as the deed. */
export const insertAuditRow = (row: { id: string; actor: string; action: string; subject: string; details: JsonObject }): Statement<void> =>
  statement(
    (query, workspaceId) => query.insert(auditRows).values({ workspaceId, ...row, occurredAt: sql`now()` as never }),
    () => undefined,
  )
