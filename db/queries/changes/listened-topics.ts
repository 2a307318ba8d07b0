/** Whether anybody listens to a topic of the workspace. Its feed says so as long as it has listeners; who writes asks before ringing it. */
import { type SQL, sql } from 'drizzle-orm'
import { type Statement, sqlStatement } from '../../statement.ts'

/** Marks a topic as listened to for so many milliseconds from now. */
export const markListened = ({ topic, milliseconds }: { topic: string; milliseconds: number }): Statement<void> =>
  sqlStatement(
    (workspaceId) => sql`
      insert into listened_topics (workspace_id, topic, listened_until)
      values (${workspaceId}::uuid, ${topic}, clock_timestamp() + ${milliseconds}::float8 * interval '1 millisecond')
      on conflict (workspace_id, topic) do update set listened_until = excluded.listened_until`,
    () => undefined,
  )

/** Part of a statement: true while somebody listens. Who begins to listen during the statement reads what it wrote a moment later. */
export const isListenedTo = (workspaceId: string, topic: string): SQL =>
  sql`exists (select 1 from listened_topics where workspace_id = ${workspaceId}::uuid and topic = ${topic} and listened_until > clock_timestamp())`
