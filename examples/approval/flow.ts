/**
 * An approval: the run waits for a person, whose answer is checked and typed. Needs a control plane; somebody answers on the run's page, or with
 * `weir flow-run resume RUN`.
 */
import { Completed, flow, logger, pause, receiveInput, sendInput, suspend, task } from 'weirflow'
import { z } from 'zod'

const Decision = z.object({
  approved: z.boolean().describe('whether the money is sent'),
  limit: z.number().positive().max(10_000).describe('at most this much'),
  note: z.string().max(200),
})

const prepare = task({ name: 'prepare' }, async (amount: number) => ({ reference: `invoice over ${amount}`, amount }))

const pay = task({ name: 'pay' }, async (reference: string, amount: number) => {
  logger().info(`paid ${amount} for ${reference}`, { amount })
  return amount
})

/** Waits in its process, or with `patient` without one: then any worker goes on when somebody has answered, and `prepare` is not run again. */
export const approval = flow(
  {
    name: 'approval',
    description: 'Pays an invoice once a person has approved it.',
    // Shown with each run: by which rules it was paid.
    version: '2026-01',
    parameters: z.object({ amount: z.number().positive().default(120), patient: z.boolean().default(false) }),
    durable: true,
  },
  async ({ amount, patient }) => {
    const invoice = await prepare(amount)
    const question = { input: Decision, message: `Pay ${amount} for ${invoice.reference}?`, defaults: { limit: amount, note: '' } }
    const decision = await (patient ? suspend({ ...question, timeout: '7d' }) : pause({ ...question, timeout: '2h' }))
    if (!decision.approved) return Completed({ name: 'Declined', message: decision.note || 'Nobody said why', data: 0 })
    return pay(invoice.reference, Math.min(invoice.amount, decision.limit))
  },
)

/** Collects what other runs (or programs) send to it, until somebody sends `null`. */
export const collect = flow({ name: 'collect', durable: true }, async () => {
  let sum = 0
  for (;;) {
    const amount = await receiveInput(z.number().nullable(), { timeout: '10m' })
    if (amount === null) return sum
    sum += amount
  }
})

/** Sends amounts to a run of `collect`. */
export const send = flow(
  { name: 'send', parameters: z.object({ to: z.uuid(), amounts: z.array(z.number()).default([1, 2, 3]) }) },
  async ({ to, amounts }) => {
    for (const amount of [...amounts, null]) await sendInput(to, amount)
  },
)

if (import.meta.main) console.log(await approval({ amount: Number(process.argv[2] ?? 120) }))
