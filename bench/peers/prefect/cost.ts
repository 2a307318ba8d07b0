import { startCountingProxy } from '../../counting-proxy.ts'
import type { Beside } from '../../report.ts'
import { createRun, deployFlow, startProcessWorker, stateOf } from './deployed-flow.ts'
import { startPrefectServer } from './server.ts'

const RUNS = 5

/** A flow run with ten tasks, its worker and its process behind a proxy that counts; what the worker asks while it waits is in it. `ours`: requests of a run. */
export async function costOfPrefect(ours: number): Promise<Beside> {
  const server = await startPrefectServer({ pollSeconds: 1 })
  const proxy = await startCountingProxy(new URL(server.url).origin)
  try {
    const deployment = await deployFlow(server, { pool: 'cost', flow: 'ten_tasks' })
    await startProcessWorker(server, 'cost', [], { PREFECT_API_URL: `${proxy.url}/api` })
    const runOne = async (): Promise<void> => {
      const id = await createRun(server, deployment)
      await server.until('finished run', 120, async () => ((await stateOf(server, id)) === 'COMPLETED' ? true : undefined))
    }
    await runOne()
    proxy.reset()
    for (let run = 0; run < RUNS; run += 1) await runOne()
    const requests = 1 + [...proxy.requests.values()].reduce((sum, count) => sum + count, 0) / RUNS
    return {
      rows: [
        { name: 'Prefect: requests', value: requests, unit: 'per run' },
        { name: 'Prefect: socket messages to the server', value: proxy.frames.fromWorker / RUNS, unit: 'per run' },
      ],
      ratios: [{ name: 'Prefect: requests of a run', ratio: requests / ours }],
      notes: [`${server.version}: ${RUNS} runs, worker polls each second; its polls while a run goes on are counted`],
    }
  } finally {
    await proxy.stop()
    await server.stop()
  }
}
