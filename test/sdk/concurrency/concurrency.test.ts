/** `concurrency`, `rateLimit` and limits of tags, against a record that answers as the real one does. */
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import type { ConcurrencyRequest } from '../../../core/protocol/concurrency.ts'
import type { LogLine } from '../../../core/protocol/reports.ts'
import type { State } from '../../../core/states.ts'
import { AnswersInMemory } from '../../../sdk/pauses/answers-in-memory.ts'
import type { ControlPlane } from '../../../sdk/client/control-plane.ts'
import type { FlowOutcome } from '../../../sdk/engine/flow-start.ts'
import type { TaskRunRecord } from '../../../sdk/engine/task-run-record.ts'
import {
  asyncRunner,
  concurrency,
  flow,
  LeaseLost,
  pause as askPerson,
  rateLimit,
  RunCancelled,
  runContext,
  SlotsNotTaken,
  tags,
  task,
  threadRunner,
  TimedOut,
  type UsageError,
} from '../../../sdk/index.ts'
import { deaf, polite } from './tasks-with-slots.ts'
import { startSlotsServer } from '../support/slots-server.ts'
import { startFlow } from '../support/start-flow.ts'

interface Ran extends FlowOutcome {
  taskRuns: TaskRunRecord[]
  logs: string[]
}

/** Runs the body as a flow that asks that record with its run's token. */
async function runIn(
  url: string | null,
  body: (logs: string[]) => unknown,
  { controller = new AbortController(), runner = asyncRunner(), more = {} as Partial<ControlPlane>, answers = null as AnswersInMemory | null } = {},
): Promise<Ran> {
  const taskRuns = new Map<string, TaskRunRecord>()
  const logs: string[] = []
  const around = {
    recorder: {
      flowRunState: (_: unknown, state: State) => void (state.type === 'PAUSED' && answers?.paused(state)),
      taskRun: (record: TaskRunRecord) => void taskRuns.set(record.id, record),
      log: (_: unknown, line: LogLine) => void logs.push(line.message),
    },
    signal: controller.signal,
    controlPlane: url === null ? null : { apiUrl: url, credential: () => 'secret', ...more },
    resumption: answers,
  }
  const parent = flow({ name: 'parent', runner }, () => body(logs))
  const outcome = await startFlow(parent, { around })
  return { ...outcome, taskRuns: [...taskRuns.values()], logs }
}

test('code runs with slots of all limits, never more at once than there are, and gives all of them back', async () => {
  await using record = await startSlotsServer({ db: { max: 2 }, disk: { max: 3 } })
  let inside = 0
  let most = 0
  const { state, value, logs } = await runIn(record.url, () =>
    Promise.all(
      Array.from({ length: 12 }, (_, n) =>
        concurrency(n % 2 === 0 ? ['db', 'disk', 'none'] : 'db', async () => {
          most = Math.max(most, ++inside)
          await pause(5)
          inside--
          return n
        }),
      ),
    ),
  )
  expect(state.type).toBe('COMPLETED')
  expect(value).toEqual(Array.from({ length: 12 }, (_, n) => n))
  expect([most, record.most['db']]).toEqual([2, 2])
  await vi.waitFor(() => expect(record.leases.size).toBe(0), 10_000)
  expect(logs.find((line) => line.startsWith('waits'))).toMatch(/^waits for a slot: db \(2 of 2 taken/)
})

test('what the function throws comes out, and the slots come back', async () => {
  await using record = await startSlotsServer({ db: { max: 1 } })
  const { error } = await runIn(record.url, async () => {
    await concurrency('db', { slots: 1 }, () => Promise.reject(new Error('boom')))
  })
  expect((error as Error).message).toBe('boom')
  await vi.waitFor(() => expect(record.leases.size).toBe(0), 10_000)
})

test('a wait may be longer than a timer of Node lasts', async () => {
  await using record = await startSlotsServer({ db: { max: 1 } })
  const run = await runIn(record.url, () =>
    Promise.all([concurrency('db', () => pause(20, 'first')), concurrency('db', { timeout: '30d' }, () => 'second')]),
  )
  expect(run.value).toEqual(['first', 'second'])
})

test('a wait ends with its timeout, with cancellation, and with what can never be: nothing is left behind', async () => {
  await using record = await startSlotsServer({ db: { max: 1 }, rate: { max: 1, decay: 0.01 } })
  const controller = new AbortController()
  const errors: Record<string, unknown> = {}
  const catching = (name: string, work: Promise<unknown>) => work.catch((error: unknown) => void (errors[name] = error))
  const { state, logs } = await runIn(
    record.url,
    async () => {
      await concurrency('db', async () => {
        await catching(
          'timeout',
          concurrency('db', { timeout: 30 }, () => 1),
        )
        await catching(
          'too many',
          concurrency('db', { slots: 2 }, () => 1),
        )
        await catching(
          'strict',
          concurrency('nothing', { strict: true }, () => 1),
        )
        await catching('no rate', rateLimit('db'))
        await rateLimit('rate')
        await catching('rate', rateLimit('rate', { timeout: '20ms' }))
        await catching(
          'options',
          concurrency('db', { slots: 0 }, () => 1),
        )
        await catching(
          'names',
          concurrency([], () => 1),
        )
        setTimeout(() => controller.abort(new RunCancelled()), 20)
        await concurrency('db', () => 1)
      })
    },
    { controller },
  )
  expect(state.type).toBe('CANCELLED')
  expect(logs).toContain('the code around it has slots of db: unless there are enough for both, it waits for itself')
  const reasons = Object.entries(errors).map(([name, error]) => [name, error instanceof SlotsNotTaken ? error.reason : (error as UsageError).code])
  expect(Object.fromEntries(reasons)).toEqual({
    timeout: 'timed_out',
    'too many': 'slots_above_limit',
    strict: 'no_such_limit',
    'no rate': 'no_decay',
    rate: 'timed_out',
    options: 'wrong_use',
    names: 'wrong_use',
  })
  await vi.waitFor(() => expect(record.leases.size).toBe(0), 10_000)
})

test('a timeout of 0 takes what is free and waits for nothing, however many ask at once', async () => {
  await using record = await startSlotsServer({ db: { max: 3 }, rate: { max: 1, decay: 0.01 } })
  const { error } = await runIn(record.url, async () => {
    expect(await concurrency('db', { timeout: 0 }, () => 'ran')).toBe('ran')
    const refused: unknown[] = []
    const gate = Promise.withResolvers<void>()
    const all = Array.from({ length: 30 }, () =>
      concurrency('db', { timeout: 0 }, () => gate.promise).catch((error: unknown) => {
        refused.push((error as SlotsNotTaken).reason)
        if (refused.length === 27) gate.resolve()
      }),
    )
    await Promise.all(all)
    expect(refused).toEqual(Array(27).fill('timed_out'))
    await rateLimit('rate', { timeout: 0 })
    await expect(rateLimit('rate', { timeout: 0 })).rejects.toMatchObject({ reason: 'timed_out' })
  })
  expect(error).toBeUndefined()
  await vi.waitFor(() => expect(record.leases.size).toBe(0), 10_000)
})

test('a rate is kept to: so many at once, the others as they come back', async () => {
  await using record = await startSlotsServer({ api: { max: 3, decay: 50 } })
  const at: number[] = []
  await runIn(record.url, () =>
    Promise.all(
      Array.from({ length: 8 }, async () => {
        await rateLimit('api')
        at.push(performance.now())
      }),
    ),
  )
  expect(at).toHaveLength(8)
  // Five came back one by one, 20 ms each.
  expect(Math.max(...at) - Math.min(...at)).toBeGreaterThan(80)
})

test('tasks with a limited tag wait for a slot and say so; other tags cost one question', async () => {
  await using record = await startSlotsServer({ 'tag:gpu': { max: 2 } })
  let inside = 0
  let most = 0
  const render = task({ name: 'render', tags: ['gpu', 'etl'] }, async (n: number) => {
    most = Math.max(most, ++inside)
    await pause(3)
    inside--
    return n
  })
  const plain = task({ name: 'plain', tags: ['etl'] }, (n: number) => n)
  const { state, taskRuns } = await runIn(record.url, async () => {
    const frames = render.map(Array.from({ length: 7 }, (_, n) => n))
    await plain.map(Array.from({ length: 300 }, (_, n) => n)).result()
    return frames.result()
  })
  expect([state.type, most, record.most['tag:gpu']]).toEqual(['COMPLETED', 2, 2])
  const waited = taskRuns.filter(({ taskKey, states }) => taskKey === 'render' && states.some(({ name }) => name === 'AwaitingConcurrencySlot'))
  expect(waited.map(({ states }) => states.map(({ name }) => name))).toEqual(
    Array.from({ length: 5 }, () => ['Pending', 'AwaitingConcurrencySlot', 'Running', 'Completed']),
  )
  expect(waited[0]?.states[1]?.message).toMatch(/^Waits for a slot: tag:gpu \(2 of 2 taken/)
  const aboutPlain = record.requests.flatMap(({ acquire }) => acquire).filter(({ names }) => names.length === 1)
  expect(aboutPlain.length).toBeLessThanOrEqual(20)
  await vi.waitFor(() => expect(record.leases.size).toBe(0), 10_000)
})

test('a tag that stands around the call of a task is limited as one of its own', async () => {
  await using record = await startSlotsServer({ 'tag:gpu': { max: 1 } })
  let inside = 0
  let most = 0
  const render = task({ name: 'render' }, async (_n: number) => {
    most = Math.max(most, ++inside)
    await pause(1)
    inside--
  })
  const { state } = await runIn(record.url, () => tags('gpu', () => render.map([1, 2, 3]).result()))
  expect([state.type, most, record.most['tag:gpu']]).toEqual(['COMPLETED', 1, 1])
})

test('1,000 short tasks with a limited tag: never more at once than there are, each slot goes on at once, and the record is asked a few times', async () => {
  await using record = await startSlotsServer({ 'tag:gpu': { max: 10 } })
  let inside = 0
  let most = 0
  const render = task({ name: 'render', tags: ['gpu', 'etl'] }, async (n: number) => {
    most = Math.max(most, ++inside)
    await nextTurn()
    inside--
    return n
  })
  const { state, value } = await runIn(record.url, () => render.map(Array.from({ length: 1_000 }, (_, n) => n)).result())
  expect([state.type, (value as number[]).length, most, record.most['tag:gpu']]).toEqual(['COMPLETED', 1_000, 10, 10])
  await vi.waitFor(() => expect(record.leases.size).toBe(0), 10_000)
  // A few to begin with and to end with, and one in every half a second of a slow machine: without handing on it is more than a hundred.
  expect(record.requests.length).toBeLessThan(60)
  const leases = new Set(record.requests.flatMap(({ acquire }) => acquire.map(({ id }) => id)))
  expect(leases.size).toBeLessThan(200)
})

test('tasks one after the other use one lease, and a record that does not tell its queues is asked for each', async () => {
  const countLeases = async (tellsQueues: boolean): Promise<number> => {
    await using record = await startSlotsServer({ 'tag:one': { max: 1 } }, { tellsQueues })
    const step = task({ name: 'step', tags: ['one'] }, (n: number) => n)
    const { value } = await runIn(record.url, async () => {
      for (let n = 0; n < 20; n++) await step(n)
      return step.map([1, 2, 3, 4, 5]).result()
    })
    expect([value, record.most['tag:one']]).toEqual([[1, 2, 3, 4, 5], 1])
    await vi.waitFor(() => expect(record.leases.size).toBe(0), 10_000)
    return new Set(record.requests.flatMap(({ acquire }) => acquire.map(({ id }) => id))).size
  }
  expect(await countLeases(true)).toBeLessThan(15)
  expect(await countLeases(false)).toBe(25)
})

test('what goes from hand to hand is soon seen with who has it, and ends when the record says that the lease is gone, or that there are fewer slots', async () => {
  await using record = await startSlotsServer({ 'tag:gpu': { max: 2 } })
  const limit = record.limits.get('tag:gpu') as { max: number }
  const render = task({ name: 'render', tags: ['gpu'] }, (_: number) => pause(2))
  const { state } = await runIn(record.url, async () => {
    await render.map(Array.from({ length: 100 }, (_, n) => n)).result()
    const goOn = async () => {
      for (;;) await render.submit(0)
    }
    const going = Promise.all([goOn(), goOn(), goOn()])
    going.catch(() => {})
    const seen = () => record.requests.flatMap(({ users = [] }) => users.map(({ holder }) => holder))
    await vi.waitFor(() => expect(seen().some((holder) => / render-\d{3}$/.test(holder))).toBe(true), 10_000)
    const before = new Set(record.leases.keys())
    for (const id of before) record.revoke(id)
    limit.max = 1
    await vi.waitFor(() => expect([...record.leases.values()].filter(({ id, isHeld }) => isHeld && !before.has(id))).toHaveLength(1), 10_000)
    limit.max = 0
    // Nothing is taken any more: what is asked for is refused.
    await expect(going).rejects.toBeInstanceOf(SlotsNotTaken)
  })
  expect(state.type).toBe('COMPLETED')
})

test('whoever asks in another process has its turn, however much this one has to do', { timeout: 30_000 }, async () => {
  await using record = await startSlotsServer({ 'tag:gpu': { max: 1 } })
  let hadTurn = 0
  const render = task({ name: 'render', tags: ['gpu'] }, () => pause(1))
  const busy = runIn(record.url, async () => {
    const work = async () => {
      while (hadTurn < 3) await render.submit()
    }
    await Promise.all(Array.from({ length: 30 }, work))
  })
  await vi.waitFor(() => expect(record.leases.size).toBeGreaterThan(5), 10_000)
  // Another control plane of its own: it is as another process.
  const other = await runIn(record.url, async () => {
    for (; hadTurn < 3; hadTurn++) await concurrency('tag:gpu', () => pause(1))
  })
  expect([other.state.type, (await busy).state.type, record.most['tag:gpu']]).toEqual(['COMPLETED', 'COMPLETED', 1])
})

test('a task gives its slot back while it waits for another attempt, and a limit of 0 fails it with the reason', async () => {
  await using record = await startSlotsServer({ 'tag:one': { max: 1 }, 'tag:never': { max: 0 } })
  const flaky = task({ name: 'flaky', tags: ['one'], retries: { count: 1, delay: 60 } }, async (_: number, { attempt }) => {
    if (attempt === 1) throw new Error('once')
    return attempt
  })
  const never = task({ name: 'never', tags: ['never'] }, () => 1)
  const { taskRuns, error } = await runIn(record.url, async () => {
    await flaky.submit(1)
    await never()
  })
  const [one, two] = record.requests.flatMap(({ acquire }) => acquire.filter(({ names }) => names.includes('tag:one')).map(({ id }) => id)) as [
    string,
    string,
  ]
  const at = (asked: (request: ConcurrencyRequest) => boolean) => record.requests.findIndex(asked)
  expect(at(({ release }) => release.includes(one))).toBeLessThanOrEqual(at(({ acquire }) => acquire.some(({ id }) => id === two)))
  expect(two).not.toBe(one)
  expect(taskRuns.find(({ taskKey }) => taskKey === 'flaky')?.states.map(({ name }) => name)).toEqual([
    'Pending',
    'Running',
    'AwaitingRetry',
    'Retrying',
    'Completed',
  ])
  expect(error).toBeInstanceOf(SlotsNotTaken)
  expect((error as SlotsNotTaken).reason).toBe('slots_above_limit')
})

test('a waiting task lends its place in the runner, and is not started any more once its flow is over', async () => {
  await using record = await startSlotsServer({ db: { max: 1 }, 'tag:t': { max: 1 } })
  let started = 0
  const both = task({ name: 'both' }, (n: number) => concurrency('db', () => inner.submit(n)))
  const inner = task({ name: 'inner' }, (n: number) => n)
  const { state, value } = await runIn(record.url, () => both.map([1, 2, 3]).result(), { runner: asyncRunner({ concurrency: 1 }) })
  expect([state.type, value]).toEqual(['COMPLETED', [1, 2, 3]])
  const over = Promise.withResolvers<void>()
  const slow = task({ name: 'slow', tags: ['t'] }, async (_: number) => {
    started++
    await over.promise
  })
  const failed = await runIn(record.url, async () => {
    slow.map([1, 2, 3])
    await vi.waitFor(() => expect(started).toBe(1), 10_000)
    setTimeout(over.resolve, 20)
    throw new Error('boom')
  })
  expect(failed.state.type).toBe('FAILED')
  expect(started).toBe(1)
  expect(failed.taskRuns.map(({ state }) => state.type).sort()).toEqual(['CANCELLED', 'CANCELLED', 'COMPLETED'])
})

test('a thread that is ended in the middle of its work gives its slots back', async () => {
  await using record = await startSlotsServer({ db: { max: 1 } })
  const { taskRuns, error } = await runIn(
    record.url,
    async () => {
      expect(await polite.submit(7)).toBe(7)
      await deaf.submit()
    },
    { runner: threadRunner({ threads: 1 }) },
  )
  expect(error).toBeInstanceOf(TimedOut)
  expect(taskRuns.map(({ state }) => state.name)).toEqual(['Completed', 'TimedOut'])
  expect(record.most['db']).toBe(1)
  await vi.waitFor(() => expect(record.leases.size).toBe(0), 10_000)
})

test('a task that gets its slot while the flow is paused waits for the flow, and runs then', async () => {
  await using record = await startSlotsServer({ 'tag:t': { max: 1 } })
  const first = Promise.withResolvers<void>()
  // The flow is paused: the first step ends, the second one gets its slot.
  const answers = new AnswersInMemory(async () => {
    first.resolve()
    await vi.waitFor(
      () => expect([...record.leases.values()].map(({ holder, isHeld }) => [holder.endsWith('step-1'), isHeld])).toEqual([[true, true]]),
      10_000,
    )
    await pause(20)
    return {}
  })
  const step = task({ name: 'step', tags: ['t'] }, async (n: number) => {
    await first.promise
    return n
  })
  const { state, value, taskRuns } = await runIn(
    record.url,
    async () => {
      const steps = step.map([1, 2])
      await vi.waitFor(() => expect(record.leases.size).toBe(2), 10_000)
      await askPerson()
      return steps.result()
    },
    { answers },
  )
  expect([state.type, value]).toEqual(['COMPLETED', [1, 2]])
  expect(taskRuns.map(({ state }) => state.type)).toEqual(['COMPLETED', 'COMPLETED'])
})

test('slots that are taken away: the code goes on and is told, or is stopped', async () => {
  await using record = await startSlotsServer({ db: { max: 1 } }, { life: 60 })
  const revoke = async () => {
    for (const id of record.leases.keys()) record.revoke(id)
  }
  const goesOn = await runIn(record.url, (logs) =>
    concurrency('db', async () => {
      await revoke()
      await vi.waitFor(() => expect(logs).toContain('the slots of db were taken away; it goes on'), 10_000)
      return 'done'
    }),
  )
  expect(goesOn.value).toBe('done')
  let inner: AbortSignal | undefined
  const stops = await runIn(record.url, () =>
    concurrency('db', { onLeaseLost: 'abort' }, async ({ signal }) => {
      inner = runContext().signal
      await revoke()
      await pause(20_000, undefined, { signal })
    }),
  )
  expect(stops.error).toBeInstanceOf(LeaseLost)
  expect(inner?.aborted).toBe(true)
})

test('while nobody answers, slots are waited for; tags that no limit is known of are not, and that is said once', async () => {
  const record = await startSlotsServer({ db: { max: 1 }, 'tag:known': { max: 5 } })
  const known = task({ name: 'known', tags: ['known'] }, () => 'k')
  const unknown = task({ name: 'unknown', tags: ['unknown'] }, () => 'u')
  let back = false
  const { state, value, logs } = await runIn(record.url, async (logs) => {
    await known()
    await record.close()
    const free = await Promise.all([unknown(), unknown()])
    const waiting = known.submit()
    const slots = concurrency('db', () => back)
    await vi.waitFor(() => expect(logs.join('\n')).toContain('waits for an answer about db'), 5_000)
    back = true
    await record.open()
    return [...free, await waiting, await slots]
  })
  await record.close()
  expect([state.type, value]).toEqual(['COMPLETED', ['u', 'u', 'k', true]])
  expect(logs.filter((line) => line.startsWith('limits of tags are not looked at'))).toHaveLength(1)
  expect(logs.filter((line) => line.startsWith('waits for an answer about db'))).toHaveLength(1)
})

test('an expired token is renewed and asked with again; a credential that may not ask is an error', async () => {
  await using record = await startSlotsServer({ db: { max: 1 } })
  record.refusing = { status: 403, code: 'FORBIDDEN' }
  const { error } = await runIn(record.url, () => concurrency('db', () => 1))
  expect((error as SlotsNotTaken).reason).toBe('refused')
  record.refusing = { status: 401, code: 'UNAUTHENTICATED' }
  const renew = () => {
    record.refusing = null
  }
  expect((await runIn(record.url, () => concurrency('db', () => 1), { more: { renew } })).value).toBe(1)
})

test('with no control plane code runs without limits, and it is said once', async () => {
  const written = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  try {
    const { value } = await runIn(null, async () => {
      await rateLimit('api')
      return [await concurrency('db', () => 1), await concurrency(['db', 'x'], { slots: 5 }, () => 2)]
    })
    expect(value).toEqual([1, 2])
    expect(written.mock.calls.map(([text]) => text)).toEqual(['weir: rateLimit("api") holds nobody back: no control plane is configured\n'])
  } finally {
    written.mockRestore()
  }
})
