import type { WorkQueueRow } from './documents.ts'

/** The shape of a work queue in `-o json`; stable. */
export const workQueueJson = (queue: WorkQueueRow, workPool: string) => ({
  id: queue.uuid,
  name: queue.name,
  workPool,
  priority: queue.priority,
  isPaused: queue.isPaused,
  concurrencyLimit: queue.concurrencyLimit,
  slotsUsed: queue.slotsUsed,
  waitingCount: queue.waitingCount,
})
