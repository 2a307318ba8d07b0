import { style } from '../../terminal.ts'
import type { WorkPoolRow } from './documents.ts'

/** The shape of a work pool in `-o json`; stable. */
export const workPoolJson = (pool: WorkPoolRow) => ({
  id: pool.uuid,
  name: pool.name,
  type: pool.type,
  description: pool.description,
  status: pool.status,
  isPaused: pool.isPaused,
  concurrencyLimit: pool.concurrencyLimit,
  slotsUsed: pool.slotsUsed,
  waitingCount: pool.waitingCount,
  workersOnline: pool.workers.filter(({ status }) => status === 'ONLINE').length,
  createdAt: pool.createdAt,
})

/** A pool's or worker's status with a shape and a word. */
export function showStatus(status: string): string {
  if (status === 'READY' || status === 'ONLINE') return style('green', `● ${status.toLowerCase()}`)
  if (status === 'PAUSED') return style('yellow', '‖ paused')
  if (status === 'DRAINING') return style('yellow', '◐ draining')
  return style('dim', `○ ${status.toLowerCase().replace('_', ' ')}`)
}
