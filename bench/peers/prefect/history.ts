import type { Beside } from '../../report.ts'
import { summarise } from '../../statistics.ts'
import { startPrefectServer } from './server.ts'

const RUNS = 100_000
const TRIES = 30
const WARM = 5
const PAGE = { limit: 50, sort: 'START_TIME_DESC' }

/** The lists with a hundred thousand runs, without tasks and logs. `ours`: p95 by what is looked at, of as many runs. */
export async function historyOfPrefect(ours: ReadonlyMap<string, number>): Promise<Beside> {
  const server = await startPrefectServer({ prepare: ['history.py', String(RUNS)] })
  try {
    const looks: [string, () => Promise<unknown>][] = [
      ['list, first page', () => server.call('POST', '/flow_runs/filter', PAGE)],
      ['list, a later page', () => server.call('POST', '/flow_runs/filter', { ...PAGE, offset: 200 })],
      ['list of the failed', () => server.call('POST', '/flow_runs/filter', { ...PAGE, flow_runs: { state: { type: { any_: ['FAILED'] } } } })],
      ['list with its count', () => Promise.all([server.call('POST', '/flow_runs/filter', PAGE), server.call('POST', '/flow_runs/count', {})])],
    ]
    const rows: Beside['rows'] = []
    const ratios: Beside['ratios'] = []
    for (const [name, look] of looks) {
      const times: number[] = []
      for (let attempt = 0; attempt < TRIES + WARM; attempt += 1) {
        const begin = performance.now()
        await look()
        if (attempt >= WARM) times.push(performance.now() - begin)
      }
      const summary = summarise(times)
      rows.push({ name: `Prefect: ${name}, ${RUNS.toLocaleString('en')} runs`, value: summary })
      const own = ours.get(`${name}, ${RUNS.toLocaleString('en')} runs`)
      if (own !== undefined) ratios.push({ name: `Prefect: ${name}, p95`, ratio: summary.p95 / own })
    }
    return { rows, ratios, notes: [`${server.version}: runs with three states each, without tasks and logs`] }
  } finally {
    await server.stop()
  }
}
