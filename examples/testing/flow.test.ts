/** How a flow is tested: in memory, with a clock that jumps, and a function in the place of the person who is asked. For vitest only the import differs. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fakeClock, runFlow, withRuntime } from 'weirflow/testing'
import { payOut, transfer, whereabouts } from './flow.ts'

const bank = async (amount: number) => `receipt of ${amount}`

test('a small sum is paid at once, and said', async () => {
  const run = await runFlow(payOut, { amount: 10, bank })
  assert.equal(run.value, 'receipt of 10')
  assert.deepEqual(run.logs.find(({ message }) => message === 'transferred')?.fields, { amount: 10, attempt: 1 })
})

test('a bank that does not answer is asked again after six hours, three times in all', async () => {
  using clock = fakeClock({ now: '2026-01-05T08:00:00Z' })
  const run = await runFlow(payOut, {
    amount: 10,
    bank: async () => {
      throw new Error('closed')
    },
  })
  assert.deepEqual([run.state.type, run.taskRuns[0]?.attempts], ['FAILED', 3])
  assert.equal(clock.now().toISOString().slice(0, 16), '2026-01-05T20:00')
})

test('a large sum is asked about, and not paid when the answer is no', async () => {
  const asked: (string | null)[] = []
  const answer = (approved: boolean) => ({
    answer: ({ message }: { message: string | null }) => {
      asked.push(message)
      return { approved }
    },
  })
  const refused = await runFlow(payOut, { amount: 5_000, bank }, answer(false))
  assert.deepEqual([refused.state.type, refused.state.message, refused.taskRuns.length], ['CANCELLED', 'somebody said no', 0])
  assert.equal((await runFlow(payOut, { amount: 5_000, bank }, answer(true))).value, 'receipt of 5000')
  assert.deepEqual(asked, ['Pay 5000?', 'Pay 5000?'])
})

test('nothing is not paid', async () => {
  const { state } = await runFlow(payOut, { amount: 0, bank })
  assert.deepEqual([state.name, state.message], ['Failed', 'there is nothing to pay'])
})

test('the function alone, and what it believes of its run', async () => {
  assert.equal(await transfer.fn(3, bank), 'receipt of 3')
  assert.equal(whereabouts(), 'a script, attempt 1')
  const told = withRuntime({ flowRun: { deployment: 'pay-out/daily', attempt: 2 } }, whereabouts)
  assert.equal(told, 'pay-out/daily, attempt 2')
})
