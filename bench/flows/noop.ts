/** A run that does nothing but say when its first line ran: one line per run in the file that BENCH_MARKS names. */
import { appendFileSync } from 'node:fs'
import { flow, runContext } from 'weirflow'

export const noop = flow({ name: 'bench-noop' }, async () => {
  const now = performance.timeOrigin + performance.now()
  appendFileSync(process.env.BENCH_MARKS as string, `${runContext().flowRun?.id} first-line ${now.toFixed(3)}\n`)
  return 1
})
