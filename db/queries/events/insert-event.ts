/** Stores an event that no report brings. The SQL is the function `insert_events` of db/migrations. */
import { sql } from 'drizzle-orm'
import { jsonb, type Statement, sqlStatement } from '../../statement.ts'
import { eventRow, type NewEvent } from './event-row.ts'

/** False when an event of this id is there already: that one stays as it is. */
export const insertEvent = (event: NewEvent): Statement<boolean> =>
  sqlStatement<{ stored: string[] }, boolean>(
    (workspaceId) => sql`select insert_events(${workspaceId}::uuid, ${jsonb([eventRow(event)])}) as stored`,
    ([row]) => (row?.stored.length ?? 0) > 0,
  )
