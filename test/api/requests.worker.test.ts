/** What an operator can follow: one id from the answer through every line and every batch that the request causes, one line for each request, and counts. */
import { createExecutionContext, runInDurableObject, waitOnExecutionContext } from 'cloudflare:test'
import { expect, onTestFinished, test, vi } from 'vitest'
import { app } from '../../api/app.ts'
import { coordinatorsOf } from '../../api/context.ts'
import { feedOf, listenUrl, workPoolOf } from '../../api/coordinators.ts'
import type { Env } from '../../api/env.ts'
import { Feed } from '../../api/feed/coordinator.ts'
import { makeLog } from '../../api/log.ts'
import { asRequest } from '../../api/requests/request-id.ts'
import { WorkPool } from '../../api/work-pools/coordinator.ts'
import { newId } from '../../core/ids.ts'
import { TIMINGS } from '../../core/timings.ts'
import { FLOW_RUNS_TOPIC } from '../../core/topics.ts'
import { eventually } from '../support/engine-world.ts'
import { bindings, makeStage, makeWorkspace, send } from './support.ts'

type Line = Record<string, unknown> & { level: string; message: string; requestId?: string }

/** Lines of the log from here on, until the test ends. */
function readLines(): Line[] {
  const lines: Line[] = []
  for (const level of ['debug', 'info', 'warn', 'error'] as const) {
    const spy = vi.spyOn(console, level).mockImplementation((line: unknown) => void lines.push(JSON.parse(String(line)) as Line))
    onTestFinished(() => spy.mockRestore())
  }
  return lines
}

/** A SQL door that keeps for which request each batch came. */
function watchedDoor(): { SQL: Fetcher; requestIds: (string | null)[] } {
  const requestIds: (string | null)[] = []
  const fetch = (input: RequestInfo, init?: RequestInit) => {
    requestIds.push(new Headers(init?.headers).get('x-request-id'))
    return (bindings.SQL as Fetcher).fetch(input, init)
  }
  return { SQL: { fetch } as Fetcher, requestIds }
}

/** One that nobody answers, and that keeps the same. */
function deadDoor(): { SQL: Fetcher; requestIds: (string | null)[] } {
  const requestIds: (string | null)[] = []
  const fetch = (_: RequestInfo, init?: RequestInit) => {
    requestIds.push(new Headers(init?.headers).get('x-request-id'))
    return Promise.reject(new TypeError('away'))
  }
  return { SQL: { fetch } as unknown as Fetcher, requestIds }
}

/** A request to the Worker with other bindings; resolves when all that it has set going is over. */
async function sendWith(env: Partial<Env>, path: string, init: RequestInit = {}): Promise<Response> {
  const execution = createExecutionContext()
  const answer = await app.fetch(new Request(`${bindings.PUBLIC_URL}${path}`, init), { ...bindings, LOG_LEVEL: 'info', ...env }, execution)
  await waitOnExecutionContext(execution)
  return answer
}

const graphql = (key: string, query: string): RequestInit => ({
  method: 'POST',
  headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
  body: JSON.stringify({ query }),
})

test('the line of a request says who asked for what and how it went, at a level that fits; quiet requests are told with LOG_LEVEL=debug only', async () => {
  const { key, workspaceId } = await makeStage()
  const lines = readLines()
  const query = 'query Pools { workPools { nodes { name } } }'
  await (await sendWith({}, '/graphql', graphql(key, query))).text()
  expect(lines).toEqual([])

  const answer = await sendWith({ LOG_LEVEL: 'debug' }, '/graphql?a=secret', graphql(key, query))
  await answer.text()
  expect(lines.splice(0)).toEqual([
    {
      time: expect.any(String),
      level: 'debug',
      message: 'request',
      requestId: answer.headers.get('x-request-id'),
      door: 'graphql',
      method: 'POST',
      path: '/graphql',
      status: 200,
      milliseconds: expect.any(Number),
      workspaceId,
      apiKeyId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      operation: 'query Pools',
      roundTrips: 1,
    },
  ])

  const refused = await sendWith({}, '/reports', { method: 'POST', body: '{}' })
  expect(lines.splice(0)).toMatchObject([{ level: 'info', door: 'reports', status: 401, requestId: refused.headers.get('x-request-id') }])
  await sendWith({}, '/graphql', graphql(key, '{ nothing }'))
  expect(lines.splice(0)).toMatchObject([{ level: 'info', door: 'graphql', errors: ['GRAPHQL_VALIDATION_FAILED'] }])
  await sendWith({ LOG_LEVEL: 'error' }, '/reports', { method: 'POST', body: '{}' })
  expect(lines).toEqual([])
})

test('an answer with 200 whose operation failed is told and counted as failed, and its lines share its id', async () => {
  const { key } = await makeStage()
  const lines = readLines()
  const before = await countsOf('graphql', '5xx')
  const away = { fetch: () => Promise.reject(new TypeError('away')) } as unknown as Fetcher
  // The key is looked up, then the database goes.
  let batches = 0
  const SQL = {
    fetch: (input: RequestInfo, init?: RequestInit) => (++batches === 1 ? (bindings.SQL as Fetcher) : away).fetch(input, init),
  } as Fetcher
  const answer = await sendWith({ SQL }, '/graphql', graphql(key, '{ workPools { nodes { name } } }'))
  const { errors } = (await answer.json()) as { errors: { extensions: { code: string; requestId: string } }[] }
  const requestId = answer.headers.get('x-request-id')
  expect([answer.status, errors[0]?.extensions]).toMatchObject([200, { code: 'NOT_READY', requestId }])
  expect(lines.map(({ level, message }) => `${level} ${message}`)).toContain('error the database cannot be reached')
  expect(lines.at(-1)).toMatchObject({ level: 'warn', message: 'request', status: 200, errors: ['NOT_READY'] })
  expect([...new Set(lines.map((line) => line.requestId))]).toEqual([requestId])
  expect((await countsOf('graphql', '5xx')) - before).toBe(1)

  // Who asks for slots believes an error only when it names its request: other people's errors do not.
  batches = 0
  const body = JSON.stringify({ release: [], renew: [newId()], acquire: [] })
  const slots = await sendWith({ SQL }, '/concurrency', { method: 'POST', headers: { authorization: `Bearer ${key}` }, body })
  const slotsId = slots.headers.get('x-request-id')
  expect([slots.status, await slots.json()]).toEqual([503, { error: expect.objectContaining({ code: 'NOT_READY', requestId: slotsId }) }])
})

test('every batch that a request sends to the SQL door names it, also what outlives the answer', async () => {
  const { key } = await makeStage()
  const { SQL, requestIds } = watchedDoor()
  const answer = await sendWith({ SQL }, '/graphql', graphql(key, 'mutation { createWorkPool(input: { name: "second" }) { __typename } }'))
  await answer.text()
  expect(requestIds.length).toBeGreaterThan(1)
  expect([...new Set(requestIds)]).toEqual([answer.headers.get('x-request-id')])
})

test('an object is told for whom it is called, and logs under that id what goes wrong', async () => {
  const workspaceId = await makeWorkspace()
  const told: unknown[] = []
  const note = (message: unknown) => Promise.resolve(void told.push(message))
  const stub = { ring: note, direct: note, drain: note, close: note, revoke: note, offer: note }
  const namespace = { getByName: () => stub } as never
  const waiting: Promise<unknown>[] = []
  const coordinators = coordinatorsOf({ WORK_POOL: namespace, FEED: namespace }, TIMINGS, makeLog(), (work) => void waiting.push(work))
  const pool = { workspaceId, workPoolId: newId() }
  asRequest('the-request', () => {
    coordinators.ringWorkPool(pool)
    coordinators.ringFeed({ workspaceId, topic: FLOW_RUNS_TOPIC })
    coordinators.drain({ ...pool, sessionId: newId() })
    coordinators.closeWorkPool(pool)
    coordinators.revoke({ ...pool, apiKeyId: newId() })
  })
  await Promise.all(waiting)
  expect(told).toHaveLength(5)
  for (const message of told) expect(message).toMatchObject({ workspaceId, requestId: 'the-request' })

  // Somebody listens, and the feed's database is away when it is rung.
  const feed = feedOf(bindings, workspaceId, FLOW_RUNS_TOPIC)
  const listen = { workspaceId, topic: FLOW_RUNS_TOPIC, since: null }
  const { webSocket } = await feed.fetch(listenUrl(listen), { headers: { upgrade: 'websocket' } })
  webSocket?.accept()
  onTestFinished(() => webSocket?.close())
  const lines = readLines()
  const { SQL, requestIds } = deadDoor()
  await runInDurableObject(feed as never, async (_, state) => {
    await new Feed(state as never, { ...bindings, SQL }).ring({ workspaceId, topic: FLOW_RUNS_TOPIC, requestId: 'the-request' })
    await eventually(async () => lines.find(({ message }) => message === 'changes could not be read, trying again'))
  })
  expect(lines.length).toBeGreaterThan(0)
  for (const line of lines) expect(line).toMatchObject({ level: 'warn', requestId: 'the-request', feed: expect.stringContaining(workspaceId) })
  expect([...new Set(requestIds)]).toEqual(['the-request'])
})

test('what a work pool cannot do is logged under the request that rang it, or that opened the line on which it was told', async () => {
  const { workspaceId, key, workPool } = await makeStage()
  const opened = await send('/connect?pool=local', { headers: { authorization: `Bearer ${key}`, upgrade: 'websocket' } })
  const socket = opened.webSocket as WebSocket
  socket.accept()
  onTestFinished(() => socket.close())
  expect(opened.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
  const heard: string[] = []
  socket.addEventListener('message', ({ data }) => void heard.push(String(data)))
  const hello = JSON.stringify({
    type: 'hello',
    protocol: { newest: 1, oldest: 1 },
    sessionId: newId(),
    worker: { name: 'one', version: '0.1.0', type: 'process', labels: {}, hostname: 'test', pid: 1 },
    queues: [],
    slots: 1,
    holding: [],
    sentAt: Date.now(),
  })
  socket.send(hello)
  await eventually(async () => heard.find((text) => text.includes('welcome')))
  const lines = readLines()
  const { SQL, requestIds } = deadDoor()
  const stub = workPoolOf(bindings, workspaceId, workPool.uuid)
  // As it wakes from hibernation, with its database away.
  await runInDurableObject(stub as never, async (_, state) => {
    const awake = new WorkPool(state as never, { ...bindings, SQL })
    await awake.ring({ workspaceId, workPoolId: workPool.uuid, requestId: 'the-request' })
    await eventually(async () => lines.find(({ requestId }) => requestId === 'the-request'))
    await awake.webSocketMessage(state.getWebSockets()[0] as unknown as WebSocket, hello)
  })
  const asked = lines.map(({ message, command, requestId }) => ({ message, command, requestId }))
  const failed = (command: string, requestId: string | null) => ({ message: 'a work pool could not do what was due', command, requestId })
  expect(asked).toContainEqual(failed('claim', 'the-request'))
  expect(asked).toContainEqual(failed('open-session', opened.headers.get('x-request-id')))
  expect(new Set(requestIds)).toEqual(new Set([opened.headers.get('x-request-id'), 'the-request']))
})

/** How many requests a door has counted. */
async function countsOf(door: string, status: string): Promise<number> {
  const text = await (await send('/metrics', { headers: { authorization: 'Bearer metrics-of-the-tests' } })).text()
  return Number(new RegExp(`^weir_requests_total\\{door="${door}",status="${status}"\\} (\\d+)$`, 'm').exec(text)?.[1])
}

test('requests are counted by door and class of status under names that no request can add to, and their durations add up', async () => {
  const read = async () => (await (await send('/metrics', { headers: { authorization: 'Bearer metrics-of-the-tests' } })).text()).split('\n')
  const seriesOf = (lines: string[]) => lines.filter((line) => !line.startsWith('#')).map((line) => line.slice(0, line.lastIndexOf(' ')))
  const [refused, served] = [await countsOf('reports', '4xx'), await countsOf('healthz', '2xx')]
  const before = seriesOf(await read())
  for (const path of ['/healthz', '/healthz', '/graphql/x', `/${'y'.repeat(300)}`, '/%00"}', '/reports'])
    await (await send(path, path === '/reports' ? { method: 'POST', body: '{}' } : {})).body?.cancel()
  const lines = await read()
  expect(seriesOf(lines)).toEqual(before)
  expect([await countsOf('reports', '4xx'), await countsOf('healthz', '2xx')]).toEqual([refused + 1, served + 2])
  const value = (series: string) =>
    Number(
      lines
        .find((line) => line.startsWith(`${series} `))
        ?.split(' ')
        .at(-1),
    )
  const total = ['1xx', '2xx', '3xx', '4xx', '5xx'].reduce((sum, status) => sum + value(`weir_requests_total{door="healthz",status="${status}"}`), 0)
  expect(value('weir_request_seconds_count{door="healthz"}')).toBe(total)
  expect(value('weir_request_seconds_bucket{door="healthz",le="+Inf"}')).toBe(total)
  expect(value('weir_database_connections_max{role="weir_app"}')).toBe(8)
  expect(value('weir_database_batches_total{role="weir_system",outcome="done"}')).toBeGreaterThan(0)
  // Hosted there are many isolates, and none knows what the others have counted.
  const internet = vi.spyOn(globalThis, 'fetch').mockRejectedValue(new TypeError('away'))
  onTestFinished(() => internet.mockRestore())
  readLines()
  const hosted = await sendWith({ SQL: undefined }, '/metrics', { headers: { authorization: 'Bearer metrics-of-the-tests' } })
  expect(await hosted.text()).not.toContain('weir_request')
  expect(internet).toHaveBeenCalled()
})
