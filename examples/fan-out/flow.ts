/** Many small tasks at once: `map` starts one task run per element and gives futures; the sum waits for all of them. */
import { flow, logger, task } from 'weirflow'
import { z } from 'zod'

const square = task({ name: 'square', tags: ['arithmetic'] }, async (n: number) => n * n)

const sum = task({ name: 'sum' }, async (parts: number[]) => parts.reduce((total, part) => total + part, 0))

/** Gives the sum of the squares below `count`: 328350 for the default 100. */
export const fanOut = flow(
  {
    name: 'fan-out',
    description: 'Squares the numbers below `count` in parallel and adds them up.',
    parameters: z.object({ count: z.int().min(1).max(10_000).default(100) }),
  },
  async ({ count }) => {
    const squares = square.map(Array.from({ length: count }, (_, n) => n))
    const total = await sum(squares)
    logger().info(`sum of ${count} squares: ${total}`, { count, total })
    return total
  },
)

if (import.meta.main) console.log(await fanOut({ count: Number(process.argv[2] ?? 100) }))
