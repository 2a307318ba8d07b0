/**
 * Values that outlive their run, in a store of yours: a large export that is never in memory as a whole, and a summary that somebody reads later by its
 * reference. In a folder, or with EXPORT_BUCKET in a bucket (AWS_… as for Amazon's tools, AWS_ENDPOINT_URL for R2 and MinIO).
 *
 *     node examples/results/flow.ts /tmp/exports
 */
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { flow, localFiles, logger, type ResultStore, results, type Serializer, s3, serializers, StoredBytes, task } from 'weirflow'
import { z } from 'zod'

const bucket = process.env['EXPORT_BUCKET']
const store: ResultStore = bucket ? s3({ bucket, prefix: 'exports' }) : localFiles(process.argv[2] ?? join(tmpdir(), 'weir-exports'))

interface Row {
  id: number
  amount: number
}

/** Gives its pieces as they come: what gets into the store is the CSV file, byte for byte. */
const exportOrders = task({ name: 'export-orders', results: { serializer: serializers.bytes } }, async function* (count: number) {
  yield 'id,amount\n'
  for (let first = 1; first <= count; first += 1_000) {
    const ids = Array.from({ length: Math.min(1_000, count - first + 1) }, (_, at) => first + at)
    yield ids.map((id) => `${id},${(id % 100) / 10}\n`).join('')
  }
})

/** Reads the file in pieces, too. */
const addUp = task({ name: 'add-up', results: false }, async (orders: AsyncIterable<unknown>) => {
  const file = StoredBytes.of(orders)
  let rest = ''
  let total = 0
  for await (const piece of file) {
    const lines = (rest + Buffer.from(piece).toString('utf8')).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) total += Number(line.split(',')[1]) || 0
  }
  return Math.round(total)
})

/** A serializer of one's own: a table as people open it. */
const csv: Serializer = {
  name: 'csv',
  serialize: (rows) => (rows as Row[]).map(({ id, amount }) => `${id},${amount}\n`).join(''),
  async deserialize(content) {
    const lines = (await content.text()).trimEnd().split('\n')
    return lines.map((line): Row => ({ id: Number(line.split(',')[0]), amount: Number(line.split(',')[1]) }))
  },
}
const largest = task(
  { name: 'largest', results: { serializer: csv } },
  async (count: number): Promise<Row[]> =>
    Array.from({ length: Math.min(3, count) }, (_, at) => ({ id: count - at, amount: ((count - at) % 100) / 10 })),
)

/** Its own value is stored compressed. */
export const exporting = flow(
  {
    name: 'exporting',
    description: 'Writes a large file into a store, and a summary beside it.',
    parameters: z.object({ orders: z.int().min(1).max(10_000_000).default(50_000) }),
    results: { store, serializer: serializers.compressed() },
  },
  async ({ orders }) => {
    const file = exportOrders.submit(orders)
    const total = await addUp(file)
    const exported = file.state.details.result
    logger().info('exported', { orders, total, at: exported?.reference })
    return { orders, total, largest: await largest(orders), exportedAt: new Date() }
  },
)

if (import.meta.main) {
  const state = await exporting.run({}, { returnState: true })
  // Whoever has the reference and reaches the store can read it: another process, another day.
  const reference = state.details.result
  if (!reference) throw new Error(state.message ?? 'nothing was stored')
  const summary = await results.read<Awaited<ReturnType<typeof exporting>>>(reference, { store })
  console.log(`${summary.orders} orders, ${summary.total} in all; the last is ${summary.largest[0]?.id}; ${summary.exportedAt instanceof Date}`)
}
