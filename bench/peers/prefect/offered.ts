import { setTimeout as sleep } from 'node:timers/promises'
import type { Beside } from '../../report.ts'
import { percentile, summarise } from '../../statistics.ts'
import { countCompleted, createRun, deployFlow, enteredAt, startProcessWorker } from './deployed-flow.ts'
import { startPrefectServer } from './server.ts'

/** Runs a second: what two cores can run of its processes. */
const RATE = 0.25
const RUNS = 12

/** A rate that it can follow; its worker polls each second. `ours`: the median delay at our lowest rate. */
export async function offeredToPrefect(ours: number): Promise<Beside> {
  const server = await startPrefectServer({ pollSeconds: 1 })
  try {
    const deployment = await deployFlow(server, { pool: 'offered', flow: 'noop' })
    await startProcessWorker(server, 'offered')
    const due = new Map<string, number>()
    for (let run = 0; run < RUNS; run += 1) {
      due.set(await createRun(server, deployment), Date.now())
      await sleep(1_000 / RATE)
    }
    await server.until('end of what was offered', 120, async () => ((await countCompleted(server)) === RUNS ? true : undefined))
    const delays: number[] = []
    for (const [id, at] of due) delays.push((await enteredAt(server, id, 'PENDING')) - at)
    return {
      rows: [{ name: `Prefect, ${RATE} runs/s: created → PENDING with the worker`, value: summarise(delays) }],
      ratios: [{ name: 'Prefect: due → assigned, each at its lowest rate', ratio: percentile(delays, 0.5) / ours }],
      notes: [`${server.version}: ${RUNS} runs, worker polls each second`],
    }
  } finally {
    await server.stop()
  }
}
