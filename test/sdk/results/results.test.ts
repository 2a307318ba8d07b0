import { createReadStream, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import {
  flow,
  localFiles,
  results,
  type ResultReference,
  type ResultStore,
  type Serializer,
  serializers,
  StoredBytes,
  task,
} from '../../../sdk/index.ts'
import { findStoredResult } from '../../../sdk/results/read-result.ts'
import { frameResult } from '../../../sdk/results/stored-result.ts'
import { defaultResultStore } from '../../../sdk/results/result-settings.ts'
import { runFlow } from '../../../sdk/testing.ts'

const folder = mkdtempSync(join(tmpdir(), 'weir-results-'))
const store = localFiles(folder)
afterAll(() => rmSync(folder, { recursive: true }))

const fileOf = ({ reference }: ResultReference) => fileURLToPath(reference)
const load = task({ name: 'load' }, async (city: string) => ({ city, seen: new Set([1n]) }))

test('nothing is stored unless somebody says so', async () => {
  const run = await runFlow(flow({ name: 'f' }, () => load('Oslo')))
  expect([run.state.details, run.taskRuns[0]?.state.details]).toEqual([{}, {}])
})

test('a flow that stores results stores its own and those of its tasks, and they are read back by the reference in their states', async () => {
  const run = await runFlow(flow({ name: 'f', results: store }, async () => (await load('Oslo')).city))
  const own = run.state.details.result as ResultReference
  const tasks = run.taskRuns[0]?.state.details.result as ResultReference
  expect(own.type).toBe('json')
  expect(await results.read(own, { store })).toBe('Oslo')
  expect(await results.read(tasks, { store })).toEqual({ city: 'Oslo', seen: new Set([1n]) })
  expect(statSync(fileOf(tasks)).mode & 0o077).toBe(0)
  expect(readdirSync(join(folder, 'unfinished'))).toEqual([])
})

test('a task decides for itself, a subflow as the flow that calls it', async () => {
  const inner = flow({ name: 'inner' }, () => load('Bergen'))
  const run = await runFlow(
    flow({ name: 'outer', results: { store, serializer: serializers.structuredClone } }, async () => {
      await load.with({ results: false })('Oslo')
      await inner({})
    }),
  )
  const types = Object.fromEntries(run.taskRuns.map((taskRun) => [taskRun.taskName, taskRun.state.details.result?.type]))
  expect(run.subflows[0]?.states.at(-1)?.details.result?.type).toBe('v8')
  expect(types).toMatchObject({ inner: 'v8' })
  expect(run.taskRuns.filter(({ taskName }) => taskName === 'load').map(({ state }) => state.details.result?.type)).toEqual([undefined, 'v8'])
})

test('by default results lie in WEIR_HOME', async () => {
  const before = process.env['WEIR_HOME']
  process.env['WEIR_HOME'] = folder
  try {
    const run = await runFlow(flow({ name: 'f', results: true }, () => 7))
    const reference = run.state.details.result as ResultReference
    expect(fileOf(reference).startsWith(join(folder, 'results'))).toBe(true)
    expect(await results.read(reference)).toBe(7)
  } finally {
    if (before === undefined) delete process.env['WEIR_HOME']
    else process.env['WEIR_HOME'] = before
  }
})

test('WEIR_RESULTS names another place for all of them: a folder or a bucket', () => {
  expect(defaultResultStore({ WEIR_RESULTS: folder }).locate('a')).toBe(store.locate('a'))
  expect(defaultResultStore({ WEIR_RESULTS: 's3://bucket/team/a/' }).locate('k')).toBe('s3://bucket/team/a/k')
  expect(() => defaultResultStore({ WEIR_RESULTS: 's3://' })).toThrow('bucket of s3')
})

test('a value that cannot be stored fails its task once, whatever its retries, and says which part is to blame', async () => {
  let calls = 0
  const open = task({ name: 'open', results: store, retries: 3 }, () => {
    calls++
    return { rows: [() => 1] }
  })
  const run = await runFlow(flow({ name: 'f' }, () => open()))
  expect(run.error).toMatchObject({ code: 'result_not_storable', path: 'result.rows[0]' })
  expect([calls, run.taskRuns[0]?.state.type]).toEqual([1, 'FAILED'])
})

const stored = async (): Promise<ResultReference> =>
  (await runFlow(flow({ name: 'f', results: store }, () => ({ text: 'x'.repeat(200_000) })))).state.details.result as ResultReference

test('a result that is gone, or lies elsewhere, is missing; the error names it', async () => {
  const reference = await stored()
  rmSync(fileOf(reference))
  await expect(results.read(reference, { store })).rejects.toMatchObject({ code: 'result_missing', reference: reference.reference })
  await expect(results.read({ type: 'json', reference: 'file:///etc/passwd' }, { store })).rejects.toThrow('belongs to another store')
  await expect(results.read({ type: 'json', reference: `${store.locate('a')}/%2e%2e/%2e%2e/b` }, { store })).rejects.toThrow('belongs to another')
})

test.each([
  ['the address alone', 'file:///home/ada/x'],
  ['nothing', undefined],
  ['a state', { type: 'COMPLETED', name: 'Completed' }],
])('what is no reference is refused with what one looks like: %s', async (_what, reference) => {
  await expect(results.read(reference as never, { store })).rejects.toMatchObject({
    code: 'wrong_use',
    message: expect.stringContaining('results.read needs a reference'),
    hint: expect.stringContaining('state.details.result'),
  })
})

test.each<[string, (whole: Buffer) => Buffer, string]>([
  ['cut off', (whole) => whole.subarray(0, 150_000), 'its end is missing'],
  ['changed', (whole) => Buffer.concat([whole.subarray(0, 150_000), Buffer.from('y'), whole.subarray(150_001)]), 'its checksum does not fit'],
  ['empty', () => Buffer.alloc(0), 'it is empty'],
  ['something else', () => Buffer.from('hello\n'), 'it does not begin as a result does'],
])('a result that was %s is corrupt, and nothing of it is given', async (_, change, why) => {
  const reference = await stored()
  writeFileSync(fileOf(reference), change(readFileSync(fileOf(reference))))
  await expect(results.read(reference, { store })).rejects.toThrow(`the result at ${reference.reference} is corrupt: ${why}`)
})

test('bytes are streamed into the store, and callers read them from there as often as they like', async () => {
  const source = join(folder, 'source.bin')
  writeFileSync(source, Buffer.alloc(3_000_000, 'weir '))
  const read = task({ name: 'read', results: { store, serializer: serializers.compressed(serializers.bytes) } }, () => createReadStream(source))
  const run = await runFlow(
    flow({ name: 'f' }, async () => {
      const bytes = StoredBytes.of(await read())
      await bytes.saveTo(join(folder, 'copy.bin'))
      return [bytes instanceof StoredBytes, (await bytes.bytes()).length, (await bytes.text()).slice(0, 5)]
    }),
  )
  expect(run.value).toEqual([true, 3_000_000, 'weir '])
  expect(readFileSync(join(folder, 'copy.bin')).equals(readFileSync(source))).toBe(true)
  expect(statSync(fileOf(run.taskRuns[0]?.state.details.result as ResultReference)).size).toBeLessThan(10_000)
})

test('a stream that breaks leaves nothing behind, and is an error of the task', async () => {
  const broken = task({ name: 'broken', results: { store, serializer: serializers.bytes } }, async function* () {
    yield 'some'
    throw new Error('the line went dead')
  })
  const run = await runFlow(flow({ name: 'f' }, () => broken()))
  expect(run.error).toMatchObject({ message: 'the line went dead' })
  expect(readdirSync(join(folder, 'unfinished'))).toEqual([])
  expect(existsSync(join(folder, 'runs', run.id, run.taskRuns[0]?.id as string))).toBe(false)
})

test('what a killed process left half-written is removed a day later; what is being written stays', async () => {
  const place = mkdtempSync(join(tmpdir(), 'weir-left-'))
  const unfinished = join(place, 'unfinished')
  mkdirSync(unfinished)
  const dayAgo = Date.now() / 1_000 - 86_400
  for (const [name, at] of [
    ['left', dayAgo - 60],
    ['fresh', dayAgo + 60],
  ] as const) {
    writeFileSync(join(unfinished, name), 'half')
    utimesSync(join(unfinished, name), at, at)
  }
  const write = localFiles(place)
  await write.write('one', pieces())
  await expect.poll(() => readdirSync(unfinished), { timeout: 10_000 }).toEqual(['fresh'])
  await write.write('two', pieces())
  expect(readdirSync(place).sort()).toEqual(['one', 'two', 'unfinished'])
  rmSync(place, { recursive: true })

  async function* pieces() {
    yield Buffer.from('whole')
  }
})

test('an own store and an own serializer are all it takes', async () => {
  const kept = new Map<string, Buffer>()
  const memory: ResultStore = {
    async write(key, content) {
      kept.set(key, Buffer.concat(await Array.fromAsync(content)))
    },
    async read(key) {
      const bytes = kept.get(key)
      return bytes
        ? (async function* () {
            yield bytes
          })()
        : null
    },
    async delete(key) {
      kept.delete(key)
    },
    locate: (key) => `memory:${key}`,
    keyOf: (reference) => (reference.startsWith('memory:') ? reference.slice(7) : null),
  }
  const lines: Serializer = {
    name: 'lines',
    serialize: (value) => (value as string[]).join('\n'),
    deserialize: async (content) => (await content.text()).split('\n'),
  }
  const run = await runFlow(flow({ name: 'f', results: { store: memory, serializer: lines } }, () => ['a', 'b']))
  const reference = run.state.details.result as ResultReference
  expect(reference).toEqual({ type: 'lines', reference: `memory:runs/${run.id}/flow` })
  expect([...kept.values()][0]?.toString('utf8').split('\n').slice(1, 3)).toEqual(['a', 'b'])
  expect(await results.read(reference, { store: memory, serializer: lines })).toEqual(['a', 'b'])
  await expect(results.read(reference, { store: memory })).rejects.toThrow('written by the serializer "lines", which is not known here')
})

test('what is looked for by its key is read once', async () => {
  const run = await runFlow(flow({ name: 'f', results: store }, () => 'Oslo'))
  const read: string[] = []
  const counted: ResultStore = {
    ...store,
    read: (key) => {
      read.push(key)
      return store.read(key)
    },
  }
  const key = `runs/${run.id}/flow`
  expect(await findStoredResult({ store: counted, serializer: serializers.json }, key)).toMatchObject({
    value: 'Oslo',
    reference: run.state.details.result,
    header: { flowRunId: run.id },
  })
  expect(read).toEqual([key])
})

test.each([
  [{ results: 'yes' }, 'results of task "t" must be true, false, a store or { store, serializer }, and is yes'],
  [{ results: { folder: 'x' } }, 'results of task "t" has no option "folder"'],
  [{ results: { store: {} } }, 'results.store of task "t" must be a store'],
])('a mistake in the option is said at import: %o', (options, message) => {
  expect(() => task({ name: 't', ...(options as object) }, () => 1)).toThrow(message)
})

test('two hundred megabytes pass in little memory, in both directions', async () => {
  async function* pieces() {
    for (let at = 0; at < 3_200; at++) yield Buffer.alloc(65_536, at)
  }
  let most = 0
  const look = () => {
    most = Math.max(most, process.memoryUsage().arrayBuffers)
  }
  const passing: ResultStore = {
    async write(_, content) {
      for await (const _piece of content) look()
    },
    read: async () => frameResult({ weir: 1, serializer: 'bytes', createdAt: 0, flowRunId: null, taskRunId: null }, pieces()),
    async delete() {},
    locate: (key) => `passing:${key}`,
    keyOf: (reference) => reference.slice('passing:'.length),
  }
  const before = process.memoryUsage().arrayBuffers
  const run = await runFlow(flow({ name: 'f', results: { store: passing, serializer: serializers.bytes } }, () => pieces()))
  for await (const _piece of StoredBytes.of(await results.read(run.state.details.result as ResultReference, { store: passing }))) look()
  expect((most - before) / 1_048_576).toBeLessThan(40)
})
