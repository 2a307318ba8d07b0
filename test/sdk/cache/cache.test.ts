import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import {
  type Cache,
  cache,
  flow,
  localFiles,
  type ResultStore,
  serializers,
  StoredBytes,
  task,
  type TaskContext,
  transaction,
} from '../../../sdk/index.ts'
import { entryKey } from '../../../sdk/cache/cache-entry.ts'
import { fakeClock, runFlow } from '../../../sdk/testing.ts'

const folder = mkdtempSync(join(tmpdir(), 'weir-cache-'))
afterAll(() => rmSync(folder, { recursive: true }))
let count = 0
const freshStore = (): ResultStore => localFiles(join(folder, String(count++)))

/** A task that counts its calls. */
function counted(options: Cache, store = freshStore()) {
  const calls: string[] = []
  const load = task(
    { name: 'load', results: store, cache: options },
    async (city: string, options: { verbose?: boolean } = {}, { attempt }: TaskContext) => {
      calls.push(`${city}${options.verbose ? '!' : ''}`)
      return { city, attempt, at: new Date(0) }
    },
  )
  return { load, calls, store }
}
const run = <T>(body: () => T) => runFlow(flow({ name: 'f' }, body))

test('the same inputs give the cached result: a run Cached that names the one it came from and carries its reference', async () => {
  const { load, calls } = counted(cache.inputs)
  const first = await run(() => load('Oslo', {}))
  const second = await run(async () => [await load('Oslo', {}), await load('Bergen', {})])
  expect(calls).toEqual(['Oslo', 'Bergen'])
  expect((second.value as unknown[])[0]).toEqual(first.value)
  const [made] = first.taskRuns
  expect(second.taskRuns[0]).toMatchObject({
    attempts: 0,
    state: {
      type: 'COMPLETED',
      name: 'Cached',
      message: `From task run load-0 (${made?.id})`,
      details: { result: made?.state.details.result, cachedFrom: { taskRunId: made?.id, flowRunId: first.id } },
    },
  })
  expect(second.taskRuns[0]?.states.map(({ name }) => name)).toEqual(['Pending', 'Cached'])
})

test('arguments are left out by name, position or property', async () => {
  for (const policy of [cache.inputs.except('options'), cache.inputs.except('1'), cache.inputs.except('options.verbose')]) {
    const { load, calls } = counted(policy)
    await run(() => load('Oslo', { verbose: true }))
    await run(() => load('Oslo', {}))
    await run(() => load('Bergen', {}))
    expect(calls).toEqual(['Oslo!', 'Bergen'])
  }
  expect(() => counted(cache.inputs.except('town'))).toThrow("except('town') names no argument; there are city, options")
  expect(() => cache.runId.except('city')).toThrow('looks at none')
})

test('of an argument that is taken apart where it is declared, its properties are left out by their own names', async () => {
  const calls: string[] = []
  const store = freshStore()
  const taken = (policy: typeof cache.inputs) =>
    task(
      { name: 'taken', cache: policy, results: store },
      async ({ city, 'x-y': _xy = 1, options: { deep = [1, 2] } = {}, ...rest }: Taken = { city: '', loud: true }, { signal }) => {
        calls.push(`${city} ${deep.length} ${Object.keys(rest).length} ${signal.aborted}`)
      },
    )
  interface Taken {
    city: string
    'x-y'?: number
    options?: { deep?: number[] }
    loud?: boolean
  }
  const load = taken(cache.inputs.except('options', '0.loud'))
  await run(() => load({ city: 'Oslo', options: { deep: [] } }))
  await run(() => load({ city: 'Oslo', loud: true }))
  await run(() => load({ city: 'Bergen' }))
  expect(calls).toEqual(['Oslo 0 0 false', 'Bergen 2 0 false'])
  for (const name of ['deep', 'loud', 'rest'])
    expect(() => taken(cache.inputs.except(name))).toThrow(`except('${name}') names no argument; there are city, options`)
})

test('what a property is left out of is compared as what it is where it has no such properties', async () => {
  const calls: unknown[] = []
  const store = freshStore()
  const load = task(
    { name: 'load', cache: cache.inputs.except('options.verbose'), results: store },
    async (options: unknown) => void calls.push(options),
  )
  const given = [new Map([['a', 1]]), new Map([['a', 2]]), new Date(0), new Date(1), new Set([1]), [1], { 0: 1 }]
  for (const options of given) await run(() => load(options))
  expect(calls).toEqual(given)
})

test('futures count by their values', async () => {
  const { load, calls } = counted(cache.inputs)
  const name = task({ name: 'name' }, () => 'Oslo')
  await run(() => load(name.submit(), {}))
  await run(() => load('Oslo', {}))
  expect(calls).toEqual(['Oslo'])
})

test('the run, the parameters of the flow and the source are parts of a key, alone or together', async () => {
  const store = freshStore()
  const calls: string[] = []
  const make = (name: string, policy: Cache) => task({ name, results: store, cache: policy }, (_: string) => calls.push(name))
  const tasks = [
    make('in-run', cache.runId),
    make('by-day', cache.flowParameters.except('debug')),
    make('both', cache.inputs.and(cache.flowParameters)),
    make('default', cache.default),
    make('never', cache.none.and(cache.none)),
  ]
  const each = flow({ name: 'f' }, async (_: { day: string; debug?: boolean }) => {
    for (const one of tasks) for (const argument of ['a', 'a', 'b']) await one(argument)
  })
  const during = async (parameters: { day: string; debug?: boolean }) => {
    calls.length = 0
    expect((await runFlow(each, parameters)).state.type).toBe('COMPLETED')
    return Object.fromEntries(['in-run', 'by-day', 'both', 'default', 'never'].map((name) => [name, calls.filter((call) => call === name).length]))
  }
  expect(await during({ day: 'monday' })).toEqual({ 'in-run': 1, 'by-day': 1, both: 2, default: 2, never: 3 })
  expect(await during({ day: 'monday', debug: true })).toEqual({ 'in-run': 1, 'by-day': 0, both: 2, default: 2, never: 3 })
  expect(await during({ day: 'monday' })).toEqual({ 'in-run': 1, 'by-day': 0, both: 0, default: 2, never: 3 })
})

test('a changed function is computed anew with the source in the key, and not without', async () => {
  const store = freshStore()
  const make = (policy: Cache, fn: (n: number) => number) => task({ name: 'power', results: store, cache: policy }, fn)
  const square = (n: number) => n * n
  // biome-ignore format: the same function, written otherwise
  const again = (x: number) => { return x * x }
  const cube = (n: number) => n * n * n
  const values = async (policy: Cache) => (await run(async () => [await make(policy, square)(3), await make(policy, cube)(3)])).value
  expect(await values(cache.inputs)).toEqual([9, 9])
  expect(await values(cache.inputs.and(cache.taskSource))).toEqual([9, 27])
  const same = await run(() => make(cache.inputs.and(cache.taskSource), (m: number) => m * m)(3))
  expect(same.taskRuns[0]?.state.name).toBe('Cached')
  expect((await run(() => make(cache.taskSource, again)(3))).taskRuns[0]?.state.name).toBe('Completed')
})

test('a function gives the key itself, shared between tasks; null is not cached', async () => {
  const store = freshStore()
  const key: Cache = ({ args: [city], taskName, flowRunId }) => (city === 'now' || !taskName || !flowRunId ? null : `weather/${String(city)}`)
  const first = counted(key, store)
  const second = counted({ key: async (context) => key(context) }, store)
  await run(async () => {
    for (const city of ['Oslo', 'now', 'now']) await first.load(city, {})
    await second.load('Oslo', {})
  })
  expect([first.calls, second.calls]).toEqual([['Oslo', 'now', 'now'], []])
})

test('a result expires, is refreshed when asked, and is computed again when it was deleted or is corrupt', async () => {
  const store = freshStore()
  const short = counted({ key: cache.inputs, expires: 0 }, store)
  await run(() => short.load('Oslo', {}))
  await run(() => short.load('Oslo', {}))
  expect(short.calls).toEqual(['Oslo', 'Oslo'])
  const fresh = counted({ key: cache.inputs, refresh: true }, store)
  const refreshed = await run(() => fresh.load('Oslo', {}))
  const after = counted({ key: cache.inputs }, store)
  process.env['WEIR_REFRESH_CACHE'] = '1'
  const asked = await run(() => after.load('Oslo', {})).finally(() => delete process.env['WEIR_REFRESH_CACHE'])
  expect([after.calls.splice(0), asked.taskRuns[0]?.state.name]).toEqual([['Oslo'], 'Completed'])
  const hit = await run(() => after.load('Oslo', {}))
  expect([fresh.calls, after.calls]).toEqual([['Oslo'], []])
  expect(refreshed.taskRuns[0]?.state.name).toBe('Completed')
  expect(hit.taskRuns[0]?.state.details.cachedFrom?.taskRunId).toBe(asked.taskRuns[0]?.id)
  const file = fileURLToPath(asked.taskRuns[0]?.state.details.result?.reference as string)
  writeFileSync(file, readFileSync(file, 'utf8').replace('Oslo', 'oslo'))
  const repaired = await run(() => after.load('Oslo', {}))
  expect(after.calls).toEqual(['Oslo'])
  expect(repaired.logs.find(({ level }) => level === 'warn')?.message).toContain('its cached result cannot be used')
  rmSync(fileURLToPath(repaired.taskRuns[0]?.state.details.result?.reference as string))
  await run(() => after.load('Oslo', {}))
  expect(after.calls).toEqual(['Oslo', 'Oslo'])
})

test('only what completed is cached, and nothing that is too large', async () => {
  let calls = 0
  const flaky = task({ name: 'flaky', results: freshStore(), cache: cache.inputs }, () => {
    if (++calls === 1) throw new Error('no')
    return 'yes'
  })
  const values = await run(async () => [await flaky.submit().result({ raise: false }), await flaky(), await flaky()])
  expect([calls, (values.value as unknown[]).slice(1)]).toEqual([2, ['yes', 'yes']])
  const large = counted({ key: cache.inputs, maxSize: 10 })
  const warned = await run(() => large.load('Oslo', {}))
  await run(() => large.load('Oslo', {}))
  expect(large.calls).toEqual(['Oslo', 'Oslo'])
  expect(warned.logs.find(({ level }) => level === 'warn')?.message).toMatch(/takes \d+ bytes and is not cached: cache.maxSize is 10/)
})

test('a stream of bytes is cached as one', async () => {
  let calls = 0
  const bytes = task({ name: 'bytes', results: { store: freshStore(), serializer: serializers.bytes }, cache: cache.inputs }, async function* () {
    calls++
    yield Buffer.from('some bytes')
  })
  const text = () => run(async () => StoredBytes.of(await bytes()).text())
  expect([(await text()).value, (await text()).value, calls]).toEqual(['some bytes', 'some bytes', 1])
})

test('an argument that cannot be hashed fails the task before it starts, and is named', async () => {
  let calls = 0
  const use = task({ name: 'use', results: freshStore(), cache: cache.inputs, retries: 2 }, (_: string, _callback: { done(): void }) => calls++)
  const failed = await run(() => use('a', { done() {} }))
  expect(failed.error).toMatchObject({
    code: 'not_hashable',
    message: 'no cache key can be made for task "use": argument 2 (_callback).done is a function (done)',
  })
  expect([calls, failed.taskRuns[0]?.state.type, failed.taskRuns[0]?.attempts]).toEqual([0, 'FAILED', 0])
})

test('serializable: of many with one key at the same time one computes, and no lock is left', async () => {
  const { load, calls, store } = counted({ key: cache.inputs, isolation: 'serializable' })
  const many = await run(() => load.map(Array(10).fill('Oslo'), {}))
  expect(calls).toEqual(['Oslo'])
  expect(many.taskRuns.filter(({ state }) => state.name === 'Cached')).toHaveLength(9)
  expect(readdirSync(join(fileURLToPath(store.locate('locks'))))).toEqual([])
})

test('serializable: a task that calls itself with the same key is told so, however far inside; with another key it goes on', async () => {
  const own: { load: (depth: number, by: string) => Promise<number> } = { load: async () => 0 }
  const between = task({ name: 'between' }, (depth: number, by: string) => own.load(depth, by))
  const child = flow({ name: 'child' }, async ({ depth }: { depth: number }) => own.load(depth, 'flow'))
  const load = task(
    { name: 'load', results: freshStore(), cache: { key: cache.inputs.except('by'), isolation: 'serializable' } },
    async (depth: number, by: string): Promise<number> => {
      if (depth === 0) return 0
      const next = depth % 10 === 0 ? depth : depth - 1
      return 1 + (by === 'task' ? await between(next, by) : by === 'flow' ? await child({ depth: next }) : await own.load(next, by))
    },
  )
  own.load = (depth, by) => load(depth, by)
  expect((await run(() => load(3, 'itself'))).value).toBe(3)
  for (const by of ['itself', 'task', 'flow']) {
    const failed = await run(() => load(11, by))
    expect(failed.state.message).toMatch(/task "load" waits for the lock of its cache key, and task run load-[01] around it has that lock/)
  }
})

test('serializable: within a transaction, which keeps the lock, the same call goes on', async () => {
  const { load, calls, store } = counted({ key: cache.inputs, isolation: 'serializable' })
  const ran = await run(() =>
    transaction(async () => {
      await load('Oslo', {})
      await transaction(() => load('Oslo', {}))
      await Promise.all([load('Lima', {}), load('Lima', {}), load('Oslo', {})])
    }),
  )
  expect(ran.error).toBeUndefined()
  expect(calls.sort()).toEqual(['Lima', 'Lima', 'Oslo', 'Oslo', 'Oslo'])
  expect(readdirSync(join(fileURLToPath(store.locate('locks'))))).toEqual([])
})

test('a run that is cancelled while it waits for the lock is cancelled', async () => {
  const store = freshStore()
  const { load } = counted({ key: () => 'k', isolation: 'serializable' }, store)
  const release = await store.lock?.(entryKey('k'), new AbortController().signal)
  const waiting = await runFlow(
    flow({ name: 'f' }, () => load('Oslo', {})),
    {},
    { signal: AbortSignal.timeout(50) },
  )
  await release?.()
  expect([waiting.state.type, waiting.taskRuns[0]?.state.type, waiting.taskRuns[0]?.attempts]).toEqual(['CANCELLED', 'CANCELLED', 0])
})

test('a result is good until it expires, by the clock of the run', async () => {
  using clock = fakeClock({ now: '2026-01-01T00:00:00Z' })
  const { load, calls } = counted({ key: cache.inputs, expires: '1h' })
  const names: (string | undefined)[] = []
  for (const step of ['59m', '2m', '59m'] as const) {
    names.push((await run(() => load('Oslo', {}))).taskRuns[0]?.state.name)
    clock.advance(step)
  }
  names.push((await run(() => load('Oslo', {}))).taskRuns[0]?.state.name)
  expect([names, calls.length]).toEqual([['Completed', 'Cached', 'Completed', 'Cached'], 2])
})

test('a store without locks cannot be serializable, and says so', async () => {
  const { lock: _, ...store } = freshStore()
  const { load } = counted({ key: cache.inputs, isolation: 'serializable' }, store)
  expect((await run(() => load('Oslo', {}))).error).toMatchObject({
    code: 'wrong_use',
    message: expect.stringContaining('its result store has none'),
  })
})

test.each<[object, string]>([
  [{ cache: {} }, 'cache of task "t" needs a key'],
  [{ cache: { key: cache.inputs, expire: '1h' } }, 'cache of task "t" has no option "expire"'],
  [{ cache: { key: cache.inputs, expires: 'soon' } }, 'cache.expires of task "t": "soon" is no duration'],
  [{ cache: cache.inputs, results: false }, 'task "t" is cached, and so its results must be stored'],
])('a mistake in the option is said at import: %o', (options, message) => {
  expect(() => task({ name: 't', ...options }, () => 1)).toThrow(message)
})
