/** A work pool in words. */
import type { WorkPoolsQuery } from '#lib/graphql/generated/graphql.ts'

/** One pool as the list shows it. */
export type WorkPool = WorkPoolsQuery['workPools']['nodes'][number]

/** What the sentence needs to know of a pool. */
export type PoolFacts = Pick<WorkPool, 'isPaused' | 'slotsUsed' | 'waitingCount' | 'concurrencyLimit'> & {
  workers: readonly Pick<WorkPool['workers'][number], 'status' | 'slots'>[]
}

/** `2 workers online, 3 of 8 slots used, 1 run waits.` */
export function poolSentence(pool: PoolFacts): string {
  const workers = pool.workers.filter(({ status }) => status === 'ONLINE')
  const slots = workers.reduce((sum, worker) => sum + worker.slots, 0)
  const waiting = pool.waitingCount === 0 ? '' : `, ${pool.waitingCount} ${pool.waitingCount === 1 ? 'run waits' : 'runs wait'}`
  if (pool.isPaused) return `Paused: nothing is given out${waiting}.`
  if (workers.length === 0) return `No worker is online${waiting}.`
  const online = `${workers.length} ${workers.length === 1 ? 'worker' : 'workers'} online`
  return `${online}, ${pool.slotsUsed} of ${Math.min(slots, pool.concurrencyLimit ?? slots)} slots used${waiting}.`
}
