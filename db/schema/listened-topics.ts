import { pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { instant, workspaceId } from './columns.ts'

/** Topics that somebody listens to, and until when that is known: statements look here before a feed is rung for every change of a run. */
export const listenedTopics = pgTable(
  'listened_topics',
  {
    workspaceId: workspaceId(),
    /** A name from core/topics.ts; of those about one run, the run's own row says it (`flow_runs.watched_until`). */
    topic: text('topic').notNull(),
    listenedUntil: instant('listened_until').notNull(),
  },
  (table) => [primaryKey({ columns: [table.workspaceId, table.topic] })],
)
