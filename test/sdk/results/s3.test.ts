import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { flow, type ResultReference, results, s3, serializers, StoredBytes } from '../../../sdk/index.ts'
import { runFlow } from '../../../sdk/testing.ts'
import { type S3Server, startS3Server } from '../support/s3-server.ts'

let server: S3Server
beforeAll(async () => {
  server = await startS3Server()
})
afterAll(() => server.close())
beforeEach(() => {
  Object.assign(server, { passed: [], most: 0, intercept: null, cutAfter: null, conditions: false })
})

const NEVER = new AbortController().signal
const PART = 262_144

async function* pieces(bytes: Uint8Array, size = 50_000) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

test('results lie in the bucket under the prefix, and are read by their reference', async () => {
  const store = s3({ ...server.options, prefix: 'team/weir' })
  const run = await runFlow(flow({ name: 'f', results: store }, () => new Map([['rows', 3]])))
  const reference = run.state.details.result as ResultReference
  expect(reference).toEqual({ type: 'json', reference: `s3://results/team/weir/runs/${run.id}/flow` })
  expect(await results.read(reference, { store })).toEqual(new Map([['rows', 3]]))
  expect(server.passed.map(({ what }) => what)).toEqual([`PUT /results/team/weir/runs/${run.id}/flow`, `GET /results/team/weir/runs/${run.id}/flow`])
  await store.delete(store.keyOf(reference.reference) as string)
  await expect(results.read(reference, { store })).rejects.toMatchObject({ code: 'result_missing' })
  await expect(results.read(reference, { store: s3(server.options) })).rejects.toMatchObject({ code: 'result_missing' })
  await expect(results.read(reference, { store: s3({ ...server.options, prefix: 'other' }) })).rejects.toThrow('belongs to another store')
})

test('a large result goes up in parts, two at a time, and comes down as a stream', async () => {
  const bytes = randomBytes(PART * 5 + 1_000)
  const store = s3({ ...server.options, partSize: PART })
  const run = await runFlow(flow({ name: 'f', results: { store, serializer: serializers.bytes } }, () => pieces(bytes)))
  const parts = server.passed.filter(({ what }) => what.includes('partNumber='))
  expect(
    parts
      .map(({ bytes: size }) => size)
      .sort((a, b) => b - a)
      .slice(0, 5),
  ).toEqual(Array(5).fill(PART))
  expect([parts.length, server.most]).toEqual([6, 2])
  const stored = (await results.read(run.state.details.result as ResultReference, { store })) as StoredBytes
  expect(stored).toBeInstanceOf(StoredBytes)
  expect(Buffer.compare(await stored.bytes(), bytes)).toBe(0)
})

test('a stream that breaks leaves neither an object nor parts', async () => {
  const store = s3({ ...server.options, partSize: PART })
  const broken = (async function* () {
    yield* pieces(randomBytes(PART * 2))
    throw new Error('the line went dead')
  })()
  await expect(store.write('broken', broken)).rejects.toThrow('the line went dead')
  expect(server.passed.at(-1)?.what).toMatch(/^DELETE \/results\/broken\?uploadId=/)
  expect(await store.read('broken')).toBeNull()
})

test('a provider that is busy is asked again, and a download that breaks off goes on where it was', async () => {
  const bytes = randomBytes(2_000_000)
  const store = s3(server.options)
  let refused = 0
  server.intercept = (incoming, answer) => {
    if (refused++ >= 2) return false
    incoming.resume()
    incoming.on('end', () => answer.writeHead(503).end('<Error><Code>SlowDown</Code></Error>'))
    return true
  }
  await store.write('busy', pieces(bytes))
  server.cutAfter = 500_000
  const read = Buffer.concat(await Array.fromAsync((await store.read('busy')) as AsyncIterable<Uint8Array>))
  expect(Buffer.compare(read, bytes)).toBe(0)
  expect(server.passed.map(({ what }) => what)).toEqual(['PUT /results/busy', 'GET /results/busy', 'GET /results/busy'])
})

test('a refusal says what was refused and why, and no secret', async () => {
  const credentials = { accessKeyId: 'S3RVER', secretAccessKey: 'wrong-secret' }
  const run = await runFlow(flow({ name: 'f', results: s3({ ...server.options, credentials }) }, () => 1))
  expect(run.error).toMatchObject({ code: 'result_store_failed', message: expect.stringContaining('SignatureDoesNotMatch') })
  expect(JSON.stringify([run.state, run.logs])).not.toContain('wrong-secret')
  await expect(s3({ ...server.options, bucket: 'not-there' }).read('a')).rejects.toThrow('NoSuchBucket')
})

test('a lock is held by one at a time where the provider writes on conditions', async () => {
  server.conditions = true
  let inside = 0
  const seen: number[] = []
  const work = async () => {
    const release = await s3(server.options).lock?.('key', NEVER)
    seen.push(++inside)
    await new Promise((resolve) => setTimeout(resolve, 20))
    inside--
    await release?.()
  }
  await Promise.all([work(), work(), work()])
  expect(seen).toEqual([1, 1, 1])
  const release = await s3(server.options).lock?.('key', NEVER)
  await expect(s3(server.options).lock?.('key', AbortSignal.timeout(50))).rejects.toThrow()
  await release?.()
})

test('where the provider ignores conditions, a lock is refused', async () => {
  await expect(s3(server.options).lock?.('key', NEVER)).rejects.toThrow('this S3 provider has no locks')
})

test.each<[object, string]>([
  [{ bucket: 'Results!' }, 'bucket of s3 must be a name of 3 to 63 characters'],
  [{ bucket: 'results', prefix: '../up' }, 'prefix of s3 must be parts of'],
  [{ bucket: 'results', endpoint: 'minio:9000' }, 'endpoint of s3 must begin with http'],
  [{ bucket: 'results', partSize: 10 }, 'partSize of s3 must be a whole number'],
  [{ bucket: 'results', secret: 'x' }, 's3 has no option "secret"'],
])('a mistake in the options is said at once: %o', (options, message) => {
  expect(() => s3(options as never)).toThrow(message)
})
