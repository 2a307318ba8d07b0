import { evictDurableObject, runInDurableObject } from 'cloudflare:test'
import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { WorkPool } from '../../../api/work-pools/coordinator.ts'
import { env, eventually, makeWorkspace, query, RunningRun, TestWorker } from '../../support/engine-world.ts'

test('an evicted pool still knows its workers and their room', async () => {
  const world = await makeWorkspace()
  const pool = await world.makePool()
  const worker = await TestWorker.start(world, pool.name, { slots: 2 })
  await pool.offer()
  await worker.takes(1)
  await evictDurableObject(pool.stub as never)
  expect((await pool.offer()).outcome).toBe('assigned')
  await worker.hears('assign')
  await evictDurableObject(pool.stub as never)
  expect((await pool.offer()).outcome).toBe('declined')
})

test('what was pushed and not acknowledged is sent again when the worker comes back with the same session', async () => {
  const world = await makeWorkspace()
  const pool = await world.makePool()
  const worker = await TestWorker.start(world, pool.name, { name: 'one' })
  await pool.offer()
  const [lost] = (await worker.hears('assign')).assignments
  await evictDurableObject(pool.stub as never, { webSockets: 'close' })
  await eventually(async () => worker.closed)
  const back = await TestWorker.start(world, pool.name, { name: 'one', sessionId: worker.sessionId })
  const [again] = await back.takes(1)
  expect(again).toMatchObject({ flowRunId: lost!.flowRunId, epoch: 1, stateId: lost!.stateId, claimedAt: lost!.claimedAt })
})

test('what was pushed and not acknowledged is sent again after hibernation, without a word of the worker', async () => {
  const world = await makeWorkspace()
  const pool = await world.makePool()
  const worker = await TestWorker.start(world, pool.name)
  await pool.offer()
  const [lost] = (await worker.hears('assign')).assignments
  await query(sql`update flow_runs set claimed_at = claimed_at - interval '10 seconds' where id = ${lost!.flowRunId}`)
  await evictDurableObject(pool.stub as never)
  await pool.ring()
  const [again] = await worker.takes(1)
  expect(again).toMatchObject({ flowRunId: lost!.flowRunId, epoch: 1 })
})

test('a run that is RUNNING by the record is not sent again to a worker that does not name it', async () => {
  const world = await makeWorkspace()
  const pool = await world.makePool()
  const worker = await TestWorker.start(world, pool.name)
  await pool.offer()
  const [assignment] = await worker.takes(1)
  await worker.reports(new RunningRun(assignment!).becomes('RUNNING'))
  await evictDurableObject(pool.stub as never)
  await worker.renews([])
  expect(worker.heard).toEqual([])
  expect((await world.readRun(assignment!.flowRunId)).state.type).toBe('RUNNING')
})

test('a pool without any memory serves a worker that comes back, and finds what waits', async () => {
  const world = await makeWorkspace()
  const pool = await world.makePool()
  const worker = await TestWorker.start(world, pool.name, { name: 'one', slots: 1 })
  await pool.offer()
  const [held] = await worker.takes(1)
  const waiting = await pool.insertRun()
  await runInDurableObject(pool.stub as never, (_, state) => state.storage.deleteAll())
  await evictDurableObject(pool.stub as never, { webSockets: 'close' })
  await eventually(async () => worker.closed)
  const back = await TestWorker.start(world, pool.name, { name: 'one', sessionId: worker.sessionId, slots: 2, holding: [held!] })
  expect((await back.takes(1))[0]?.flowRunId).toBe(waiting)
  expect(back.heard.filter(({ type }) => type === 'assign')).toEqual([])
})

test('two objects of one pool, each believing it is the only one, pass no limit and give no run twice', async () => {
  const world = await makeWorkspace()
  const pool = await world.makePool({ limit: 3 })
  const worker = await TestWorker.start(world, pool.name, { slots: 50 })
  await Promise.all(Array.from({ length: 10 }, () => pool.insertRun()))
  const names = { workspaceId: world.workspaceId, workPoolId: pool.id }
  await runInDurableObject(pool.stub as never, async (instance, state) => {
    const twin = new WorkPool(state, env)
    const offers = Array.from({ length: 6 }, (_, n) => (n % 2 ? twin : (instance as unknown as WorkPool)).offer({ ...names, flowRun: pool.newRun() }))
    await Promise.all([twin.ring({ ...names, dueAt: null }), (instance as unknown as WorkPool).ring({ ...names, dueAt: null }), ...offers])
  })
  const taken = await worker.takes(3)
  expect(new Set(taken.map(({ flowRunId }) => flowRunId)).size).toBe(3)
  await evictDurableObject(pool.stub as never)
  await worker.renews(taken)
  expect(worker.heard).toEqual([])
})
