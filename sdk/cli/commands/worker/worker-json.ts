import type { WorkerRow } from './documents.ts'

/** The shape of a worker in `-o json`; stable. */
export const workerJson = (worker: WorkerRow, workPool: string) => ({
  id: worker.uuid,
  name: worker.name,
  workPool,
  status: worker.status,
  slots: worker.slots,
  slotsUsed: worker.slotsUsed,
  hostname: worker.hostname,
  version: worker.version,
  labels: worker.labels,
  lastSeenAt: worker.lastSeenAt,
})
