/**
 * Extract, transform, load, as it goes in real life: an API that is flaky and says when to come again, work that is spared when nothing changed, one task run
 * for each day, and a file that is only ever whole. Run it twice: the second time nothing is transformed again.
 */
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { artifacts, cache, flow, logger, RetryAfter, task, unmapped } from 'weirflow'
import { z } from 'zod'

interface Sale {
  day: string
  shop: string
  cents: number
}

/** Stands for somebody's API: the second day is always refused once, with the time to come again. */
async function fetchSales(day: string, attempt: number): Promise<Sale[]> {
  if (day.endsWith('02') && attempt === 1) throw new RetryAfter('200ms', '429: too many requests')
  const base = Number(day.slice(-2)) * 100
  return ['north', 'south'].map((shop, at) => ({ day, shop, cents: base + at * 25 }))
}

const extract = task(
  { name: 'extract', runName: 'extract {day}', timeout: '30s', retries: { count: 4, delay: { initial: '250ms', max: '10s' }, jitter: 0.3 } },
  async (day: string, { attempt }) => {
    const sales = await fetchSales(day, attempt)
    logger().info('read', { day, sales: sales.length })
    return sales
  },
)

/** The same sales at the same rate need no second look: for a day, whatever run asks. */
const transform = task(
  { name: 'transform', cache: { key: cache.inputs.and(cache.taskSource), expires: '1d' } },
  async (sales: Sale[], rate: number) => {
    logger().info('transforming', { day: sales[0]?.day })
    return sales.map(({ cents, ...sale }) => ({ ...sale, amount: Math.round(cents * rate) / 100 }))
  },
)

/** Beside its name first, then renamed: whoever reads the file never sees half of it. */
const load = task({ name: 'load' }, async (days: { day: string; shop: string; amount: number }[][], folder: string) => {
  const rows = days.flat()
  await mkdir(folder, { recursive: true })
  const file = join(folder, 'sales.jsonl')
  await writeFile(`${file}.new`, rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
  await rename(`${file}.new`, file)
  await artifacts.table({ key: 'sales', rows })
  return { file, rows: rows.length }
})

/** Gives the file and how many rows are in it. */
export const etl = flow(
  {
    name: 'etl',
    description: 'Sales of some days, from an API into a file.',
    parameters: z.object({
      days: z.array(z.iso.date()).min(1).default(['2026-01-01', '2026-01-02', '2026-01-03']),
      rate: z.number().positive().default(1.1),
      folder: z.string().default(join(tmpdir(), 'weir-etl')),
    }),
    runName: 'sales of {days}',
    timeout: '10m',
  },
  async ({ days, rate, folder }) => load(transform.map(extract.map(days), unmapped(rate)), folder),
)

if (import.meta.main) console.log(await etl(process.argv[2] === undefined ? {} : { folder: process.argv[2] }))
