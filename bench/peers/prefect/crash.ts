import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Beside } from '../../report.ts'
import { percentile, summarise } from '../../statistics.ts'
import { createRun, deployFlow, startProcessWorker, stateOf } from './deployed-flow.ts'
import { type PrefectServer, startPrefectServer } from './server.ts'

const RUNS = 3
/** How long a run whose worker was killed is watched. */
const PATIENCE = 60

/** The process of a run killed; then worker and run together. `ours`: the median until CRASHED of a killed runner. */
export async function crashOfPrefect(ours: number): Promise<Beside> {
  const server = await startPrefectServer({ pollSeconds: 1 })
  try {
    const deployment = await deployFlow(server, { pool: 'crash', flow: 'sleeper' })
    const worker = await startProcessWorker(server, 'crash')
    const times: number[] = []
    for (let run = 0; run < RUNS; run += 1) {
      const { id, pid } = await startSleeper(server, deployment)
      const begin = performance.now()
      process.kill(pid, 'SIGKILL')
      await server.until('crashed run', 120, async () => ((await stateOf(server, id)) === 'CRASHED' ? true : undefined))
      times.push(performance.now() - begin)
    }
    const { id, pid } = await startSleeper(server, deployment)
    process.kill(worker, 'SIGKILL')
    process.kill(pid, 'SIGKILL')
    await sleep(PATIENCE * 1_000)
    return {
      rows: [{ name: 'Prefect: process of a run killed → CRASHED', value: summarise(times) }],
      ratios: [{ name: 'Prefect: runner killed → CRASHED', ratio: percentile(times, 0.5) / ours }],
      notes: [`${server.version}: ${PATIENCE} s after a worker was killed together with a run, that run is ${await stateOf(server, id)}`],
    }
  } finally {
    await server.stop()
  }
}

async function startSleeper(server: PrefectServer, deployment: { id: string }): Promise<{ id: string; pid: number }> {
  const id = await createRun(server, deployment)
  const pid = await server.until('running sleeper', 120, async () => {
    const line = readFileSync(server.marks, 'utf8')
      .split('\n')
      .find((text) => text.startsWith(`${id} pid `))
    return line && (await stateOf(server, id)) === 'RUNNING' ? Number(line.split(' ')[2]) : undefined
  })
  return { id, pid }
}
