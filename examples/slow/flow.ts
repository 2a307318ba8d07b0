/** Takes its time, step by step, and stops at once when it is cancelled: the signal of the task's context ends the waiting. */
import { setTimeout as sleep } from 'node:timers/promises'
import { flow, logger, task } from 'weirflow'
import { z } from 'zod'

const step = task({ name: 'step' }, async (n: number, seconds: number, { signal }) => {
  await sleep(seconds * 1_000, undefined, { signal })
  logger().info(`step ${n} done`)
  return n
})

/** Gives the number of steps. Cancelled, it throws what the signal was aborted with. */
export const slow = flow(
  {
    name: 'slow',
    description: 'Waits `seconds` in each of `steps` tasks, one after another.',
    parameters: z.object({ steps: z.int().min(1).max(1_000).default(10), seconds: z.number().min(0).max(3_600).default(1) }),
  },
  async ({ steps, seconds }) => {
    for (let n = 1; n <= steps; n += 1) await step(n, seconds)
    return steps
  },
)

if (import.meta.main) console.log(await slow({ steps: Number(process.argv[2] ?? 10), seconds: 1 }))
