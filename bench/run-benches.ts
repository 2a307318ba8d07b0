/** `npm run bench -- NAME … [--peer prefect]`: measures, prints, and keeps each report under bench/results/. */
import { parseArgs } from 'node:util'
import { buildAll } from '../server/build/build.mjs'
import { burnDown } from './burn-down.ts'
import { cost } from './cost.ts'
import { crash } from './crash.ts'
import { history } from './history.ts'
import { idleWorkers } from './idle-workers.ts'
import { ingest } from './ingest.ts'
import { offered } from './offered.ts'
import { type BenchReport, keepReport, printReport } from './report.ts'
import { schedules } from './schedules.ts'
import { start } from './start.ts'
import { steps } from './steps.ts'
import { trigger } from './trigger.ts'

const BENCHES: Record<string, (options: { peer: boolean }) => Promise<BenchReport>> = {
  trigger,
  steps,
  start,
  'burn-down': burnDown,
  offered,
  schedules,
  ingest,
  history,
  cost,
  crash,
  'idle-workers': idleWorkers,
}

const { values, positionals } = parseArgs({ allowPositionals: true, options: { peer: { type: 'string' } } })
const unknown = positionals.filter((name) => !(name in BENCHES))
if (unknown.length > 0 || positionals.length === 0 || (values.peer !== undefined && values.peer !== 'prefect')) {
  console.error(
    `Usage: npm run bench -- ${Object.keys(BENCHES).join(' | ')} … [--peer prefect]${unknown.length > 0 ? `\nThere is no bench ${unknown.join(', ')}.` : ''}`,
  )
  process.exit(2)
}
await buildAll((name: string) => console.error(`building ${name} …`))
for (const name of positionals) {
  const report = await (BENCHES[name] as (typeof BENCHES)[string])({ peer: values.peer === 'prefect' })
  printReport(report)
  keepReport(report)
}
process.exit(0)
