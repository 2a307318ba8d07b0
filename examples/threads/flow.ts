/** Work that computes, on all processors: every range of numbers is searched for primes in a thread of its own. */
import { flow, logger, task, threadRunner } from 'weirflow'
import { z } from 'zod'

/** How many primes there are from `from` up to `to`. It computes without a pause: in the flow's own thread nothing else would happen meanwhile. */
const countPrimes = task({ name: 'count-primes', timeout: '30s' }, (from: number, to: number) => {
  let count = 0
  for (let n = Math.max(2, from); n < to; n++) {
    let isPrime = true
    for (let d = 2; d * d <= n && isPrime; d++) isPrime = n % d !== 0
    if (isPrime) count++
  }
  logger().info(`${count} primes from ${from} to ${to}`)
  return count
})

/** Gives the number of primes below `limit`: 9592 for the default 100000. */
export const threads = flow(
  {
    name: 'threads',
    description: 'Counts primes in worker threads.',
    parameters: z.object({ limit: z.int().min(1).max(10_000_000).default(100_000), parts: z.int().min(1).max(100).default(8) }),
    runner: threadRunner({ threads: 2 }),
  },
  async ({ limit, parts }) => {
    const starts = Array.from({ length: parts }, (_, at) => Math.floor((at * limit) / parts))
    const counts = await countPrimes.map(starts, [...starts.slice(1), limit]).result()
    return counts.reduce((total, count) => total + count, 0)
  },
)

if (import.meta.main) console.log(await threads({ limit: Number(process.argv[2] ?? 100_000) }))
