/**
 * Flows that call flows. `addUp` is called like a function: a subflow, in the same process, with a page of its own. The report of a city is made by a run of
 * another deployment, wherever a worker has room, when `elsewhere` says so; else it is a subflow, too.
 */
import { flow, logger, runDeployment, task } from 'weirflow'
import { z } from 'zod'

const count = task({ name: 'count' }, async (word: string) => word.length)

/** A subflow: called, awaited, and what it returns is there. */
export const addUp = flow({ name: 'add-up', parameters: z.object({ words: z.array(z.string()) }) }, async ({ words }) => {
  const counts = await count.map(words).result()
  return counts.reduce((total, one) => total + one, 0)
})

/** Deployed by itself: a run of it is started by others, and by people. */
export const cityReport = flow({ name: 'city-report', parameters: z.object({ city: z.string().default('Oslo') }) }, async ({ city }) => {
  logger().info(`report of ${city}: ${await count(city)} letters`)
})

/** Letters of all cities, and a report of each. */
export const subflows = flow(
  {
    name: 'subflows',
    description: 'Calls a subflow, and has a report made of each city: here, or by runs of a deployment.',
    parameters: z.object({ cities: z.array(z.string()).min(1).default(['Oslo', 'Porto']), elsewhere: z.boolean().default(false) }),
  },
  async ({ cities, elsewhere }) => {
    const letters = await addUp({ words: cities })
    for (const city of cities) {
      if (!elsewhere) await cityReport({ city })
      else {
        const { flowRunName, state } = await runDeployment('city-report/city-report', { parameters: { city }, timeout: '5m' })
        logger().info(`${flowRunName} ended ${state.name}`)
      }
    }
    return letters
  },
)

if (import.meta.main) console.log(await subflows())
