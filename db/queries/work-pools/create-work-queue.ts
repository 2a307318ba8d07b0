/** A queue with its limit. The SQL is the function `create_work_queue` of db/migrations. */
import { sql } from 'drizzle-orm'
import { jsonb, type Statement, sqlStatement } from '../../statement.ts'
import type { Deed } from '../audit-rows/deed.ts'

interface NewWorkQueue {
  id: string
  workPoolName: string
  name: string
  /** 1 first. */
  priority: number
  concurrencyLimit: number | null
}

/** `taken`: the pool has a queue of this name; nothing was written. */
export const createWorkQueue = (queue: NewWorkQueue, deed: Deed): Statement<'created' | 'taken' | 'no-work-pool'> =>
  sqlStatement<{ outcome: 'created' | 'taken' | 'no-work-pool' }, 'created' | 'taken' | 'no-work-pool'>(
    (workspaceId) =>
      sql`select outcome from create_work_queue(${workspaceId}::uuid, ${jsonb({
        id: queue.id,
        work_pool_name: queue.workPoolName,
        name: queue.name,
        priority: queue.priority,
        max: queue.concurrencyLimit,
        deed,
      })})`,
    ([row]) => (row as { outcome: 'created' | 'taken' | 'no-work-pool' }).outcome,
  )
