/** Durable flows: what was finished is not run again, whatever ended the attempt before. */
import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { json } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { expect, onTestFinished, test } from 'vitest'
import { newId } from '../../../core/ids.ts'
import type { StateType, State } from '../../../core/states.ts'
import { findUnreachableResults } from '../../../sdk/durable/reachable-results.ts'
import type { FinishedTaskRun } from '../../../sdk/durable/durable-work.ts'
import { beginRun, type FlowOutcome } from '../../../sdk/engine/flow-start.ts'
import { storeResult } from '../../../sdk/results/store-result.ts'
import type { TaskRunRecord } from '../../../sdk/engine/task-run-record.ts'
import { flowHandle } from '../../../sdk/engine/flow-handle.ts'
import {
  asyncRunner,
  events,
  flow,
  localFiles,
  poolRunner,
  runDeployment,
  serializers,
  suspend,
  task,
  transaction,
  type Flow,
} from '../../../sdk/index.ts'
import type { Resumption } from '../../../sdk/pauses/resumption.ts'
import { temporaryFolder } from '../../support/folder.ts'

/** The record and the store of one run, over its attempts. */
function makeRun() {
  const id = newId()
  const store = localFiles(temporaryFolder())
  const taskRuns = new Map<string, TaskRunRecord>()
  const states: State[] = []
  const logs: string[] = []
  const emitted: string[] = []
  const answers = new Map<string, { value: never }>()
  let attempts = 0
  /** A person asks for the process. */
  let askToSuspend = (_by: string) => {}
  const resumption: Resumption = {
    looks: { first: 1, longest: 1 },
    onResume: () => () => {},
    onSuspend: (listener) => {
      askToSuspend = listener
    },
    ask() {},
    isForgotten: () => false,
    findAnswer: async (key) => answers.get(key) ?? null,
  }
  /** As the record tells it: also through subflows, by the task runs that stand for them. */
  const parentOf = (record: TaskRunRecord): string | null => {
    const standIn = [...taskRuns.values()].find(({ childFlowRunId }) => childFlowRunId === record.flowRunId)
    return record.parentTaskRunId ?? (standIn ? parentOf(standIn) : null)
  }
  /** Starts it (again), as another process would; `heard`: which task runs the record knows as finished. */
  const start = (
    made: Flow<never, never, never>,
    { generation = 0, heard = () => true, apiUrl }: { generation?: number; heard?: (record: TaskRunRecord) => boolean; apiUrl?: string } = {},
  ) => {
    const finished = [...taskRuns.values()]
      .filter((record) => record.state.type === 'COMPLETED' && record.state.details.durableKey !== undefined && heard(record))
      .map((record) => ({
        durableKey: record.state.details.durableKey as string,
        taskRunId: record.id,
        flowRunId: record.flowRunId,
        parentTaskRunId: parentOf(record),
        name: record.name,
        stateName: record.state.name,
        result: record.state.details.result as FinishedTaskRun['result'],
        startTime: record.startTime,
        endTime: record.endTime,
      }))
    attempts++
    const session = {
      recorder: {
        flowRunState: (run: { id: string }, state: State) => void (run.id === id && states.push(state)),
        taskRun: (record: TaskRunRecord) => void taskRuns.set(record.id, record),
        log: (_: string, line: { message: string }) => void logs.push(line.message),
        artifact() {},
        event: (fact: { eventId: string }) => void emitted.push(fact.eventId),
      },
      print: null,
      logLevel: 'info' as const,
      signal: new AbortController().signal,
      mayRelease: true,
      permission: null,
      onStart: null,
      controlPlane: apiUrl === undefined ? null : { apiUrl, credential: () => 'secret' },
      resumption,
      loadKnownWork: attempts === 1 ? null : async () => ({ generation, finished }),
    }
    const handle = flowHandle(made)
    if (!handle) throw new Error('no flow')
    return handle.start(
      beginRun({
        session,
        about: { url: null, deployment: null, deploymentVersion: null, scheduledTime: null, jobVariables: {}, parentFlowRunId: null },
        parameters: {},
        id,
      }),
    ) as Promise<FlowOutcome>
  }
  return { id, store, start, taskRuns, states, logs, emitted, answers, askToSuspend: (by: string) => askToSuspend(by) }
}

const any = (made: unknown) => made as Flow<never, never, never>

test('killed at every boundary of twenty tasks in three branches, no finished task runs twice', async () => {
  const folder = temporaryFolder()
  const events = join(folder, 'events')
  const child = join(folder, 'crashing-flow.mjs')
  // One file starts in a fraction of the time.
  await build({
    entryPoints: [fileURLToPath(new URL('./crashing-flow.ts', import.meta.url))],
    outfile: child,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
  })
  const env = { ...process.env, EVENTS: events, FLOW_RUN: newId(), WEIR_RESULTS: join(folder, 'crashes') }
  for (let boundary = 1; boundary <= 20; boundary++) {
    expect(spawnSync(process.execPath, [child], { env: { ...env, CRASH_AT: String(boundary) }, stdio: 'ignore' }).signal, String(boundary)).toBe(
      'SIGKILL',
    )
  }
  expect(spawnSync(process.execPath, [child], { env, stdio: 'ignore' }).status).toBe(0)
  const lines = readFileSync(events, 'utf8').trim().split('\n')
  expect(lines.at(-1)).toBe('ended COMPLETED 66')
  const done = new Set<string>()
  for (const line of lines) {
    const [verb, what = ''] = line.split(' ')
    if (verb === 'ran') expect(done.has(what), `${what} ran again`).toBe(false)
    if (verb === 'finished') done.add(what)
  }
  expect(done.size).toBe(20)
}, 60_000)

test('an attempt that follows in the same process, or in another, finds what was finished: the same task runs with the same values', async () => {
  const run = makeRun()
  const ran: unknown[] = []
  let fails = 2
  const note = task({ name: 'note' }, (what: unknown) => {
    ran.push(what)
    return { what, at: new Map([[1, new Date(0)]]) }
  })
  const inner = task({ name: 'inner' }, (n: number) => void ran.push(`inner ${n}`))
  const outer = task({ name: 'outer' }, async (n: number) => {
    await inner(n)
    if (fails === 0) throw new Error('outer')
    return n
  })
  const child = flow({ name: 'child' }, async ({ n }: { n: number }) => (await note(`child ${n}`)).what)
  const made = any(
    flow({ name: 'f', durable: true, retries: 1, results: run.store }, async () => {
      const same = await Promise.all([note('same'), note('same')])
      const futures = note.map([1, 2, 3])
      const values = await Promise.all(futures)
      const above = note.submit(futures[0])
      await child({ n: 1 })
      const upstream = await above
      if (fails-- > 1) throw new Error('not yet')
      await outer(7)
      return [same.length, values[2], upstream]
    }),
  )
  const first = await run.start(made)
  expect(first.state).toMatchObject({ type: 'FAILED' })
  const before = [...ran]
  expect(before).toEqual(['same', 'same', 1, 2, 3, 'child 1', { what: 1, at: new Map([[1, new Date(0)]]) }, 'inner 7'])
  const known = new Set([...run.taskRuns.keys()])
  const second = await run.start(made)
  expect(second.state.type).toBe('COMPLETED')
  expect(second.value).toEqual([
    2,
    { what: 3, at: new Map([[1, new Date(0)]]) },
    { what: { what: 1, at: new Map([[1, new Date(0)]]) }, at: new Map([[1, new Date(0)]]) },
  ])
  expect(ran).toEqual(before)
  // Only the subflow's stand-in and its task run, and the task that had failed, are new.
  expect(
    [...run.taskRuns.values()]
      .filter(({ id }) => !known.has(id))
      .map(({ taskKey }) => taskKey)
      .sort(),
  ).toEqual(['child', 'note', 'outer'])
})

test('what the record never heard of is found in the store, and the record hears of it under its own id', async () => {
  const run = makeRun()
  let ran = 0
  const once = task({ name: 'once' }, () => ++ran)
  const made = any(flow({ name: 'f', durable: true, results: run.store }, async () => once()))
  await run.start(made)
  const [record] = [...run.taskRuns.values()]
  run.taskRuns.clear()
  expect((await run.start(made)).value).toBe(1)
  expect([...run.taskRuns.values()].map(({ id, state }) => [id, state.type, state.details.durableKey])).toEqual([
    [record?.id, 'COMPLETED', record?.durableKey],
  ])
})

test('an event that a later attempt comes to again is the same event, and one of a task is as often one as the task runs', async () => {
  const run = makeRun()
  const order = { event: 'order.shipped', resource: { id: 'order.1' } }
  const tell = task({ name: 'tell' }, () => void events.emit(order))
  let isDown = true
  const made = any(
    flow({ name: 'f', durable: true, results: run.store }, async () => {
      await events.emit(order)
      await events.emit(order)
      await tell()
      if (isDown) throw new Error('down')
      await events.emit({ ...order, event: 'order.arrived' })
    }),
  )
  await run.start(made)
  const [first, second, inTask] = run.emitted
  isDown = false
  await run.start(made)
  expect(run.emitted.slice(3)).toEqual([first, second, expect.any(String)])
  expect(new Set([first, second, inTask, run.emitted.at(-1)]).size).toBe(4)
})

test('retried from a task: what the record no longer names runs again, though it lies in the store', async () => {
  const run = makeRun()
  const ran: string[] = []
  const step = task({ name: 'step' }, (name: string) => void ran.push(name))
  const made = any(
    flow({ name: 'f', durable: true, results: run.store }, async () => {
      await step('a')
      await step('b')
    }),
  )
  await run.start(made)
  await run.start(made, { generation: 2, heard: ({ name }) => name === 'step-0' })
  expect(ran).toEqual(['a', 'b', 'b'])
})

test.each([
  ['gone', (path: string) => rmSync(path), 'result_missing'],
  ['corrupt', (path: string) => writeFileSync(path, readFileSync(path, 'utf8').replace('"first"', '"other"')), 'result_corrupt'],
])('a result that is %s when it is needed fails its task and says what to do; retried from that task, it is made anew', async (_what, harm, code) => {
  const run = makeRun()
  const ran: string[] = []
  const step = task({ name: 'step' }, (name: string) => {
    ran.push(name)
    return 'first'
  })
  const made = any(flow({ name: 'f', durable: true, results: run.store }, async () => step('a')))
  await run.start(made)
  const [record] = [...run.taskRuns.values()]
  harm(fileURLToPath(record?.state.details.result?.reference ?? ''))
  const { error } = await run.start(made)
  expect(error).toMatchObject({ code })
  expect([...run.taskRuns.values()].at(-1)?.state).toMatchObject({
    type: 'FAILED',
    message: expect.stringContaining(String((error as Error).message)),
  })
  expect(run.logs.find((line) => line.startsWith('failed: '))).toMatch(/\nhint: .*weir flow-run retry RUN --from-task TASK/)
  expect((await run.start(made, { generation: 1, heard: () => false })).value).toBe('first')
  expect(ran).toEqual(['a', 'a'])
})

test('what is not asked for again is told, and with strict it is an error that names the task', async () => {
  let way = 'left'
  const go = task({ name: 'go' }, (to: string) => to)
  for (const durable of [true, 'strict'] as const) {
    way = 'left'
    const run = makeRun()
    const made = any(flow({ name: 'f', durable, results: run.store }, async () => go(way)))
    await run.start(made)
    way = 'right'
    const { state } = await run.start(made)
    if (durable === 'strict') expect(state).toMatchObject({ type: 'FAILED', message: expect.stringContaining('did not ask again for task run go-0') })
    else {
      expect(state.type).toBe('COMPLETED')
      expect(run.logs).toContain('finished in an earlier attempt and not asked for again: task run go-0')
    }
  }
})

test('what a subflow inside a task had finished is not asked for again with that task, in this process and in another', async () => {
  const run = makeRun()
  let fails = 1
  const ran: string[] = []
  const note = task({ name: 'note' }, (what: string) => void ran.push(what))
  const grandchild = flow({ name: 'grandchild' }, async () => note('grandchild'))
  const child = flow({ name: 'child' }, async () => {
    await note('child')
    await grandchild()
  })
  const outer = task({ name: 'outer' }, () => child())
  const made = any(
    flow({ name: 'f', durable: 'strict', retries: 1, results: run.store }, async () => {
      await outer()
      if (fails-- > 0) throw new Error('not yet')
    }),
  )
  for (let process = 1; process <= 2; process++) expect((await run.start(made)).state, `process ${process}`).toMatchObject({ type: 'COMPLETED' })
  expect(ran).toEqual(['child', 'grandchild'])
})

test('a key of its own stands for all arguments; without one, what cannot be compared is an error that names the argument; results: false runs again', async () => {
  const run = makeRun()
  const ran: string[] = []
  const keyed = task({ name: 'keyed', key: (_: unknown, name: string) => name }, (_: unknown, name: string) => void ran.push(name))
  const loose = task({ name: 'loose', results: false }, (_: unknown) => void ran.push('loose'))
  const made = any(
    flow({ name: 'f', durable: true, results: run.store }, async () => {
      await keyed(Math.random(), 'x')
      await keyed(() => {}, 'y')
      await loose(() => {})
    }),
  )
  await run.start(made)
  expect((await run.start(made)).state.type).toBe('COMPLETED')
  expect(ran).toEqual(['x', 'y', 'loose', 'loose'])
  const plain = task({ name: 'plain' }, (_: unknown) => 1)
  const refused = await makeRun().start(any(flow({ name: 'g', durable: true }, async () => plain({ deep: [() => {}] }))))
  expect(refused.state.message).toContain('argument 1 of task "plain".deep[0] is a function')
})

test.each([0, 1])(
  'what a transaction has committed is not done again, what it has not is done again as a whole (%d retries in the process)',
  async (retries) => {
    const run = makeRun()
    const ran: string[] = []
    const step = task({ name: 'step', onCommit: [(_, { args }) => void ran.push(`commit ${args[0]}`)] }, async (name: string) => {
      ran.push(name)
      return name.toUpperCase()
    })
    let fails = 2
    const made = any(
      flow({ name: 'f', durable: 'strict', retries, results: run.store }, async () => {
        const first = await transaction(async () => [await step('a'), await transaction(() => step('b'))])
        await transaction(async () => {
          await step('c')
          if (--fails > 0) throw new Error('not yet')
        })
        return first
      }),
    )
    const outcome = retries === 0 ? await run.start(made).then(() => run.start(made)) : await run.start(made)
    expect(outcome).toMatchObject({ value: ['A', 'B'], state: { type: 'COMPLETED' } })
    expect(ran).toEqual(['a', 'b', 'commit a', 'commit b', 'c', 'c', 'commit c'])
  },
)

test('suspend ends the process when what runs has finished; the attempt that follows has the answer and runs nothing again', async () => {
  const run = makeRun()
  const ran: string[] = []
  const slow = task({ name: 'slow' }, async (name: string) => {
    await new Promise((resolve) => setTimeout(resolve, 5))
    ran.push(name)
  })
  const made = any(
    flow({ name: 'f', durable: 'strict', results: run.store }, async () => {
      await slow('before')
      const beside = slow.submit('beside')
      const word = await suspend({ message: 'Go on?', timeout: '7d', key: 'go' })
      await beside
      await slow('after')
      return word ?? 'went on'
    }),
  )
  const first = await run.start(made)
  expect(first).toMatchObject({
    ending: 'released',
    state: { type: 'PAUSED', name: 'Suspended', message: 'Go on?', details: { pause: { key: 'go' } } },
  })
  expect(ran).toEqual(['before', 'beside'])
  run.answers.set('go', { value: null as never })
  expect(await run.start(made)).toMatchObject({ ending: 'final', value: 'went on', state: { type: 'COMPLETED' } })
  expect(ran).toEqual(['before', 'beside', 'after'])
  const wrong = await makeRun().start(any(flow({ name: 'g' }, () => suspend())))
  expect(wrong.state.message).toContain('suspend() needs a durable flow')
})

test('a run that somebody asks for its process suspends where its flow calls something next: what runs ends with all it calls, the author’s code sees nothing', async () => {
  const run = makeRun()
  const ran: string[] = []
  const caught: unknown[] = []
  const inner = task({ name: 'inner' }, (name: string) => void ran.push(`inner of ${name}`))
  const slow = task({ name: 'slow' }, async (name: string) => {
    await new Promise((resolve) => setTimeout(resolve, 5))
    if (name === 'a') run.askToSuspend('ada')
    await inner(name)
    ran.push(name)
    return name
  })
  const child = flow({ name: 'child' }, async ({ n }: { n: number }) => [await slow(`first of child ${n}`), await slow(`second of child ${n}`)])
  const made = any(
    flow({ name: 'f', durable: 'strict', results: run.store, runner: asyncRunner({ concurrency: 1 }) }, async () => {
      await slow('before')
      const futures = slow.map(['a', 'b'])
      const below = child({ n: 1 })
      try {
        const values = await Promise.all(futures)
        return [...values, ...(await below), await slow('after')]
      } catch (error) {
        caught.push(error)
        throw error
      }
    }),
  )
  expect(await run.start(made)).toMatchObject({
    ending: 'released',
    state: { type: 'PAUSED', name: 'Suspended', message: 'Suspended by ada', details: { by: 'ada' } },
  })
  // One of the two had a place; the other had not begun. What the subflow calls belongs to what runs.
  expect(ran.filter((name) => !name.startsWith('inner')).sort()).toEqual(['a', 'before', 'first of child 1', 'second of child 1'])
  expect([...run.taskRuns.values()].filter(({ state }) => state.type === 'CANCELLED').map(({ name }) => name)).toEqual(['slow-2'])
  const first = ran.splice(0)
  expect(await run.start(made)).toMatchObject({ ending: 'final', value: ['a', 'b', 'first of child 1', 'second of child 1', 'after'] })
  expect(ran).toEqual(['inner of b', 'b', 'inner of after', 'after'])
  expect(new Set([...first, ...ran]).size).toBe(first.length + ran.length)
  expect(caught).toEqual([])
})

test('a wish for the process that comes to nothing: the flow ends before it calls anything, or is not durable, which is said', async () => {
  const ending = makeRun()
  const short = any(
    flow({ name: 'f', durable: true, results: ending.store }, () => {
      ending.askToSuspend('ada')
      return 1
    }),
  )
  expect(await ending.start(short)).toMatchObject({ ending: 'final', value: 1 })
  const going = makeRun()
  const step = task({ name: 'step' }, () => 2)
  const plain = any(
    flow({ name: 'f' }, () => {
      going.askToSuspend('ada')
      return step()
    }),
  )
  expect(await going.start(plain)).toMatchObject({ ending: 'final', value: 2 })
  expect(going.states.map(({ type }) => type)).toEqual(['RUNNING', 'RUNNING', 'COMPLETED'])
  expect(going.states[1]?.message).toContain('Not suspended as ada asked: the flow is not durable')
})

/** A control plane that starts one child for each key; what becomes of each is in `fates`, in the order of their start. */
async function startingChildren(fates: StateType[] = []) {
  const children = new Map<
    string,
    { uuid: string; key: string; name: string; url: string; state: { type: StateType; name: string; message: null } }
  >()
  const start = (key: string) => {
    const type = fates[children.size] ?? 'COMPLETED'
    const child = { uuid: newId(), key, name: `child-${children.size}`, url: '', state: { type, name: type, message: null } }
    children.set(child.uuid, child)
    return child
  }
  const server = createServer(async (request, response) => {
    const { variables } = (await json(request)) as { variables: { id: string; input?: { idempotencyKey: string } } }
    const key = variables.input?.idempotencyKey
    const existing = [...children.values()].find((child) => child.key === key)
    const created = () => ({ createFlowRun: { existed: existing !== undefined, flowRun: existing ?? start(key as string) } })
    response.end(JSON.stringify({ data: key === undefined ? { flowRun: children.get(variables.id) ?? null } : created() }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return { apiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, children }
}

test('a deployment that an earlier attempt has run is found again, in this process, in another, and when nothing was heard of it', async () => {
  const run = makeRun()
  const { apiUrl, children } = await startingChildren()
  const outer = task({ name: 'outer', results: false }, async () => (await runDeployment('etl/inner')).flowRunName)
  let fails = 2
  const made = any(
    flow({ name: 'f', durable: 'strict', retries: 1, results: run.store }, async () => {
      const names: string[] = []
      for (const n of [1, 1, 2]) names.push((await runDeployment('etl/nightly', { parameters: { n } })).flowRunName)
      names.push((await runDeployment('etl/nightly', { parameters: { n: 1 }, wait: false, asSubflow: false })).flowRunName)
      if (fails-- > 0) throw new Error('not yet')
      return [...names, await outer()]
    }),
  )
  expect((await run.start(made, { apiUrl })).state.type).toBe('FAILED')
  expect(children.size).toBe(4)
  const standIns = new Set(run.taskRuns.keys())
  const again = await run.start(made, { apiUrl })
  expect(again.value).toEqual(['child-0', 'child-1', 'child-2', 'child-3', 'child-4'])
  expect([...run.taskRuns.values()].filter(({ id }) => !standIns.has(id)).map(({ name }) => name)).toEqual(['outer-0', 'etl/inner-0'])
  expect((await run.start(made, { apiUrl, heard: () => false })).value).toEqual(again.value)
  expect(children.size).toBe(5)
  // Retried from a task: what the record does not name is started anew.
  const first = [...run.taskRuns.values()].find(({ childFlowRunId }) => children.get(childFlowRunId ?? '')?.name === 'child-0')
  const { value } = await run.start(made, { apiUrl, generation: 2, heard: ({ id }) => id === first?.id })
  expect(value).toEqual(['child-0', 'child-5', 'child-6', 'child-7', 'child-8'])
})

test('a child that did not complete is followed by another one when the flow runs again, unless nobody waits for it or it has a key of its own', async () => {
  const run = makeRun()
  const { apiUrl, children } = await startingChildren(['FAILED', 'FAILED', 'FAILED', 'CRASHED', 'COMPLETED'])
  const made = any(
    flow({ name: 'f', durable: true, results: run.store }, async () => [
      (await runDeployment('etl/nightly', { parameters: { n: 1 }, wait: false })).flowRunName,
      (await runDeployment('etl/nightly', { idempotencyKey: 'mine' })).flowRunName,
      await runDeployment('etl/nightly'),
    ]),
  )
  expect((await run.start(made, { apiUrl })).state).toMatchObject({ type: 'FAILED', message: expect.stringContaining('(FAILED') })
  expect((await run.start(made, { apiUrl })).state).toMatchObject({ type: 'FAILED', message: expect.stringContaining('(CRASHED') })
  expect((await run.start(made, { apiUrl })).value).toMatchObject(['child-0', 'child-1', { flowRunName: 'child-4' }])
  expect(children.size).toBe(5)
})

test('a task of a poolRunner whose run goes on, or has completed, while its flow was away is not started twice; one that failed is', async () => {
  const run = makeRun()
  const { apiUrl, children } = await startingChildren(['COMPLETED', 'FAILED', 'COMPLETED'])
  const far = task({ name: 'far', results: run.store }, (_: string) => '')
  const made = any(
    flow({ name: 'f', durable: true, results: run.store, runner: poolRunner({ pool: 'p', concurrency: 1 }) }, () => far.map(['a', 'b']).result()),
  )
  // The second one fails, and nobody heard of the first one before the process died.
  expect((await run.start(made, { apiUrl })).state.type).toBe('FAILED')
  for (const { uuid, name } of children.values())
    await storeResult({ store: run.store, serializer: serializers.json }, `value of ${name}`, { flowRunId: uuid, taskRunId: null })
  expect((await run.start(made, { apiUrl, heard: () => false })).state.type).toBe('FAILED')
  const third = [...children.values()][2]
  await storeResult({ store: run.store, serializer: serializers.json }, 'value of child-2', { flowRunId: third?.uuid ?? '', taskRunId: null })
  expect((await run.start(made, { apiUrl, heard: () => false })).value).toEqual(['value of child-0', 'value of child-2'])
  expect(children.size).toBe(3)
})

test('a durable flow whose results are files is not deployed where its next run does not find them', async () => {
  const problemOf = (made: unknown, type: string | null) => findUnreachableResults(flowHandle(made)?.definition as never, 'far', async () => type)
  const files = flow({ name: 'files', durable: true }, () => 1)
  const far = { write: async () => {}, read: async () => null, delete: async () => {}, locate: (key: string) => `far:${key}`, keyOf: () => null }
  expect((await problemOf(files, 'docker'))?.message).toContain('flow "files" is durable and keeps its results in files')
  for (const [made, type] of [
    [files, 'process'],
    [files, null],
    [flow({ name: 'far', durable: true, results: far }, () => 1), 'docker'],
    [flow({ name: 'forgets' }, () => 1), 'docker'],
  ] as const)
    expect(await problemOf(made, type)).toBeNull()
  expect(() => flow({ name: 'f', durable: true, results: false }, () => 1)).toThrow('is durable and says results: false')
})
