/**
 * Secrets and blocks: what a run must know and nobody else may read.
 *
 *     WEIR_SECRET_API_TOKEN=tok-0123456789 node examples/secrets/flow.ts
 *
 * With a control plane: `weir secret set api-token`, `weir block type register examples/secrets/flow.ts:warehouse`, `weir block create warehouse/main`.
 */
import { blocks, defineBlock, flow, logger, secret, secrets, task } from 'weirflow'
import { z } from 'zod'

/** A type of blocks: its password is sealed in the workspace, and `********` wherever a block of it is shown. */
export const warehouse = defineBlock(
  'warehouse',
  z.object({ host: z.string(), port: z.number().default(5432), user: z.string(), password: secret(z.string().min(8)) }),
  { name: 'Warehouse', description: 'Where the reports lie.' },
)

const ask = task({ name: 'ask' }, async (question: string) => {
  const token = await secrets.get('api-token')
  // Whatever is done with it, it is not seen: log lines, console output, errors and artifacts of this run have ******** in its place.
  logger().info(`asking with ${token}`, { authorization: `Basic ${Buffer.from(`me:${token}`).toString('base64')}` })
  return `${question}? 42, says the API to a token of ${token.length} characters`
})

export const report = flow(
  { name: 'secret-report', parameters: z.object({ question: z.string().default('how many'), from: z.string().optional() }) },
  async ({ question, from }) => {
    if (from !== undefined) {
      const { host, port, password } = await warehouse.load(from)
      logger().info(`reading from ${host}:${port} with ${password}`)
      logger().info('as a block', await blocks.load(`warehouse/${from}`))
    }
    return ask(question)
  },
)

if (import.meta.main) console.log(await report({}))
