import { setTimeout as sleep } from 'node:timers/promises'
import type { Beside } from '../../report.ts'
import { percentile, summarise } from '../../statistics.ts'
import { deployFlow, startProcessWorker } from './deployed-flow.ts'
import { startPrefectServer } from './server.ts'

/** Each of its runs is a process that imports Prefect. */
const SCHEDULES = 20
const LIMIT = 10

/** Fewer schedules of one pool, due on one second; its worker polls each second. `ours`: the median lag. */
export async function schedulesOfPrefect(ours: number): Promise<Beside> {
  const server = await startPrefectServer({ pollSeconds: 1 })
  try {
    const anchor = new Date(Math.ceil(Date.now() / 1_000) * 1_000 + 45_000)
    for (let number = 0; number < SCHEDULES; number += 1)
      await deployFlow(server, { pool: 'schedules', flow: 'noop', name: `schedule-${number}`, schedule: { interval: 86_400, anchor } })
    await startProcessWorker(server, 'schedules', ['--limit', String(LIMIT)])
    await sleep(Math.max(0, anchor.getTime() - Date.now()))
    const lags = await server.until('start of all that was due', 300, async () => {
      await sleep(1_000)
      const runs = await server.call<{ start_time: string | null }[]>('POST', '/flow_runs/filter', {
        flow_runs: { expected_start_time: { before_: new Date(anchor.getTime() + 1_000).toISOString() }, start_time: { is_null_: false } },
      })
      return runs.length >= SCHEDULES ? runs.map(({ start_time }) => Date.parse(start_time as string) - anchor.getTime()) : undefined
    })
    return {
      rows: [{ name: `Prefect, ${SCHEDULES} due on one second: instant → RUNNING`, value: summarise(lags) }],
      ratios: [{ name: 'Prefect: lag of schedules, its RUNNING ÷ our assignment', ratio: percentile(lags, 0.5) / ours }],
      notes: [
        `${server.version}: its worker takes runs up to 10 s before they are due, so RUNNING is the first instant to compare; ${LIMIT} at a time`,
      ],
    }
  } finally {
    await server.stop()
  }
}
