import { expect, test } from 'vitest'
import { makeWorkspace, RunningRun, TestWorker } from '../../support/engine-world.ts'

test('an offered run is on the wire of a worker with room, claimed and startable', async () => {
  const world = await makeWorkspace()
  const pool = await world.makePool()
  const worker = await TestWorker.start(world, pool.name)
  const run = pool.newRun({ parameters: { city: 'Bern' } })
  const answer = await pool.stub.offer({ workspaceId: world.workspaceId, workPoolId: pool.id, flowRun: run })
  expect(answer).toMatchObject({ outcome: 'assigned', sessionId: worker.sessionId })
  const [assignment] = await worker.takes(1)
  expect(assignment).toMatchObject({ flowRunId: run.id, epoch: 1, mayStart: true, flowRun: { parameters: { city: 'Bern' } }, deployment: { entrypoint: 'flow.ts:flow' } })
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
