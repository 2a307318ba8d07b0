/** Expensive work is done once for the same inputs: a second run of this file finds it in the store. */
import { cache, flow, logger, task } from 'weirflow'
import { z } from 'zod'

/** Kept in the default store; the seed counts, the label does not. */
const simulate = task(
  { name: 'simulate', cache: { key: cache.inputs.except('label').and(cache.taskSource), expires: '1d' } },
  async (seed: number, label: string) => {
    logger().info(`simulating ${label} …`)
    let state = seed
    let sum = 0
    for (let step = 0; step < 1_000_000; step++) {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
      sum += state / 2_147_483_648
    }
    return { seed, mean: sum / 1_000_000, computedAt: new Date() }
  },
)

export const caching = flow(
  {
    name: 'caching',
    description: 'Simulates for a few seeds, and never twice for the same one.',
    parameters: z.object({ seeds: z.array(z.int()).min(1).default([1, 2, 1]) }),
  },
  async ({ seeds }) => {
    const means: string[] = []
    for (const [at, seed] of seeds.entries()) {
      const future = simulate.submit(seed, `number ${at + 1}`)
      const { mean } = await future
      means.push(`${seed}: ${mean.toFixed(3)} ${future.state.name}`)
    }
    return means
  },
)

if (import.meta.main) console.log((await caching()).join('\n'))
