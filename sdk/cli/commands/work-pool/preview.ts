import { readUpTo } from '../../read-all.ts'
import { safeLine } from '../../safe-text.ts'
import { type CommonOptions, openSession } from '../../session.ts'
import { showAgo } from '../../show-time.ts'
import { printTable } from '../../table.ts'
import { printJson, say, showState } from '../../terminal.ts'
import { type ComingRun, PREVIEW } from '../flow-run/documents.ts'
import { flowRunJson } from '../flow-run/flow-run-json.ts'
import { FIND } from './documents.ts'
import { unknownWorkPool } from './find-work-pool.ts'

interface Options extends CommonOptions {
  hours: number
  limit: number
}

/** `weir work-pool preview NAME`: runs that wait or come due soon, in the order in which workers take them. */
export async function execute([name]: [string], { hours, limit, ...options }: Options): Promise<void> {
  const { client, json } = openSession(options)
  if (!(await client.ask(FIND, { name })).workPool) throw await unknownWorkPool(client, name)
  const now = Date.now()
  const before = new Date(now + hours * 3_600_000).toISOString()
  const { rows, last } = await readUpTo(limit, async (first, after) => (await client.ask(PREVIEW, { name, before, first, after })).flowRuns)
  const runs = inOrder(rows, now)
  if (json)
    return printJson(
      runs.map((run) => ({
        ...flowRunJson(run),
        dueAt: run.scheduledTime,
        workQueue: run.workQueue?.name ?? null,
        priority: run.workQueue?.priority ?? null,
      })),
    )
  if (runs.length === 0) return say(`No run of ${safeLine(name)} waits, and none is due within ${hours === 1 ? 'an hour' : `${hours} hours`}.`)
  printTable<ComingRun>(
    [
      { title: 'DUE', value: (run) => showAgo(run.scheduledTime, now) },
      { title: 'STATE', value: (run) => showState(run.state) },
      { title: 'NAME', value: (run) => safeLine(run.name), shrinks: true },
      { title: 'DEPLOYMENT', value: (run) => safeLine(run.deployment?.fullName ?? run.flow.name), shrinks: true },
      { title: 'QUEUE', value: (run) => safeLine(run.workQueue?.name ?? '') },
      { title: 'PRIORITY', value: (run) => String(run.workQueue?.priority ?? ''), right: true },
      { title: 'ID', value: (run) => run.uuid },
    ],
    runs,
  )
  if (last.pageInfo.hasNextPage) say(`The first ${rows.length} of them. More: --limit ${rows.length * 10}`)
}

/** What is due goes by the priority of its queue, then by its time; what comes after that by its time. */
function inOrder(runs: readonly ComingRun[], now: number): ComingRun[] {
  const dueAt = ({ scheduledTime }: ComingRun) => Date.parse(scheduledTime ?? '') || now
  const lane = (run: ComingRun) => (dueAt(run) <= now ? (run.workQueue?.priority ?? 0) : Number.POSITIVE_INFINITY)
  return runs.toSorted((a, b) => (lane(a) === lane(b) ? dueAt(a) - dueAt(b) : lane(a) - lane(b)))
}
