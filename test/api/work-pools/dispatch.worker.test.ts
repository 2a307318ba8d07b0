import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { eventually, makeWorkspace, query, RunningRun, TestWorker } from '../../support/engine-world.ts'

test('an offered run is on the wire of a worker with room, claimed and startable', async () => {
  const world = await makeWorkspace()
  const pool = await world.makePool()
  const worker = await TestWorker.start(world, pool.name)
  const run = pool.newRun({ parameters: { city: 'Bern' } })
  const answer = await pool.stub.offer({ workspaceId: world.workspaceId, workPoolId: pool.id, flowRun: run })
  expect(answer).toMatchObject({ outcome: 'assigned', sessionId: worker.sessionId })
  const [assignment] = await worker.takes(1)
  expect(assignment).toMatchObject({
    flowRunId: run.id,
    epoch: 1,
    mayStart: true,
    flowRun: { parameters: { city: 'Bern' } },
    deployment: { entrypoint: 'flow.ts:flow' },
  })
  expect(await world.readRun(run.id)).toMatchObject({ state: { type: 'PENDING' }, holder: { kind: 'worker', sessionId: worker.sessionId }, epoch: 1 })
})

test('a run goes from claim to completion, and its slot is free again', async () => {
  const world = await makeWorkspace()
  const pool = await world.makePool({ limit: 1 })
  const worker = await TestWorker.start(world, pool.name)
  await pool.offer()
  const [assignment] = await worker.takes(1)
  const run = new RunningRun(assignment!)
  await worker.reports(run.becomes('RUNNING').logs('hello'))
  expect(await world.readRun(run.flowRunId)).toMatchObject({ state: { type: 'RUNNING' }, runCount: 1, lastN: 1 })
  await worker.reports(run.becomes('COMPLETED'))
  expect(await world.readRun(run.flowRunId)).toMatchObject({ state: { type: 'COMPLETED' }, holder: null, lastN: 2 })
  expect((await pool.offer()).outcome).toBe('assigned')
})

test('a ring gives out what waits: highest priority and oldest first, up to the room that there is', async () => {
  const world = await makeWorkspace()
  const pool = await world.makePool()
  const now = Date.now()
  const late = await pool.insertRun({ scheduledTime: now - 1_000 })
  const first = await pool.insertRun({ scheduledTime: now - 3_000 })
  const second = await pool.insertRun({ scheduledTime: now - 2_000 })
  const worker = await TestWorker.start(world, pool.name, { slots: 2 })
  const taken = await worker.takes(2)
  expect(taken.map(({ flowRunId }) => flowRunId).sort()).toEqual([first, second].sort())
  expect((await world.readRun(late)).state.type).toBe('SCHEDULED')
  worker.say({ type: 'room', free: 1, draining: false })
  expect((await worker.takes(1))[0]?.flowRunId).toBe(late)
})

test('an offer is declined while something older waits', async () => {
  const world = await makeWorkspace()
  const pool = await world.makePool()
  await pool.insertRun()
  const worker = await TestWorker.start(world, pool.name)
  // The claim that follows a hello is over; it would take the next one too.
  await worker.takes(1)
  const waiting = await pool.insertRun()
  expect(await pool.offer()).toEqual({ outcome: 'declined', reason: 'waiting' })
  await pool.ring()
  expect((await worker.takes(1))[0]?.flowRunId).toBe(waiting)
})

test('without room an offer is declined and nothing is written', async () => {
  const world = await makeWorkspace()
  const pool = await world.makePool()
  const run = pool.newRun()
  expect((await pool.stub.offer({ workspaceId: world.workspaceId, workPoolId: pool.id, flowRun: run })).outcome).toBe('declined')
  await TestWorker.start(world, pool.name, { slots: 1, holding: [{ flowRunId: run.id, epoch: 1 }] })
  expect((await pool.stub.offer({ workspaceId: world.workspaceId, workPoolId: pool.id, flowRun: run })).outcome).toBe('declined')
  await expect(world.readRun(run.id)).rejects.toThrow()
})

test('the same idempotency key is answered with the run that exists', async () => {
  const world = await makeWorkspace()
  const pool = await world.makePool()
  await TestWorker.start(world, pool.name)
  const run = pool.newRun({ idempotencyKey: 'once' })
  const names = { workspaceId: world.workspaceId, workPoolId: pool.id }
  expect((await pool.stub.offer({ ...names, flowRun: run })).outcome).toBe('assigned')
  expect(await pool.stub.offer({ ...names, flowRun: pool.newRun({ idempotencyKey: 'once' }) })).toEqual({ outcome: 'existed', flowRunId: run.id })
})

test('two workers racing for 200 runs get each of them once, and no limit is passed', async () => {
  const world = await makeWorkspace()
  const pool = await world.makePool({ limit: 7 })
  const workers = await Promise.all([1, 2].map(() => TestWorker.start(world, pool.name, { slots: 5 })))
  const ids = await Promise.all(Array.from({ length: 200 }, () => pool.insertRun()))
  await pool.ring()
  const done: string[] = []
  const running = new Set<string>()
  let most = 0
  const finished = Promise.withResolvers<void>()
  const serve = async (worker: TestWorker) => {
    const own = new Set<string>()
    for (;;) {
      const { assignments } = await worker.hears('assign')
      worker.acknowledge(assignments)
      for (const assignment of assignments) {
        running.add(assignment.flowRunId)
        own.add(assignment.flowRunId)
        most = Math.max(most, running.size)
        void finish(worker, new RunningRun(assignment), own)
      }
    }
  }
  const finish = async (worker: TestWorker, run: RunningRun, own: Set<string>) => {
    await worker.reports(run.becomes('RUNNING'))
    running.delete(run.flowRunId)
    await worker.reports(run.becomes('COMPLETED'))
    own.delete(run.flowRunId)
    done.push(run.flowRunId)
    worker.say({ type: 'room', free: 5 - own.size, draining: false })
    if (done.length === ids.length) finished.resolve()
  }
  for (const worker of workers) serve(worker).catch(() => {})
  await finished.promise
  expect([...done].sort()).toEqual([...ids].sort())
  expect(most).toBeLessThanOrEqual(7)
})

test('a run that its deployment blocks does not block those behind it', async () => {
  const world = await makeWorkspace()
  const pool = await world.makePool({ deploymentLimit: 1 })
  const worker = await TestWorker.start(world, pool.name)
  await pool.offer()
  await worker.takes(1)
  const blocked = await pool.insertRun({ scheduledTime: Date.now() - 1_000 })
  const free = await pool.insertRun(await pool.another())
  await pool.ring()
  expect((await worker.takes(1))[0]?.flowRunId).toBe(free)
  expect((await world.readRun(blocked)).state.type).toBe('SCHEDULED')
})

test('a run due later is given out at its time by the alarm of its pool', async () => {
  const world = await makeWorkspace()
  const pool = await world.makePool()
  const worker = await TestWorker.start(world, pool.name)
  const dueAt = Date.now() + 300
  const run = await pool.insertRun({ scheduledTime: dueAt })
  await pool.ring(dueAt)
  expect((await worker.takes(1))[0]?.flowRunId).toBe(run)
  expect(Date.now()).toBeGreaterThanOrEqual(dueAt)
})

test('a deployment that does not let its runs wait has those cancelled that come while its limit is full', async () => {
  const world = await makeWorkspace()
  const pool = await world.makePool({ deploymentLimit: 1 })
  const { deploymentId } = pool.newRun()
  await query(sql`update limits set collision_strategy = 'CANCEL_NEW' where id = ${deploymentId}::uuid`)
  const worker = await TestWorker.start(world, pool.name)
  const [first, second] = [await pool.insertRun({ scheduledTime: Date.now() - 2_000 }), await pool.insertRun({ scheduledTime: Date.now() - 1_000 })]
  await pool.ring()
  const [assignment] = await worker.takes(1)
  expect(assignment?.flowRunId).toBe(first)
  await eventually(async () => (await world.readRun(second)).state.type === 'CANCELLED')
  expect((await world.readRun(second)).state.message).toMatch(/limit of its deployment was full/)
  const third = await pool.insertRun()
  await pool.ring()
  await eventually(async () => (await world.readRun(third)).state.type === 'CANCELLED')
})
