import { successOf } from '../../read-result.ts'
import { safeLine } from '../../safe-text.ts'
import { type CommonOptions, openSession } from '../../session.ts'
import { print, printJson } from '../../terminal.ts'
import { UPDATE, type WorkQueueChange, type WorkQueueRow } from './documents.ts'
import { findWorkQueue } from './find-work-queue.ts'
import { workQueueJson } from './work-queue-json.ts'

/** Options of every command that changes a queue. */
export type QueueOptions = CommonOptions & { pool?: string }

/** Changes the queue that is meant and shows it: as JSON, or as `Work queue POOL/QUEUE` with what `tell` says. Throws Failure. */
export async function changeWorkQueue(
  given: string,
  change: WorkQueueChange,
  options: QueueOptions,
  tell: (queue: WorkQueueRow) => string,
): Promise<void> {
  const { client, json } = openSession(options)
  const { pool, queue } = await findWorkQueue(client, given, options.pool)
  const { workQueue } = successOf((await client.ask(UPDATE, { input: { id: queue.uuid, ...change } })).updateWorkQueue)
  if (json) printJson(workQueueJson(workQueue, pool.name))
  else print(`Work queue ${safeLine(`${pool.name}/${workQueue.name}`)}${tell(workQueue)}`)
}
