/** A flow whose values are stored in every way there is. What it computes stands in no text of this file. */
import { cache, flow, logger, task, transaction } from 'weirflow'

const compute = task({ name: 'compute', cache: cache.inputs, retries: 1 }, async (part: number) => ['canary', 'of', part].join('~'))
const take = task({ name: 'take', onCommit: [() => {}] }, async (values: string[]) => new Map([['values', values]]))
const refuse = task({ name: 'refuse' }, async (_value: string) => {
  throw new Error('it does not want it')
})

export const keepsResults = flow({ name: 'keeps-results', results: true }, async () => {
  const values = await Promise.all(compute.map([1, 2]))
  await compute(1)
  await refuse.submit(values[0] as string).wait()
  logger().info('the marker is said')
  return transaction({ key: 'whole' }, () => take(values))
})

if (import.meta.main) await keepsResults()
