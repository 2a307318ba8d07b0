/**
 * Reads all pages of an API that takes only so many requests at a time. `rateLimit` keeps all runs of the workspace together below that; whoever is told "too
 * many requests" all the same comes back when the API says so. The API is a server of this file's own.
 *
 * With a control plane make the limit first: weir concurrency-limit create orders-api --limit 2 --slot-decay-per-second 100
 * Without one nobody is held back by it, and the API's own "too many" is what slows the flow down.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { asyncRunner, flow, logger, rateLimit, RetryAfter, task } from 'weirflow'
import { z } from 'zod'

const readPage = task(
  { name: 'read-page', tags: ['orders-api'], retries: { count: 8, delay: { initial: '50ms', factor: 2, max: '1s' }, jitter: 0.2 }, timeout: '10s' },
  async (url: string, page: number, { signal }) => {
    await rateLimit('orders-api')
    const answer = await fetch(`${url}/orders?page=${page}`, { signal })
    if (answer.status === 429) throw new RetryAfter(Number(answer.headers.get('retry-after-ms')), `too many requests, page ${page} again later`)
    if (!answer.ok) throw new Error(`page ${page} was answered ${answer.status}`)
    return (await answer.json()) as { id: number; amount: number }[]
  },
)

/** Gives how many orders there are and what they come to. */
export const ingestOrders = flow(
  {
    name: 'ingest-orders',
    description: 'Reads every page of an API without being a burden to it, and adds up the orders.',
    parameters: z.object({ pages: z.int().min(1).max(200).default(20) }),
    runner: asyncRunner({ concurrency: 8 }),
  },
  async ({ pages }) => {
    await using api = await startApi({ atOnce: 2, aSecond: 100 })
    const read = await readPage
      .map(
        api.url,
        Array.from({ length: pages }, (_, page) => page + 1),
      )
      .result()
    const orders = read.flat()
    const total = orders.reduce((sum, { amount }) => sum + amount, 0)
    logger().info(`${orders.length} orders over ${total}`, { refused: api.refused })
    return { orders: orders.length, total }
  },
)

/** An API that answers so many requests at once and as many again in a second; others are told when to come back. */
async function startApi({ atOnce, aSecond }: { atOnce: number; aSecond: number }) {
  let left = atOnce
  let at = performance.now()
  let refused = 0
  /** Until when those that were refused were told to wait: each gets a moment of its own. */
  let told = 0
  const server = createServer((request, response) => {
    left = Math.min(atOnce, left + ((performance.now() - at) / 1_000) * aSecond)
    at = performance.now()
    if (left < 1) {
      refused++
      told = Math.max(told, at) + 1_000 / aSecond
      const wait = Math.ceil(told - at)
      return response.writeHead(429, { 'retry-after': '1', 'retry-after-ms': String(wait) }).end()
    }
    left--
    const page = Number(new URL(request.url ?? '/', 'http://localhost').searchParams.get('page'))
    response.end(JSON.stringify([1, 2, 3].map((row) => ({ id: page * 10 + row, amount: page * row }))))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get refused() {
      return refused
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

if (import.meta.main) console.log(await ingestOrders({ pages: Number(process.argv[2] ?? 20) }))
