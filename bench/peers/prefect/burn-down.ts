import { setTimeout as sleep } from 'node:timers/promises'
import type { Beside } from '../../report.ts'
import { countCompleted, createRun, deployFlow, startProcessWorker } from './deployed-flow.ts'
import { startPrefectServer } from './server.ts'

/** Each of its runs is a process that imports Prefect: a few seconds of processor time. */
const RUNS = 40
const LIMIT = 10

/** The same queue, shorter; its worker polls each second and runs ten at a time. `ours`: whole lifecycles a second. */
export async function burnDownOfPrefect(ours: number): Promise<Beside> {
  const server = await startPrefectServer({ pollSeconds: 1 })
  try {
    const deployment = await deployFlow(server, { pool: 'queue', flow: 'noop' })
    const created = performance.now()
    for (let run = 0; run < RUNS; run += 1) await createRun(server, deployment)
    const creating = RUNS / ((performance.now() - created) / 1_000)
    const begin = performance.now()
    await startProcessWorker(server, 'queue', ['--limit', String(LIMIT)])
    await server.until('end of its queue', 600, async () => {
      await sleep(200)
      return (await countCompleted(server)) === RUNS ? true : undefined
    })
    const whole = RUNS / ((performance.now() - begin) / 1_000)
    return {
      rows: [
        { name: 'Prefect: created', value: creating, unit: 'runs/s' },
        { name: 'Prefect: whole lifecycles', value: whole, unit: 'runs/s' },
      ],
      ratios: [{ name: 'Prefect: whole lifecycles', ratio: ours / whole }],
      notes: [`${server.version}: ${RUNS} runs, worker polls each second, ${LIMIT} at a time`],
    }
  } finally {
    await server.stop()
  }
}
