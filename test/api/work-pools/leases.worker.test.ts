import { evictDurableObject, runInDurableObject } from 'cloudflare:test'
import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import type { WorkPool } from '../../../api/work-pools/coordinator.ts'
import { eventually, makeWorkspace, query, RunningRun, TestWorker, type World } from '../../support/engine-world.ts'

type Pool = Awaited<ReturnType<World['makePool']>>

/** One worker with one run, RUNNING. */
async function startRun(options: Parameters<World['makePool']>[0] = {}) {
  const world = await makeWorkspace()
  const pool = await world.makePool(options)
  const worker = await TestWorker.start(world, pool.name, { name: 'one' })
  await pool.offer()
  const [assignment] = await worker.takes(1)
  const run = new RunningRun(assignment!)
  await worker.reports(run.becomes('RUNNING'))
  return { world, pool, worker, run }
}

/** Puts the pool to sleep, without an alarm that wakes it. What it heard and has not yet written down is forgotten, and it judges when it wakes. */
async function putToSleep(pool: Pool): Promise<void> {
  await runInDurableObject(pool.stub as never, (_, state) => state.storage.deleteAlarm())
  await evictDurableObject(pool.stub as never)
}

/** Lets the judge of the pool look now, and waits until it has written. */
async function judge(pool: Pool): Promise<void> {
  await putToSleep(pool)
  await runInDurableObject(pool.stub as never, (instance) => (instance as unknown as WorkPool).alarm())
}

/** Moves the clock of the record for this pool: everybody was heard so many seconds earlier; the judge looked then. */
async function letTimePass(world: World, pool: Pool, seconds: number, judgeLookedAgo: number) {
  await putToSleep(pool)
  await pool.wasJudged(judgeLookedAgo)
  await query(
    sql`update flow_runs set heard_at = heard_at - ${seconds} * interval '1 second' where workspace_id = ${world.workspaceId} and work_pool_id = ${pool.id}`,
  )
}

/** The worker's process dies and is started again under its name: its runs are lost, seen by the record. */
async function restart(world: World, pool: Pool, worker: TestWorker): Promise<TestWorker> {
  worker.leave()
  await putToSleep(pool)
  const next = await eventually(async () => {
    const trial = await TestWorker.open(world, pool.name)
    trial.hello({ name: 'one' })
    const heard = await Promise.race([trial.hears('welcome'), trial.isDismissed()])
    return heard.type === 'welcome' && trial
  })
  await eventually(async () => {
    const [row] = await query<{ count: number }>(
      sql`select count(*)::int as count from flow_runs where workspace_id = ${world.workspaceId} and holder_kind is not null`,
    )
    return row?.count === 0
  })
  return next
}

test('a worker silent for 90 s has lost its run, and its slot is free', async () => {
  const { world, pool, run } = await startRun({ limit: 1 })
  await letTimePass(world, pool, 100, 5)
  await judge(pool)
  expect(await world.readRun(run.flowRunId)).toMatchObject({ state: { type: 'CRASHED', details: { cause: 'lost' } }, holder: null, epoch: 1 })
  const [slots] = await query<{ count: number }>(sql`select count(*)::int as count from slots where workspace_id = ${world.workspaceId}`)
  expect(slots?.count).toBe(0)
})

test('one that was heard 80 s ago is left alone', async () => {
  const { world, pool, run } = await startRun()
  await letTimePass(world, pool, 80, 5)
  await judge(pool)
  expect((await world.readRun(run.flowRunId)).state.type).toBe('RUNNING')
})

test('a judge that was away itself judges nobody: our absence kills no run', async () => {
  const { world, pool, run } = await startRun()
  await letTimePass(world, pool, 200, 60)
  await judge(pool)
  expect((await world.readRun(run.flowRunId)).state.type).toBe('RUNNING')
})

test('a lost run is taken up again by a report of its own epoch', async () => {
  const { world, pool, worker, run } = await startRun({ limit: 1 })
  await letTimePass(world, pool, 100, 5)
  await judge(pool)
  await evictDurableObject(pool.stub as never)
  const renewed = await worker.renews([run])
  expect(renewed.lost).toEqual([])
  const [answer] = await worker.reports(run.logs('still here'))
  expect(answer).toMatchObject({ acknowledged: 2, stateType: 'RUNNING' })
  expect(await world.readRun(run.flowRunId)).toMatchObject({
    state: { type: 'RUNNING', message: 'Contact regained' },
    holder: { kind: 'worker', sessionId: worker.sessionId },
  })
  await worker.reports(run.becomes('COMPLETED'))
  expect((await world.readRun(run.flowRunId)).state.type).toBe('COMPLETED')
})

test('a spool that the next life of a worker delivers re-opens its run, but that life does not hold it', async () => {
  const { world, pool, worker, run } = await startRun()
  const next = await restart(world, pool, worker)
  expect(await world.readRun(run.flowRunId)).toMatchObject({ state: { type: 'CRASHED', details: { cause: 'lost' } }, holder: null })
  await next.reports(run.logs('left behind'))
  expect(await world.readRun(run.flowRunId)).toMatchObject({ state: { type: 'RUNNING' }, holder: { kind: 'runner' } })
  await next.reports(run.becomes('COMPLETED'))
  expect(await world.readRun(run.flowRunId)).toMatchObject({ state: { type: 'COMPLETED' }, holder: null })
})

test('a renewal moves the fence by an answer of the record, and names what was given out again', async () => {
  const { world, pool, worker, run } = await startRun()
  const before = (await world.readRun(run.flowRunId)).heardAt as number
  await query(sql`update flow_runs set heard_at = heard_at - interval '40 seconds' where id = ${run.flowRunId}`)
  await evictDurableObject(pool.stub as never)
  expect(await worker.renews([run])).toMatchObject({ fence: 75_000, lost: [] })
  expect((await world.readRun(run.flowRunId)).heardAt).toBeGreaterThan(before)
  const stranger = { flowRunId: '0199a5b0-0000-7000-8000-000000000009', epoch: 3 }
  await query(sql`update flow_runs set epoch = 2 where id = ${run.flowRunId}`)
  await evictDurableObject(pool.stub as never)
  const { lost } = await worker.renews([run, stranger])
  expect(lost).toEqual([{ flowRunId: run.flowRunId, epoch: 1 }, stranger])
})

test('a closed socket alone loses nothing', async () => {
  const { world, pool, worker, run } = await startRun()
  worker.leave(4000)
  await judge(pool)
  expect((await world.readRun(run.flowRunId)).state.type).toBe('RUNNING')
  const back = await TestWorker.start(world, pool.name, { name: 'one', sessionId: worker.sessionId, holding: [run] })
  await back.reports(run.becomes('COMPLETED'))
  expect((await world.readRun(run.flowRunId)).state.type).toBe('COMPLETED')
})

test('the same worker as a new process is a witnessed death of the old one', async () => {
  const { world, pool, worker, run } = await startRun()
  worker.leave(4000)
  await eventually(async () => worker.closed)
  await TestWorker.start(world, pool.name, { name: 'one' })
  const lost = await eventually(async () => {
    const facts = await world.readRun(run.flowRunId)
    return facts.state.type === 'CRASHED' ? facts : null
  })
  expect(lost).toMatchObject({ state: { message: expect.stringMatching(/died/), details: { cause: 'lost' } }, holder: null })
})

test('a second worker of the same name is sent away while the first one lives', async () => {
  const { world, pool, run } = await startRun()
  const second = await TestWorker.open(world, pool.name)
  second.hello({ name: 'one' })
  expect(await second.isDismissed()).toMatchObject({ code: 'name_taken', retry: true, closeCode: 4408 })
  expect((await world.readRun(run.flowRunId)).state.type).toBe('RUNNING')
})

test('a second socket of the same session takes the place of the first, which may come again: a hello may have been held back on the way', async () => {
  const { world, pool, worker, run } = await startRun()
  const second = await TestWorker.start(world, pool.name, { name: 'one', sessionId: worker.sessionId, holding: [run] })
  expect(await worker.isDismissed()).toMatchObject({ code: 'superseded', retry: true, closeCode: 4409 })
  await pool.offer()
  const [taken] = await second.takes(1)
  const again = await TestWorker.start(world, pool.name, { name: 'one', sessionId: worker.sessionId, holding: [run, taken!] })
  expect(await again.hears('renewed')).toMatchObject({ lost: [] })
  expect(await second.isDismissed()).toMatchObject({ code: 'superseded', retry: true })
})

test('a session that a newer life has ended must come with a new one', async () => {
  const { world, pool, worker } = await startRun()
  worker.leave(4000)
  await eventually(async () => worker.closed)
  const newer = await TestWorker.start(world, pool.name, { name: 'one' })
  newer.leave(4000)
  await eventually(async () => newer.closed)
  const ghost = await TestWorker.open(world, pool.name, worker.sessionId)
  ghost.hello({ name: 'one' })
  expect(await ghost.isDismissed()).toMatchObject({ code: 'superseded', retry: false })
})

test('runs that no runner got go back under a new epoch and are given out again', async () => {
  const world = await makeWorkspace()
  const pool = await world.makePool()
  const worker = await TestWorker.start(world, pool.name, { slots: 3 })
  await pool.offer()
  const [first] = (await worker.hears('assign')).assignments
  worker.say({ type: 'hand-back', runs: [{ flowRunId: first!.flowRunId, epoch: 1, reason: 'all slots are taken' }] })
  const [again] = await worker.takes(1)
  expect(again).toMatchObject({ flowRunId: first!.flowRunId, epoch: 2 })
  expect(await world.readRun(first!.flowRunId)).toMatchObject({ state: { type: 'PENDING' }, epoch: 2, lastN: 0 })
})

test('a run that has begun cannot be handed back', async () => {
  const { world, pool, worker, run } = await startRun()
  await evictDurableObject(pool.stub as never)
  worker.say({ type: 'hand-back', runs: [{ flowRunId: run.flowRunId, epoch: 1, reason: 'changed my mind' }] })
  await worker.renews([run])
  expect(await world.readRun(run.flowRunId)).toMatchObject({ state: { type: 'RUNNING' }, epoch: 1 })
})

test('a worker that leaves for good gives up what it held, at once', async () => {
  const { world, worker, run } = await startRun()
  worker.leave(1000)
  await eventually(async () => (await world.readRun(run.flowRunId)).state.type === 'CRASHED')
})

test('a pool whose workers hold nothing has no alarm once its judge has looked', async () => {
  const { pool, worker, run } = await startRun()
  await worker.reports(run.becomes('COMPLETED'))
  await judge(pool)
  expect(await runInDurableObject(pool.stub as never, (_, state) => state.storage.getAlarm())).toBeNull()
})
