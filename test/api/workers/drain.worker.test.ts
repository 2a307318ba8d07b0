/** Telling a worker from afar to leave: what it hears, what it is given, how it is shown, and who is left alone. */
import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { encodeId } from '../../../api/node.ts'
import { makeWorkspace, query, TestWorker, type World } from '../../support/engine-world.ts'
import { askAs } from '../support.ts'

const DRAIN = `mutation ($id: ID!) {
  drainWorker(input: { id: $id }) {
    __typename
    ... on DrainWorkerSuccess { worker { id name status slotsUsed } }
    ... on Error { message code path hint }
  }
}`

async function workersOf(world: World, poolName: string): Promise<{ id: string; uuid: string; name: string; status: string }[]> {
  const { data } = await askAs(world.editorKey.text)('query ($name: String!) { workPool(name: $name) { workers { id uuid name status } } }', {
    name: poolName,
  })
  return data.workPool.workers
}
const drain = async (world: World, id: string, key = world.editorKey.text) => {
  const { data, errors } = await askAs(key)(DRAIN, { id })
  return data?.drainWorker ?? errors
}
const deeds = (world: World, workerId: string) =>
  query<{ actor: string; details: object }>(
    sql`select actor, details from audit_rows where workspace_id = ${world.workspaceId}::uuid and action = 'workers:drain' and subject = ${workerId}`,
  )

test('a worker that is drained is told, is given nothing more, finishes what it holds and is shown as DRAINING until it leaves', async () => {
  const world = await makeWorkspace()
  const pool = await world.makePool()
  const worker = await TestWorker.start(world, pool.name, { name: 'rack-4', understands: ['drain'] })
  const first = await pool.insertRun()
  await pool.ring()
  const [held] = await worker.takes(1)
  expect(held).toMatchObject({ flowRunId: first })
  const [shown] = await workersOf(world, pool.name)
  expect(shown).toMatchObject({ name: 'rack-4', status: 'ONLINE' })

  const id = shown?.id as string
  expect(await drain(world, id)).toEqual({ __typename: 'DrainWorkerSuccess', worker: { id, name: 'rack-4', status: 'DRAINING', slotsUsed: 1 } })
  expect(await worker.hears('drain')).toEqual({ type: 'drain' })
  const { data } = await askAs(world.editorKey.text)('query ($name: String!) { workPool(name: $name) { status } }', { name: pool.name })
  expect(data.workPool.status).toBe('NOT_READY')
  // What it said on its way does not count.
  worker.say({ type: 'room', free: 3, draining: false })
  const waits = await pool.insertRun()
  await pool.ring()
  expect((await pool.offer()).outcome).toBe('declined')
  expect(await world.readRun(waits)).toMatchObject({ holder: null })
  const { data: asked } = await askAs(world.editorKey.text)('query ($id: ID!) { flowRun(id: $id) { why { waitingFor { kind message } } } }', {
    id: waits,
  })
  expect(asked.flowRun.why.waitingFor).toEqual([
    { kind: 'NO_WORKER', message: `The only worker of pool ${pool.name} is leaving and takes nothing new` },
  ])
  expect(await world.readRun(first)).toMatchObject({ holder: { sessionId: worker.sessionId } })

  // Asked again it is told again, and noted once.
  expect(await drain(world, shown?.uuid as string)).toMatchObject({ worker: { status: 'DRAINING' } })
  await worker.hears('drain')
  expect(await deeds(world, shown?.uuid as string)).toMatchObject([{ details: { name: 'rack-4' } }])

  // The line breaks: the same life is told again, on whatever line it comes; the next life of the worker is not.
  worker.leave()
  const again = await TestWorker.start(world, pool.name, {
    name: 'rack-4',
    sessionId: worker.sessionId,
    understands: ['drain'],
    holding: [{ flowRunId: first, epoch: 1 }],
  })
  await again.hears('drain')
  expect((await pool.offer()).outcome).toBe('declined')
  again.leave(1000)
  await expect.poll(async () => (await workersOf(world, pool.name))[0]?.status).toBe('OFFLINE')
  const next = await TestWorker.start(world, pool.name, { name: 'rack-4', understands: ['drain'] })
  expect(await next.takes(1)).toMatchObject([{ flowRunId: waits, epoch: 1 }])
  expect(await workersOf(world, pool.name)).toMatchObject([{ name: 'rack-4', status: 'ONLINE' }])
  expect(next.heard.map(({ type }) => type)).not.toContain('drain')
})

test('a worker that drains by its own word is shown as that, and is asked nothing when it is drained', async () => {
  const world = await makeWorkspace()
  const pool = await world.makePool()
  const worker = await TestWorker.start(world, pool.name)
  worker.say({ type: 'room', free: 4, draining: true })
  await expect.poll(async () => (await workersOf(world, pool.name))[0]?.status).toBe('DRAINING')
  const [{ id, uuid } = { id: '', uuid: '' }] = await workersOf(world, pool.name)
  expect(await drain(world, id)).toMatchObject({ __typename: 'DrainWorkerSuccess' })
  expect(await deeds(world, uuid)).toEqual([])
})

test('who cannot be drained is left alone, and the answer says why: an older worker, one that is offline, one that is not there', async () => {
  const world = await makeWorkspace()
  const other = await makeWorkspace()
  const pool = await world.makePool()
  const old = await TestWorker.start(world, pool.name, { name: 'old' })
  const [{ id, uuid } = { id: '', uuid: '' }] = await workersOf(world, pool.name)
  expect(await drain(world, id)).toEqual({
    __typename: 'ConflictError',
    code: 'CONFLICT',
    message: 'The worker runs weirflow 0.1.0, which cannot be drained from afar.',
    path: ['id'],
    hint: expect.stringContaining('SIGTERM'),
  })
  const run = await pool.insertRun()
  await pool.ring()
  expect(await old.takes(1)).toMatchObject([{ flowRunId: run }])
  expect(old.heard.map(({ type }) => type)).not.toContain('drain')
  expect(await workersOf(world, pool.name)).toMatchObject([{ status: 'ONLINE' }])

  old.leave(1000)
  await expect.poll(async () => (await workersOf(world, pool.name))[0]?.status).toBe('OFFLINE')
  expect(await drain(world, id)).toMatchObject({ __typename: 'ConflictError', message: 'The worker is offline: nothing is given to it.' })
  expect(await deeds(world, uuid)).toEqual([])
  expect(await drain(world, id, other.editorKey.text)).toMatchObject({ __typename: 'NotFoundError', path: ['id'] })
  expect(await drain(world, encodeId('WorkPool', pool.id))).toMatchObject({ __typename: 'ValidationError' })
})
