/** `pause()` in the engine: what it asks, what it gives, when it is over. The person is a function (`answer` of `weirflow/testing`). */
import { expect, expectTypeOf, test } from 'vitest'
import { z } from 'zod'
import { flow, InputTimeout, pause, task } from '../../../sdk/index.ts'
import { runFlow } from '../../../sdk/testing.ts'

const Approval = z.object({ approved: z.boolean(), until: z.iso.date().transform((day) => new Date(day)), note: z.string().default('none') })

test('the run is PAUSED with what it asks, goes on with the answer as the schema makes it, and that is no new attempt', async () => {
  const asked: unknown[] = []
  const ship = flow({ name: 'ship' }, async () => {
    const answer = await pause({ input: Approval, message: 'Ship it?', timeout: '2h', defaults: { approved: true } })
    expectTypeOf(answer).toEqualTypeOf<{ approved: boolean; until: Date; note: string }>()
    return answer
  })
  const run = await runFlow(
    ship,
    {},
    {
      answer: (question) => {
        asked.push(question)
        return { until: '2026-01-02' }
      },
    },
  )
  expect(run.error).toBeUndefined()
  expect(run.value).toEqual({ approved: true, until: new Date('2026-01-02'), note: 'none' })
  expect(asked).toMatchObject([
    { key: '1/pause', message: 'Ship it?', defaults: { approved: true }, schema: { type: 'object', required: ['approved', 'until'] } },
  ])
  expect(run.states.map(({ type }) => type)).toEqual(['RUNNING', 'PAUSED', 'RUNNING', 'COMPLETED'])
  const paused = run.states[1]
  expect((paused?.details.pauseUntil ?? 0) - (paused?.timestamp ?? 0)).toBeGreaterThan(7_100_000)
})

test('a condition that only the author can judge is asked about again, with what was wrong', async () => {
  const Even = z.object({ n: z.number() }).refine(({ n }) => n % 2 === 0, { path: ['n'], message: 'must be even' })
  const messages: string[] = []
  const run = await runFlow(
    flow({ name: 'even' }, async () => (await pause({ input: Even, message: 'How many?' })).n),
    {},
    {
      answer: ({ message }) => ({ n: messages.push(message) + 2 }),
    },
  )
  expect(run.value).toBe(4)
  expect(messages).toEqual(['How many?', 'The answer was not accepted: n: must be even. How many?'])
})

test('a deadline that passes throws InputTimeout, which fails the run or is handled by it', async () => {
  const nobody = { answer: () => undefined }
  const patient = flow({ name: 'patient' }, async () => {
    await pause({ timeout: 1 })
  })
  const failed = await runFlow(patient, {}, nobody)
  expect(failed.state).toMatchObject({ type: 'FAILED', message: expect.stringContaining('was not answered within') })
  expect(failed.error).toBeInstanceOf(InputTimeout)
  const careful = flow({ name: 'careful' }, () => pause({ timeout: 1, key: 'ok' }).catch((error: Error) => error.name))
  const run = await runFlow(careful, {}, nobody)
  expect(run.value).toBe('InputTimeout')
  expect(run.states.map(({ type }) => type)).toEqual(['RUNNING', 'PAUSED', 'RUNNING', 'COMPLETED'])
})

test('pauses come one at a time; tasks that have not started wait for the end of the pause; a subflow asks through its root', async () => {
  const order: string[] = []
  const late = task({ name: 'late' }, () => void order.push('task'))
  const child = flow({ name: 'child' }, async () => {
    await pause({ message: 'in the child' })
    order.push('child')
  })
  const run = await runFlow(
    flow({ name: 'two' }, async () => {
      const first = pause({ message: 'first' }).then(() => order.push('first'))
      await new Promise((resolve) => setTimeout(resolve, 1))
      const submitted = late.submit()
      await Promise.all([first, child(), submitted])
    }),
    {},
    {
      answer: ({ message, key }) => {
        order.push(`asked ${message} ${key}`)
        return null
      },
    },
  )
  expect(run.state.type).toBe('COMPLETED')
  expect(order.indexOf('task')).toBeGreaterThan(order.indexOf('asked first 1/pause'))
  expect(order.filter((entry) => entry !== 'task')).toEqual(['asked first 1/pause', 'first', 'asked in the child 1/child/pause', 'child'])
  expect(run.subflows[0]?.states.map(({ type }) => type)).toEqual(['RUNNING', 'COMPLETED'])
})

test('a paused run that is cancelled is CANCELLED', async () => {
  const controller = new AbortController()
  const run = await runFlow(
    flow({ name: 'stopped' }, () => pause()),
    {},
    { signal: controller.signal, answer: () => void controller.abort() },
  )
  expect(run.state.type).toBe('CANCELLED')
})

test('what cannot work is refused with a sentence that says what to do', async () => {
  const messageOf = async (body: () => unknown, options = { answer: () => null as unknown }) =>
    (
      await runFlow(
        flow({ name: 'wrong' }, async () => void (await body())),
        {},
        options,
      )
    ).state.message
  await expect(pause()).rejects.toThrow('outside of a flow')
  const inTask = task({ name: 'asks' }, () => pause())
  expect(await messageOf(() => inTask())).toContain('was called in a task')
  expect(await messageOf(() => pause({ input: z.object({ when: z.date() }) }))).toContain('no JSON Schema can be made of the input of pause()')
  expect(await messageOf(() => pause({ timeout: 'soon' as '1h' }))).toContain('timeout of pause()')
  expect(await messageOf(() => pause({ patience: 1 } as object))).toContain('no option "patience"')
  expect(await messageOf(() => pause({ defaults: { a: 1 } as never }))).toContain('defaults of pause()')
  expect(await messageOf(() => pause(), {} as never)).toContain('nobody can resume')
})

test('a person in a test who insists on what does not fit, or throws, ends the pause with an error that says so', async () => {
  const asking = flow({ name: 'asking' }, async () => (await pause({ input: z.object({ ok: z.boolean() }), message: 'Sure?' })).ok)
  const stubborn = await runFlow(asking, {}, { answer: () => ({ ok: 'yes' }) })
  expect(stubborn.state).toMatchObject({ type: 'FAILED', message: expect.stringContaining('{"ok":"yes"} again. The answer was not accepted: ok: ') })
  const confused = await runFlow(asking, {}, { answer: () => Promise.reject(new Error('what was the question?')) })
  expect(confused.error).toMatchObject({ message: 'what was the question?' })
})
