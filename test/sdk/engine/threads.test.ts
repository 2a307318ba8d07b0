import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { threadId } from 'node:worker_threads'
import { expect, test } from 'vitest'
import {
  asyncRunner,
  flow,
  localFiles,
  poolRunner,
  results,
  type ResultReference,
  tags,
  TimedOut,
  threadRunner,
  transaction,
  transfer,
  UsageError,
} from '../../../sdk/index.ts'
import { temporaryFolder } from '../../support/folder.ts'
import { runFlow } from '../../../sdk/testing.ts'
import {
  busy,
  callsStored,
  eats,
  exits,
  failDeeply,
  failsOnce,
  flaky,
  givesFunction,
  heedful,
  makeLate,
  measure,
  measureAgain,
  produce,
  rollsBack,
  shelf,
  shelved,
  skips,
  spelled,
  spin,
  square,
  takesAnything,
  takesNoPart,
  takesPart,
  tellsTags,
  throwsLater,
  turnsRound,
  whereAmI,
} from './thread-tasks.ts'

const runner = threadRunner({ threads: 2 })
const inThreads = <T>(body: () => T, options = {}) => runFlow(flow({ name: 'f', runner, ...options }, body))

test('mapped tasks run in as many threads as the runner has, direct calls in the thread of the flow', async () => {
  const run = await inThreads(async () => {
    const ids = await whereAmI.map(Array.from({ length: 8 }, (_, at) => at)).result()
    return { threads: new Set(ids), here: await whereAmI(0) }
  })
  expect(run.error).toBeUndefined()
  expect(run.value?.threads.size).toBeLessThanOrEqual(2)
  expect([...(run.value?.threads ?? [])]).not.toContain(threadId)
  expect(run.value?.here).toBe(threadId)
  expect(run.taskRuns).toHaveLength(9)
  expect(run.taskRuns.map(({ states }) => states.map(({ name }) => name))).toEqual(Array(9).fill(['Pending', 'Running', 'Completed']))
})

test('a task in a thread reports as any other: logs, prints, artifacts, events, tasks and subflows of its own', async () => {
  const run = await inThreads(() => busy.submit(1), { logPrints: true })
  expect(run.value).toEqual({ flow: run.name, task: 'busy-0', third: 4 })
  const task = run.taskRuns.find(({ taskName }) => taskName === 'busy')
  expect(run.logs.filter(({ message }) => ['at work', 'printed'].includes(message))).toMatchObject([
    { message: 'at work', fields: { value: 1 }, taskRunId: task?.id, flowRunId: run.id },
    { message: 'printed', taskRunId: task?.id },
  ])
  expect(run.artifacts).toMatchObject([{ key: 'note', flowRunId: run.id, taskRunId: task?.id }])
  expect(run.events).toMatchObject([{ name: 'noted', flowRunId: run.id, taskRunId: task?.id }])
  expect(run.taskRuns.filter(({ parentTaskRunId }) => parentTaskRunId === task?.id).map(({ name, state }) => [name, state.name])).toEqual([
    ['inner-busy-0.0', 'Completed'],
    ['inner-busy-0.1', 'Completed'],
    ['child-busy-0.0', 'Completed'],
  ])
  expect(run.subflows).toMatchObject([{ flowName: 'child', parentFlowRunId: run.id }])
})

test('tags around a call go with it into its thread, and to what it calls there', async () => {
  const run = await inThreads(async () => [await tags('a', () => tellsTags.submit()), await tellsTags.submit()])
  expect(run.error).toBeUndefined()
  expect(run.value).toEqual([
    [['a'], ['own', 'a']],
    [[], ['own']],
  ])
})

test('arguments are copied, states taken as they are, attempts counted, and an error keeps its name, message, stack, cause and properties', async () => {
  const run = await inThreads(async () => {
    const first = square.submit(3)
    const values = [await square.submit(first), await square.map([1, 2, first]).result(), await skips.submit(), await flaky.submit(0)]
    return { values, error: await failDeeply.submit().result({ raise: false }) }
  })
  const { values, error } = run.value as unknown as { values: unknown[]; error: Error }
  expect(values).toEqual([81, [1, 4, 81], 5, 3])
  const named = (name: string) => run.taskRuns.find(({ taskName }) => taskName === name)
  expect(named('skips')?.state).toMatchObject({ type: 'COMPLETED', name: 'Skipped', message: 'nothing new' })
  // Tried again by a condition that sees the error.
  expect(named('flaky')?.attempts).toBe(3)
  expect(error).toMatchObject({ name: 'QuotaError', message: 'no more', left: 3, cause: { name: 'TypeError', message: 'the reason' } })
  expect(error.cause).toBeInstanceOf(TypeError)
  expect(named('fail-deeply')?.state).toMatchObject({
    type: 'FAILED',
    message: 'QuotaError: no more',
    details: { error: { name: 'QuotaError', stack: expect.stringMatching(/thread-tasks\.ts:\d+[\s\S]*Caused by: TypeError: the reason/) } },
  })
})

test('a thread that dies fails its own task alone, with the reason', async () => {
  const run = await inThreads(async () => {
    const dying = [exits.submit(), throwsLater.submit(), spin.with({ timeout: '50ms' }).submit()]
    const others = square.map([1, 2, 3])
    return [await Promise.all(dying.map((future) => future.result({ raise: false }))), await others.result()]
  })
  const [errors, others] = run.value as [Error[], number[]]
  expect(others).toEqual([1, 4, 9])
  expect(errors.map(({ message }) => message)).toEqual([
    'task run exits-0: its thread ended by itself (process.exit(7))',
    'task run throws-later-0: an error that nobody caught ended its thread: RangeError: too late',
    'task run spin-0 took longer than its limit of 50 ms',
  ])
  expect(errors[2]).toBeInstanceOf(TimedOut)
})

test('a thread that runs out of its memory fails its task, and the flow goes on', async () => {
  const run = await runFlow(
    flow({ name: 'f', runner: threadRunner({ threads: 1, memory: 24 }) }, async () => {
      const error = await eats.submit().result({ raise: false })
      return [String(error), await square.submit(2)]
    }),
  )
  expect(run.value).toEqual([expect.stringContaining('task run eats-0: its thread ran out of memory (it may use 24 MB)'), 4])
})

test('a task that computes without a pause is ended by a cancel, and one that heeds its signal cleans up first', async () => {
  const controller = new AbortController()
  const run = await runFlow(
    flow({ name: 'f', runner }, async () => {
      const waiting = heedful.submit()
      const computing = spin.submit()
      while (waiting.state.type !== 'RUNNING' || computing.state.type !== 'RUNNING') await new Promise((resolve) => setTimeout(resolve, 10))
      setTimeout(() => controller.abort(), 200)
      await waiting
    }),
    undefined,
    { signal: controller.signal },
  )
  expect(run.state).toMatchObject({ type: 'CANCELLED', message: 'the run was cancelled' })
  expect(run.taskRuns.map(({ state }) => [state.type, state.message])).toEqual([
    ['CANCELLED', 'Stopped: the run was cancelled'],
    ['CANCELLED', 'Stopped: the run was cancelled'],
  ])
  const messages = run.logs.map(({ message }) => message)
  expect(messages).toContain('cleaned up')
  expect(messages).toContain('it did not heed its abort signal; its thread was ended')
})

test('what cannot be sent to a thread is named, and so is what cannot leave it', async () => {
  const run = await inThreads(async () => {
    const results = [
      takesAnything.submit(1, { list: [1, { go: () => 1 }] }),
      takesAnything.submit(Symbol('no'), 2),
      givesFunction.submit(),
      makeLate().submit(),
    ]
    return Promise.all(results.map((future) => future.result({ raise: false })))
  })
  const errors = run.value as unknown as Error[]
  expect(errors.map(({ message }) => message)).toEqual([
    'argument 2 (_second) of task "takes-anything" cannot be sent to a thread: its list[1].go is the function go',
    'argument 1 (_first) of task "takes-anything" cannot be sent to a thread: it is a symbol',
    'what task "gives-function" returned cannot leave its thread: its inner.callback is the function callback',
    expect.stringMatching(/^task "late" is not made while file:.*thread-tasks\.ts is loaded, so a thread cannot find it$/),
  ])
  expect(errors.every((error) => error instanceof UsageError)).toBe(true)
})

test('memory moves to a thread and back when it is marked, unless the task may be tried again', async () => {
  const moved = new Uint8Array(1_000)
  const kept = new Uint8Array(1_000)
  const copied = new Uint8Array(1_000)
  const run = await inThreads(async () => [
    await measure.submit(transfer(moved)),
    await measureAgain.submit(transfer(kept)),
    await measure.submit(copied),
    (await produce.submit(500)).byteLength,
  ])
  expect(run.value).toEqual([1_000, 1_000, 1_000, 500])
  expect([moved.byteLength, kept.byteLength, copied.byteLength]).toEqual([0, 1_000, 1_000])
})

test('what a task in a thread calls is stored as its flow says, and a durable flow finds it again', async () => {
  const folder = temporaryFolder()
  const [notes, failing] = [join(folder, 'notes'), join(folder, 'failing')]
  writeFileSync(failing, '')
  const store = localFiles(join(folder, 'results'))
  const run = await inThreads(() => failsOnce.submit(notes, failing), { durable: 'strict', retries: 1, results: store })
  expect(run).toMatchObject({ value: 22, error: undefined })
  expect(readFileSync(notes, 'utf8')).toBe('1\n1\n9\n')
  const noted = run.taskRuns.filter(({ taskName }) => taskName === 'noted')
  expect(noted.map(({ name, state }) => [name, state.name])).toEqual([
    ['noted-fails-once-0.0', 'Completed'],
    ['noted-fails-once-0.1', 'Completed'],
    // Of the subflow's run in each attempt.
    ['noted-0', 'Completed'],
    ['noted-0', 'Completed'],
  ])
  for (const { state } of noted) expect([2, 18]).toContain(await results.read(state.details.result as ResultReference, { store }))
})

test('what a task in a thread calls is part of the transaction of its flow: it counts once that is committed', async () => {
  const folder = temporaryFolder()
  const notes = join(folder, 'notes')
  const inside: unknown[] = []
  const within = (end: () => unknown) =>
    transaction({ key: 'k', overwrite: true }, async (tx) => {
      tx.set('from flow', 1)
      inside.push(await takesPart.submit(notes), tx.get('from thread'))
      return end()
    })
  const run = await inThreads(
    async () => {
      await within(() => rollsBack.submit()).catch((error) => inside.push(error.code))
      await within(() => 0)
      await within(() => 0)
      return transaction(async () => takesNoPart.submit())
    },
    { results: localFiles(join(folder, 'results')) },
  )
  expect(run.error).toBeUndefined()
  expect(inside).toEqual([['k', 1, 10], 2, 'transaction_rolled_back', ['k', 1, 10], 2, ['k', 1, 10], 2])
  expect(readFileSync(notes, 'utf8')).toBe('5\n5\n')
  expect(run.value).toEqual([
    expect.objectContaining({ message: expect.stringContaining('task "hooked" is called inside a task that runs in a thread') }),
    1,
    expect.objectContaining({ message: expect.stringContaining('cannot be committed with it') }),
  ])
})

test('a store and a serializer of the author are made in the thread by its own module', async () => {
  const notes = join(temporaryFolder(), 'notes')
  try {
    const run = await runFlow(shelved, { file: notes })
    expect(run).toMatchObject({ value: [2, [null, undefined, 10]], error: undefined })
    const stored = run.taskRuns.filter(({ taskName }) => ['noted-durably', 'noted-once'].includes(taskName))
    expect(stored.map(({ state }) => state.details.result?.type)).toEqual(['spelled', 'spelled'])
    const read = stored.map(({ state }) => results.read(state.details.result as ResultReference, { store: shelf, serializer: spelled }))
    expect(await Promise.all(read)).toEqual([2, 10])
    // Committed by the flow, in the store that the thread has named.
    expect((await runFlow(shelved, { file: notes })).value).toEqual([2, [null, undefined, 10]])
    expect(readFileSync(notes, 'utf8')).toBe('1\n5\n1\n')
  } finally {
    rmSync(join(tmpdir(), `weir-shelf-${process.pid}`), { recursive: true, force: true })
  }
})

test('a task that calls itself in its thread under the lock of its cache key is told so', async () => {
  const run = await inThreads(() => turnsRound.submit(), { results: localFiles(temporaryFolder()) })
  expect(run.state.message).toContain('task "turns-round" waits for the lock of its cache key, and task run turns-round-0 around it has that lock')
})

test('where results of the flow cannot be found from a thread, tasks that need them there are refused, and no others', async () => {
  const notes = join(temporaryFolder(), 'notes')
  const own = { write: async () => {}, read: async () => null, delete: async () => {}, locate: (key: string) => `own:${key}`, keyOf: () => null }
  const run = await inThreads(() => callsStored.submit(notes), { results: own })
  expect(run.value).toEqual([
    expect.objectContaining({ message: expect.stringContaining('the results of its flow are in a store that cannot be sent') }),
    4,
  ])
  expect(readFileSync(notes, 'utf8')).toBe('2\n')
})

test('options of the runners are checked', () => {
  const refusals: [() => unknown, string][] = [
    [() => threadRunner({ thread: 2 } as object), 'threadRunner has no option "thread"; there are threads, memory'],
    [() => threadRunner(4 as never), 'options of threadRunner must be an object of threads, memory, and are number'],
    [() => asyncRunner({ threads: 2 } as object), 'asyncRunner has no option "threads"; there are concurrency'],
    [() => poolRunner({ pool: 'gpu', queue: 'a' } as never), 'poolRunner has no option "queue"; there are pool, concurrency'],
  ]
  for (const [make, message] of refusals) expect(make).toThrow(expect.objectContaining({ code: 'wrong_use', message }))
  expect(() => threadRunner({ threads: 0 })).toThrow('threads must be a whole number from 1 to 1024, and is 0')
  expect(() => threadRunner({ memory: 1 })).toThrow('memory is a number of megabytes, at least 8, and is 1')
})
