/** A work pool in words. */
import type { WorkPoolsQuery } from '#lib/graphql/generated/graphql.ts'

/** One pool as the list shows it. */
export type WorkPool = WorkPoolsQuery['workPools']['nodes'][number]

/** What the sentence needs to know of a pool. */
export type PoolFacts = Pick<WorkPool, 'isPaused' | 'slotsUsed' | 'waitingCount' | 'concurrencyLimit'> & {
  workers: readonly Pick<WorkPool['workers'][number], 'status' | 'slots' | 'slotsUsed'>[]
}

/** How many runs it could hold with the workers that are online and its limit; of those that drain what they still hold counts. */
export function slotsOf({ workers, concurrencyLimit }: Pick<PoolFacts, 'workers' | 'concurrencyLimit'>): number {
  const slots = workers.reduce(
    (sum, worker) => sum + (worker.status === 'ONLINE' ? worker.slots : worker.status === 'DRAINING' ? worker.slotsUsed : 0),
    0,
  )
  return Math.min(slots, concurrencyLimit ?? slots)
}

type Contact = Pick<WorkPool['workers'][number], 'name' | 'status' | 'lastSeenAt'>
const CONTACT = ['ONLINE', 'DRAINING', 'OFFLINE']
const MOST_OFFLINE = 3

/** Those that are there first, by name; then those that are offline, the one that was seen last first. */
export const orderWorkers = <Worker extends Contact>(workers: readonly Worker[]): Worker[] =>
  [...workers].sort(
    (a, b) =>
      CONTACT.indexOf(a.status) - CONTACT.indexOf(b.status) ||
      (a.status === 'OFFLINE' ? Date.parse(b.lastSeenAt) - Date.parse(a.lastSeenAt) : 0) ||
      a.name.localeCompare(b.name),
  )

/** All that are there and the last few that have gone; the rest is `gone`. A worker without a name of its own has another one each time it starts. */
export function splitWorkers<Worker extends Contact>(workers: readonly Worker[]): { shown: Worker[]; gone: Worker[] } {
  const ordered = orderWorkers(workers)
  const most = ordered.filter(({ status }) => status !== 'OFFLINE').length + MOST_OFFLINE
  return { shown: ordered.slice(0, most), gone: ordered.slice(most) }
}

/** `2 workers online, 1 draining, 3 of 8 slots used, 1 run waits.` */
export function poolSentence(pool: PoolFacts): string {
  const online = pool.workers.filter(({ status }) => status === 'ONLINE').length
  const waiting = pool.waitingCount === 0 ? '' : `, ${pool.waitingCount} ${pool.waitingCount === 1 ? 'run waits' : 'runs wait'}`
  if (pool.isPaused) return `Paused: nothing is given out${waiting}.`
  const draining = pool.workers.filter(({ status }) => status === 'DRAINING').length
  const leaving = draining === 0 ? '' : `, ${draining} draining`
  if (online === 0) return `${draining === 0 ? 'No worker is online' : 'No worker takes runs'}${leaving}${waiting}.`
  return `${online} ${online === 1 ? 'worker' : 'workers'} online${leaving}, ${pool.slotsUsed} of ${slotsOf(pool)} slots used${waiting}.`
}
