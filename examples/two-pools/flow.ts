/**
 * A parent whose children run on two work pools: big machines for what computes, any machine for the rest. Deploy the three, start a worker of each pool, and run
 * the parent with `elsewhere`; without it the children are subflows in the same process.
 *
 *     weir work-pool create big && weir work-pool create small
 *     node examples/two-pools/flow.ts deploy
 *     weir worker start --pool big --label machine=big & weir worker start --pool small --label machine=small &
 *     weir deployment run season/parent -p elsewhere=true --watch
 *     weir deployment run scatter/child -p 'years=[2024, 2025]' --watch     # without children in code: its tasks are runs on a pool
 */
import { deploy, flow, logger, poolRunner, runDeployment, task } from 'weirflow'
import { z } from 'zod'

const simulate = task({ name: 'simulate' }, async (year: number) => {
  let value = year
  for (let step = 0; step < 100_000; step++) value = (value * 48_271) % 2_147_483_647
  return value
})

/** Computes: for the pool `big`. */
export const crunch = flow({ name: 'crunch', parameters: z.object({ years: z.array(z.int()) }), runName: 'crunch {years}' }, async ({ years }) => {
  const values = await Promise.all(simulate.map(years))
  logger().info('crunched', { values })
})

/** The same, year by year: each `simulate` is a run of its own on the pool `small`, on whichever of its machines has room. Deploying it makes the task known there. */
export const scatter = crunch.with({ name: 'scatter', runName: 'scatter {years}', runner: poolRunner({ pool: 'small' }) })

/** Writes a page: for the pool `small`. */
export const publish = flow({ name: 'publish', parameters: z.object({ title: z.string() }) }, async ({ title }) => {
  logger().info(`published "${title}"`)
})

/** Ends FAILED when a child did: what is returned is judged. */
export const season = flow(
  {
    name: 'season',
    description: 'Computes on one pool, publishes on another.',
    parameters: z.object({ years: z.array(z.int()).min(1).default([2024, 2025, 2026]), elsewhere: z.boolean().default(false) }),
  },
  async ({ years, elsewhere }) => {
    if (!elsewhere) {
      await Promise.all(years.map((year) => crunch({ years: [year] })))
      await publish({ title: 'The season' })
      return years.length
    }
    // Each is a child run with a page of its own; while the parent waits, it lends them its place.
    const children = await Promise.all(years.map((year) => runDeployment('crunch/child', { parameters: { years: [year] }, timeout: '10m' })))
    const failed = children.filter(({ state }) => state.type !== 'COMPLETED')
    if (failed.length > 0) throw new Error(`not published: ${failed.map(({ flowRunName }) => flowRunName).join(', ')} did not complete`)
    const page = await runDeployment('publish/child', { parameters: { title: 'The season' }, timeout: '10m' })
    if (page.state.type !== 'COMPLETED') throw new Error(`the page was not published: ${page.state.message}`)
    return years.length
  },
)

if (import.meta.main) {
  if (process.argv[2] !== 'deploy') console.log(await season())
  else {
    const parts = [
      crunch.toDeployment({ name: 'child', pool: 'big' }),
      publish.toDeployment({ name: 'child' }),
      scatter.toDeployment({ name: 'child' }),
      season.toDeployment({ name: 'parent' }),
    ]
    for (const { fullName, version } of await deploy(parts, { pool: 'small' })) console.log(`${fullName}, version ${version}`)
  }
}
