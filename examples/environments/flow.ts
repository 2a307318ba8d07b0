/**
 * The same flow in three environments. What differs is no `if` in the flow: it comes from environment variables, checked once, and each environment is a deployment of
 * its own with its variables, its schedule and its pool.
 *
 *     node --env-file=examples/environments/staging.env examples/environments/flow.ts     # here, as staging
 *     node examples/environments/flow.ts deploy                                           # the three deployments
 */
import { deploy, type DeploymentOptions, flow, logger, task } from 'weirflow'
import { z } from 'zod'

const Settings = z.object({
  SHOP_ENVIRONMENT: z.enum(['development', 'staging', 'production']).default('development'),
  SHOP_DATABASE: z.string().default('postgres://127.0.0.1/shop'),
  SHOP_DRY_RUN: z.stringbool().default(true),
})

/** Read when a run begins, not when the file is imported: a deployment's variables are there by then. */
const readSettings = () => Settings.parse(process.env)

const write = task(
  { name: 'write' },
  async (orders: number, database: string) => `${orders} orders written to ${new URL(database).pathname.slice(1)}`,
)

/** Says what it did, and where. */
export const orders = flow({ name: 'orders', parameters: z.object({ count: z.int().min(0).default(3) }) }, async ({ count }) => {
  const { SHOP_ENVIRONMENT: environment, SHOP_DATABASE: database, SHOP_DRY_RUN: dryRun } = readSettings()
  logger().info('writing orders', { environment, dryRun })
  return `${environment}: ${dryRun ? `${count} orders would be written` : await write(count, database)}`
})

/** Passwords are none of these: they are blocks and secrets (docs/blocks-and-secrets.md). */
const ENVIRONMENTS = {
  development: { pool: 'laptop', env: { SHOP_ENVIRONMENT: 'development' } },
  staging: {
    pool: 'staging',
    interval: '6h',
    env: { SHOP_ENVIRONMENT: 'staging', SHOP_DATABASE: 'postgres://db.staging/shop_staging', SHOP_DRY_RUN: 'no' },
  },
  production: {
    pool: 'production',
    cron: '0 3 * * *',
    timezone: 'Europe/Berlin',
    concurrencyLimit: 1,
    env: { SHOP_ENVIRONMENT: 'production', SHOP_DATABASE: 'postgres://db/shop', SHOP_DRY_RUN: 'no' },
  },
} satisfies Record<string, Omit<DeploymentOptions, 'name'>>

if (import.meta.main) {
  if (process.argv[2] !== 'deploy') console.log(await orders())
  else {
    const deployments = Object.entries(ENVIRONMENTS).map(([name, options]) => orders.toDeployment({ name, ...options }))
    for (const { fullName, version } of await deploy(deployments)) console.log(`${fullName}, version ${version}`)
  }
}
