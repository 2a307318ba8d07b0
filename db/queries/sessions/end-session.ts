/** The end of a browser's session, whoever has a copy of its cookie. */
import { sql } from 'drizzle-orm'
import { credentialTopic } from '../../../core/topics.ts'
import { type Statement, sqlStatement } from '../../statement.ts'

/** Ends it for good; its streams are told by their Feed. False when it had ended before, or never was. */
export const endSession = (id: string): Statement<boolean> =>
  sqlStatement<{ id: string }, boolean>(
    (workspaceId) => sql`
      with ended as (
        update sessions set ended_at = now() where workspace_id = ${workspaceId}::uuid and id = ${id}::uuid and ended_at is null returning id
      ), told as (
        insert into changes (workspace_id, topic, changed) select ${workspaceId}::uuid, ${credentialTopic(id)}, '{}' from ended
      )
      select id from ended`,
    (rows) => rows.length === 1,
  )
