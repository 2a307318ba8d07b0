import { shellWord } from '../../shell-word.ts'
import { wrongUse } from '../../failure.ts'
import type { GraphqlClient } from '../../graphql.ts'
import { notFound } from '../../not-found.ts'
import { unknownWorkPool } from '../work-pool/find-work-pool.ts'
import { LIST_OF_POOL, type PoolOfQueues, type WorkQueueRow } from './documents.ts'

/** `POOL/QUEUE`, or the queue alone with `--pool`. Throws Failure when the pool is not said. */
export function readQueueName(given: string, pool: string | undefined): { pool: string; queue: string } {
  const slash = given.indexOf('/')
  if (pool !== undefined && slash < 0) return { pool, queue: given }
  if (pool === undefined && slash > 0) return { pool: given.slice(0, slash), queue: given.slice(slash + 1) }
  if (slash > 0) throw wrongUse('POOL_TWICE', `"${given}" names a work pool, and --pool another.`, 'Leave one of them out.')
  throw wrongUse('POOL_MISSING', `Which work pool has the queue "${given}"?`, `For example: POOL/${given}, or --pool POOL. All: weir work-queue ls`)
}

/** The queue that is meant, with its pool. Throws Failure with the nearest name. */
export async function findWorkQueue(
  client: GraphqlClient,
  given: string,
  pool: string | undefined,
): Promise<{ pool: PoolOfQueues; queue: WorkQueueRow }> {
  const name = readQueueName(given, pool)
  const { workPool } = await client.ask(LIST_OF_POOL, { name: name.pool })
  if (!workPool) throw await unknownWorkPool(client, name.pool)
  const queue = workPool.queues.find((one) => one.name === name.queue)
  if (queue) return { pool: workPool, queue }
  throw notFound(
    `work queue in pool "${name.pool}" called`,
    name.queue,
    workPool.queues.map((one) => one.name),
    `Make it: weir work-queue create ${shellWord(`${name.pool}/${name.queue}`)}`,
  )
}
