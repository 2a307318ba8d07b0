/**
 * A durable flow: what was finished is not run again, whether the next attempt comes from `retries`, by hand, or after the process was killed. Each step
 * writes a line to a file, so that one can see how often it ran.
 */
import { appendFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { flow, logger, runContext, task } from 'weirflow'
import { z } from 'zod'

const load = task({ name: 'load' }, async (city: string, file: string) => {
  appendFileSync(file, `load ${city}\n`)
  return { city, rows: city.length * 100 }
})

const store = task({ name: 'store' }, async (loaded: { city: string; rows: number }, file: string) => {
  appendFileSync(file, `store ${loaded.city}\n`)
  return loaded.rows
})

const publish = task({ name: 'publish' }, async (rows: number, file: string) => {
  appendFileSync(file, 'publish\n')
  return `${rows} rows`
})

/** Fails in its first attempt, halfway: `how` says in which way. */
export const durable = flow(
  {
    name: 'durable',
    description: 'Loads cities; what its first attempt finished is not run again by the second.',
    parameters: z.object({
      cities: z.array(z.string()).default(['Lisbon', 'Oslo', 'Seattle']),
      how: z.enum(['throw', 'kill', 'never']).default('throw'),
      file: z.string().default(join(tmpdir(), `weir-durable-${process.pid}.txt`)),
    }),
    durable: true,
    retries: 1,
  },
  async ({ cities, how, file }) => {
    const stored = await Promise.all(cities.map(async (city) => store(await load(city, file), file)))
    const total = stored.reduce((sum, rows) => sum + rows, 0)
    if (runContext().flowRun?.attempt === 1) {
      logger().info('everything is stored, and now it goes wrong')
      if (how === 'kill') process.kill(process.pid, 'SIGKILL')
      if (how === 'throw') throw new Error('the network went away')
    }
    return publish(total, file)
  },
)

if (import.meta.main) console.log(await durable({}))
