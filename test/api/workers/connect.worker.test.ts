import { runInDurableObject } from 'cloudflare:test'
import { exports } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import type { WorkPoolCoordinator } from '../../../api/coordinators.ts'
import { connect, env, makeWorkspace, TestWorker } from '../../support/engine-world.ts'
import { HOSTILE_SOCKET_MESSAGES } from '../../support/hostile-messages.ts'

const errorOf = async (answer: Response) => ({
  status: answer.status,
  ...((await answer.json()) as { error: { code: string; message: string; hint?: string } }).error,
})

test('a worker key opens a socket to its pool and is welcomed', async () => {
  const world = await makeWorkspace()
  const pool = await world.makePool()
  const worker = await TestWorker.open(world, pool.name)
  worker.hello({ sentAt: 4_711 })
  expect(await worker.hears('welcome')).toMatchObject({
    protocol: 1,
    workPool: { id: pool.id, name: pool.name, type: 'process', isPaused: false },
    answers: 4_711,
    fence: 75_000,
  })
})

test('the text ping is answered by the runtime', async () => {
  const world = await makeWorkspace()
  const pool = await world.makePool()
  const answer = await connect(pool.name, { authorization: `Bearer ${world.workerKey.text}` })
  const socket = answer.webSocket as WebSocket
  socket.accept()
  const pong = new Promise((resolve) => socket.addEventListener('message', ({ data }) => resolve(data)))
  socket.send('ping')
  expect(await pong).toBe('pong')
  socket.close()
})

test('what is wrong with a connection is said with its code, and with what to do', async () => {
  const world = await makeWorkspace()
  const other = await makeWorkspace()
  const pool = await world.makePool()
  const bearer = (text: string) => ({ authorization: `Bearer ${text}` })
  const plain = (exports as unknown as { default: Fetcher }).default.fetch(`http://127.0.0.1/connect?pool=${pool.name}`, {
    headers: bearer(world.workerKey.text),
  })
  expect(await errorOf(await plain)).toMatchObject({
    status: 400,
    code: 'BAD_USER_INPUT',
    message: expect.stringMatching(/WebSocket/),
    hint: expect.any(String),
  })
  expect(await errorOf(await connect(pool.name))).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' })
  expect(await errorOf(await connect(pool.name, bearer('weir_test_wrong')))).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' })
  expect(await errorOf(await connect(pool.name, bearer(`${world.workerKey.text.slice(0, -3)}AAA`)))).toMatchObject({
    status: 401,
    code: 'UNAUTHENTICATED',
  })
  expect(await errorOf(await connect(pool.name, bearer(world.viewerKey.text)))).toMatchObject({ status: 403, code: 'FORBIDDEN' })
  expect(await errorOf(await connect('nowhere', bearer(world.workerKey.text)))).toMatchObject({
    status: 404,
    code: 'NOT_FOUND',
    message: expect.stringMatching(/nowhere/),
  })
  expect(await errorOf(await connect(null, bearer(world.workerKey.text)))).toMatchObject({ status: 400, code: 'BAD_USER_INPUT' })
  expect(await errorOf(await connect('x'.repeat(300), bearer(world.workerKey.text)))).toMatchObject({ status: 400, code: 'BAD_USER_INPUT' })
  // A pool of another workspace looks like none.
  expect(await errorOf(await connect(pool.name, bearer(other.workerKey.text)))).toMatchObject({ status: 404, code: 'NOT_FOUND' })
  // A page of another origin.
  expect(await errorOf(await connect(pool.name, { ...bearer(world.workerKey.text), origin: 'https://evil.example' }))).toMatchObject({
    status: 403,
    code: 'FORBIDDEN_ORIGIN',
  })
})

test('a worker of another type, or of another protocol, is told so and closed', async () => {
  const world = await makeWorkspace()
  const pool = await world.makePool({ type: 'docker' })
  const worker = await TestWorker.open(world, pool.name)
  worker.hello()
  expect(await worker.isDismissed()).toMatchObject({
    code: 'pool_type_mismatch',
    retry: false,
    closeCode: 4412,
    message: expect.stringMatching(/docker/),
  })
  const future = await TestWorker.open(world, pool.name)
  future.hello({ protocol: { newest: 9, oldest: 8 } })
  expect(await future.isDismissed()).toMatchObject({ code: 'unsupported_protocol', retry: false, closeCode: 4426 })
})

test('a revoked key closes the sockets that it opened, and no other', async () => {
  const world = await makeWorkspace()
  const pool = await world.makePool()
  const worker = await TestWorker.start(world, pool.name)
  await pool.stub.revoke({ workspaceId: world.workspaceId, workPoolId: pool.id, apiKeyId: world.editorKey.id })
  await worker.renews([])
  await pool.stub.revoke({ workspaceId: world.workspaceId, workPoolId: pool.id, apiKeyId: world.workerKey.id })
  expect(await worker.isDismissed()).toMatchObject({ code: 'revoked', retry: false, closeCode: 4401 })
})

test('an object refuses whoever names another workspace', async () => {
  const world = await makeWorkspace()
  const other = await makeWorkspace()
  const pool = await world.makePool()
  const worker = await TestWorker.start(world, pool.name)
  const names = { workspaceId: other.workspaceId, workPoolId: pool.id }
  await runInDurableObject(pool.stub as never, async (instance) => {
    const object = instance as unknown as WorkPoolCoordinator
    await expect(object.ring(names)).rejects.toThrow(/another workspace/)
    await expect(object.offer({ ...names, flowRun: pool.newRun() })).rejects.toThrow(/another workspace/)
    await expect(object.presence(names)).rejects.toThrow(/another workspace/)
    await expect(object.drain({ ...names, sessionId: worker.sessionId })).rejects.toThrow(/another workspace/)
    await expect(object.revoke({ ...names, apiKeyId: world.workerKey.id })).rejects.toThrow(/another workspace/)
    await expect(
      object.direct({ ...names, sessionId: worker.sessionId, flowRunId: pool.id, epoch: 1, directive: { kind: 'cancel' } }),
    ).rejects.toThrow(/another workspace/)
  })
  const forged = await env.WORK_POOL.getByName(`${world.workspaceId}/work-pools/${pool.id}`).fetch('http://x/connect', {
    headers: { upgrade: 'websocket', 'x-weir-connection': JSON.stringify({ ...names, workPoolType: 'process', apiKeyId: 'x' }) },
  })
  expect(forged.status).toBe(403)
})

test('a directive reaches the session that holds the run', async () => {
  const world = await makeWorkspace()
  const pool = await world.makePool()
  const worker = await TestWorker.start(world, pool.name)
  const to = { workspaceId: world.workspaceId, workPoolId: pool.id, flowRunId: pool.id, epoch: 1, directive: { kind: 'cancel' } as const }
  expect(await pool.stub.direct({ ...to, sessionId: worker.sessionId })).toBe(true)
  expect(await worker.hears('direct')).toMatchObject({ flowRunId: pool.id, epoch: 1, directive: { kind: 'cancel' } })
  expect(await pool.stub.direct({ ...to, sessionId: world.workspaceId })).toBe(false)
})

test('presence tells whose sockets are open', async () => {
  const world = await makeWorkspace()
  const pool = await world.makePool()
  const worker = await TestWorker.start(world, pool.name)
  const [present, ...more] = await pool.stub.presence({ workspaceId: world.workspaceId, workPoolId: pool.id })
  expect(more).toEqual([])
  expect(present).toMatchObject({ sessionId: worker.sessionId })
  expect(Math.abs((present?.heardAt ?? 0) - Date.now())).toBeLessThan(60_000)
})

test.each(HOSTILE_SOCKET_MESSAGES)('a socket that says %s is told why and closed', async (_, text) => {
  const world = await makeWorkspace()
  const pool = await world.makePool()
  const worker = await TestWorker.open(world, pool.name)
  worker.say(text)
  expect(await worker.isDismissed()).toMatchObject({ code: 'bad_message', retry: false, closeCode: 4400 })
})

test('bytes, a message beyond measure, and anything before hello close the socket; the pool serves on', async () => {
  const world = await makeWorkspace()
  const pool = await world.makePool()
  const bytes = await TestWorker.open(world, pool.name)
  bytes.say(new ArrayBuffer(8))
  expect(await bytes.isDismissed()).toMatchObject({ code: 'bad_message' })
  const early = await TestWorker.open(world, pool.name)
  early.say({ type: 'room', free: 4, draining: false })
  expect(await early.isDismissed()).toMatchObject({ code: 'bad_message', message: 'Say hello first' })
  const long = await TestWorker.open(world, pool.name)
  long.say('x'.repeat(1024 * 1024 + 1))
  while (!long.closed) await new Promise((resolve) => setTimeout(resolve, 5))
  expect(long.closed).toMatchObject({ code: 1009 })
  const worker = await TestWorker.start(world, pool.name)
  await pool.offer()
  await worker.takes(1)
})
