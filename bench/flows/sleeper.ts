/** A run that tells its process and then waits to be killed. */
import { appendFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { flow, runContext } from 'weirflow'

export const sleeper = flow({ name: 'bench-sleeper' }, async () => {
  appendFileSync(process.env.BENCH_MARKS as string, `${runContext().flowRun?.id} pid ${process.pid}\n`)
  await sleep(600_000)
})
