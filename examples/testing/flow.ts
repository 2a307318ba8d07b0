/** A flow that waits, asks, and may fail; `flow.test.ts` beside it tests all of that in a fraction of a second. `node --test examples/testing/flow.test.ts` */
import { Cancelled, Failed, flow, logger, pause, runtime, task } from 'weirflow'
import { z } from 'zod'

/** The bank answers late on Mondays. */
export const transfer = task(
  { name: 'transfer', retries: { count: 2, delay: '6h' } },
  async (amount: number, bank: (amount: number) => Promise<string>) => {
    const receipt = await bank(amount)
    logger().info('transferred', { amount, attempt: runtime.taskRun.attempt })
    return receipt
  },
)

const Approval = z.object({ approved: z.boolean() })

/** Gives the receipt. CANCELLED when a person says no, FAILED when there is nothing to pay. */
export const payOut = flow({ name: 'pay-out' }, async ({ amount, bank }: { amount: number; bank: (amount: number) => Promise<string> }) => {
  if (amount <= 0) return Failed({ message: 'there is nothing to pay' })
  if (amount > 1_000) {
    const { approved } = await pause({ input: Approval, message: `Pay ${amount}?` })
    if (!approved) return Cancelled({ message: 'somebody said no' })
  }
  return transfer(amount, bank)
})

/** Where the code stands, for a line that people read. */
export const whereabouts = (): string => `${runtime.flowRun.deployment ?? 'a script'}, attempt ${runtime.flowRun.attempt ?? 1}`

if (import.meta.main) console.log(await payOut({ amount: 10, bank: async (amount) => `receipt of ${amount} from ${whereabouts()}` }))
