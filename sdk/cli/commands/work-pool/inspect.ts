import { shellWord } from '../../shell-word.ts'
import { safeLine } from '../../safe-text.ts'
import { type CommonOptions, openSession } from '../../session.ts'
import { showAgo, showInstant } from '../../show-time.ts'
import { workerJson } from '../worker/worker-json.ts'
import { workQueueJson } from '../work-queue/work-queue-json.ts'
import { printTable } from '../../table.ts'
import { print, printJson, style } from '../../terminal.ts'
import { INSPECT, type WorkPoolDetail } from './documents.ts'
import { unknownWorkPool } from './find-work-pool.ts'
import { showStatus, workPoolJson } from './work-pool-json.ts'

/** The job variables that its template declares. */
const variablesOf = ({ baseJobTemplate }: WorkPoolDetail): string[] =>
  Object.keys((baseJobTemplate as { variables: { properties?: object } }).variables.properties ?? {})

/** `weir work-pool inspect NAME`. */
export async function execute([name]: string[], options: CommonOptions): Promise<void> {
  const { client, json } = openSession(options)
  const { workPool: pool } = await client.ask(INSPECT, { name: name as string })
  if (!pool) throw await unknownWorkPool(client, name as string)
  if (json) {
    return printJson({
      ...workPoolJson(pool),
      baseJobTemplate: pool.baseJobTemplate,
      hasOwnJobTemplate: pool.hasOwnJobTemplate,
      queues: pool.queues.map((queue) => workQueueJson(queue, pool.name)),
      workers: pool.workers.map((worker) => workerJson(worker, pool.name)),
    })
  }
  const line = (title: string, value: string | null | undefined) => value && print(`${style('dim', title.padEnd(12))} ${value}`)
  print(`${style('bold', safeLine(pool.name))}  ${showStatus(pool.status)}`)
  line('Description', safeLine(pool.description ?? ''))
  line('Id', pool.uuid)
  line('Type', safeLine(pool.type))
  line('Running', `${pool.slotsUsed}${pool.concurrencyLimit === null ? ', no limit' : ` of ${pool.concurrencyLimit}`}`)
  line('Waiting', String(pool.waitingCount))
  line('Template', pool.hasOwnJobTemplate ? `of its own, variables ${safeLine(variablesOf(pool).join(', ')) || 'none'}` : 'the default of its type')
  line('Created', showInstant(pool.createdAt))
  print('')
  printTable<WorkPoolDetail['queues'][number]>(
    [
      { title: 'QUEUE', value: (queue) => safeLine(queue.name) },
      { title: 'PRIORITY', value: (queue) => String(queue.priority), right: true },
      {
        title: 'RUNNING',
        value: (queue) => `${queue.slotsUsed}${queue.concurrencyLimit === null ? '' : ` of ${queue.concurrencyLimit}`}`,
        right: true,
      },
      { title: 'WAITING', value: (queue) => String(queue.waitingCount), right: true },
      { title: '', value: (queue) => (queue.isPaused ? showStatus('PAUSED') : '') },
    ],
    pool.queues,
  )
  print('')
  if (pool.workers.length === 0) return print(style('dim', `No worker yet. Start one: weir worker start --pool ${shellWord(pool.name)}`))
  printTable<WorkPoolDetail['workers'][number]>(
    [
      { title: 'WORKER', value: (worker) => safeLine(worker.name) },
      { title: 'STATUS', value: (worker) => showStatus(worker.status) },
      { title: 'SLOTS', value: (worker) => `${worker.slotsUsed} of ${worker.slots}`, right: true },
      { title: 'HOST', value: (worker) => safeLine(worker.hostname ?? ''), shrinks: true },
      { title: 'VERSION', value: (worker) => safeLine(worker.version ?? '') },
      { title: 'LAST SEEN', value: (worker) => showAgo(worker.lastSeenAt) },
    ],
    pool.workers,
  )
}
