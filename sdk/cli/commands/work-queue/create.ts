import { limitOf, showLimit, type TypedLimit } from '../../limit.ts'
import { successOf } from '../../read-result.ts'
import { safeLine } from '../../safe-text.ts'
import { type CommonOptions, openSession } from '../../session.ts'
import { print, printJson } from '../../terminal.ts'
import { CREATE } from './documents.ts'
import { readQueueName } from './find-work-queue.ts'
import { workQueueJson } from './work-queue-json.ts'

interface Options extends CommonOptions {
  pool?: string
  priority?: number
  concurrencyLimit?: TypedLimit
}

/** `weir work-queue create POOL/QUEUE`. */
export async function execute([given]: [string], options: Options): Promise<void> {
  const { client, json } = openSession(options)
  const name = readQueueName(given, options.pool)
  const { priority, concurrencyLimit } = options
  const input = {
    workPoolName: name.pool,
    name: name.queue,
    ...(priority === undefined ? {} : { priority }),
    ...(concurrencyLimit === undefined ? {} : { concurrencyLimit: limitOf(concurrencyLimit) }),
  }
  const { workQueue } = successOf((await client.ask(CREATE, { input })).createWorkQueue)
  if (json) return printJson(workQueueJson(workQueue, name.pool))
  const shown = `${safeLine(name.pool)}/${safeLine(workQueue.name)}`
  print(`Created work queue ${shown}, priority ${workQueue.priority}, ${showLimit(workQueue.concurrencyLimit)}.`)
}
