import { printDetails } from '../../details.ts'
import { showLimit } from '../../limit.ts'
import { safeLine } from '../../safe-text.ts'
import { type CommonOptions, openSession } from '../../session.ts'
import { printJson, style } from '../../terminal.ts'
import { findWorkQueue } from './find-work-queue.ts'
import { workQueueJson } from './work-queue-json.ts'

/** `weir work-queue inspect POOL/QUEUE`. */
export async function execute([name]: [string], options: CommonOptions & { pool?: string }): Promise<void> {
  const { client, json } = openSession(options)
  const { pool, queue } = await findWorkQueue(client, name, options.pool)
  if (json) return printJson(workQueueJson(queue, pool.name))
  const paused = queue.isPaused ? '  ‖ paused' : pool.isPaused ? '  ‖ paused with its pool' : ''
  printDetails(style('bold', safeLine(`${pool.name}/${queue.name}`)) + style('yellow', paused), [
    ['Id', queue.uuid],
    ['Priority', `${queue.priority} (1 is served first)`],
    ['Limit', showLimit(queue.concurrencyLimit)],
    ['Running', String(queue.slotsUsed)],
    ['Waiting', String(queue.waitingCount)],
  ])
}
