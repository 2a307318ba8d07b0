import type { LeaseRow, LimitDetail, LimitRow } from './documents.ts'

/** The shape of a concurrency limit in `-o json`; stable. */
export const limitJson = (limit: LimitRow) => ({
  id: limit.uuid,
  name: limit.name,
  limit: limit.limit,
  isActive: limit.isActive,
  slotDecayPerSecond: limit.slotDecayPerSecond,
  activeSlots: limit.activeSlots,
  waitingCount: limit.waitingCount,
  createdAt: limit.createdAt,
  updatedAt: limit.updatedAt,
  updatedBy: limit.updatedBy,
})

/** … with those who hold slots and wait for some. */
export const limitDetailJson = (limit: LimitDetail) => ({
  ...limitJson(limit),
  holders: limit.holders.map(leaseJson),
  waiters: limit.waiters.map(leaseJson),
})

const leaseJson = ({ leaseId, slots, holder, flowRun, askedAt, takenAt, deadline }: LeaseRow) => ({
  leaseId,
  slots,
  holder,
  flowRunId: flowRun?.uuid ?? null,
  askedAt,
  takenAt,
  deadline,
})
