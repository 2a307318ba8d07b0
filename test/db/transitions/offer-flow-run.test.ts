import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '../../../core/ids.ts'
import type { Db } from '../../../db/client.ts'
import { listFlowRunStates } from '../../../db/queries/flow-run-states/list-flow-run-states.ts'
import { findFlowRuns } from '../../../db/queries/flow-runs/find-flow-runs.ts'
import { listAssignmentsByState } from '../../../db/queries/flow-runs/list-assignments.ts'
import { insertFlowRun } from '../../../db/transitions/insert-flow-run.ts'
import { offerFlowRun } from '../../../db/transitions/offer-flow-run.ts'
import { endSessions } from '../../../db/transitions/sessions.ts'
import { startFlowRun } from '../../../db/transitions/start-flow-run.ts'
import { startTestDatabase, type TestDatabase } from '../../support/database.ts'
import {
  type Fixture,
  insertDueRuns,
  makeClaimedRun,
  makeDeployment,
  makeFixture,
  makeSession,
  newFlowRun,
  stateOf,
  type TestSession,
} from '../../support/record-fixture.ts'

let database: TestDatabase
let db: Db

beforeAll(async () => {
  database = await startTestDatabase()
  db = await database.makeWorkspace()
})
afterAll(() => database?.stop())

const offer = (fixture: Fixture, session: TestSession, init: Parameters<typeof newFlowRun>[1] = {}) =>
  db.run(offerFlowRun({ flowRun: newFlowRun(fixture, init), ...session, stateId: newId() }))

test('a run that nothing stands before is inserted PENDING with lease, slots and assignment in one round trip', async () => {
  const fixture = await makeFixture(db, { poolLimit: 1 })
  const session = await makeSession(fixture)
  const flowRun = newFlowRun(fixture, { idempotencyKey: 'once', tags: ['x'] })
  const stateId = newId()
  const before = db.roundTrips
  const [answer, assignments] = await db.batch(
    offerFlowRun({ flowRun, ...session, stateId }),
    listAssignmentsByState([{ flowRunId: flowRun.id, stateId }]),
  )
  expect(db.roundTrips - before).toBe(1)
  expect(answer).toMatchObject({ outcome: 'assigned', claimedAt: assignments[0]?.claimedAt })
  expect(assignments[0]).toMatchObject({ flowRunId: flowRun.id, stateId, epoch: 1, sessionId: session.sessionId })
  const [[run], states] = await db.batch(findFlowRuns([flowRun.id]), listFlowRunStates([flowRun.id]))
  expect(run).toMatchObject({ state: { id: stateId, type: 'PENDING' }, worker: { id: session.workerId }, tags: ['x'], idempotencyKey: 'once' })
  expect(states.map((state) => state.type)).toEqual(['SCHEDULED', 'PENDING'])
  expect(await offer(fixture, session)).toEqual({ outcome: 'declined', reason: 'limit' })
})

test('the same id or the same idempotency key gives the run that exists', async () => {
  const fixture = await makeFixture(db)
  const session = await makeSession(fixture)
  const first = newFlowRun(fixture, { idempotencyKey: 'key' })
  expect(await db.run(offerFlowRun({ flowRun: first, ...session, stateId: newId() }))).toMatchObject({ outcome: 'assigned' })
  expect(await db.run(offerFlowRun({ flowRun: first, ...session, stateId: newId() }))).toEqual({ outcome: 'existed', flowRunId: first.id })
  expect(await offer(fixture, session, { idempotencyKey: 'key' })).toEqual({ outcome: 'existed', flowRunId: first.id })
  expect(await db.run(insertFlowRun(newFlowRun(fixture, { idempotencyKey: 'key' })))).toMatchObject({ existed: true, flowRunId: first.id })
  expect(await db.run(insertFlowRun(first))).toMatchObject({ existed: true, flowRunId: first.id })
})

test('16 offers with one idempotency key make one run', async () => {
  const fixture = await makeFixture(db)
  const session = await makeSession(fixture)
  const answers = await Promise.all(
    Array.from({ length: 16 }, (_, index) =>
      index % 2 ? offer(fixture, session, { idempotencyKey: 'racing' }) : db.run(insertFlowRun(newFlowRun(fixture, { idempotencyKey: 'racing' }))),
    ),
  )
  const made = answers.filter((answer) => ('existed' in answer ? !answer.existed : answer.outcome === 'assigned'))
  expect(made).toHaveLength(1)
  const { rows } = await (await database.client()).query(`select count(*)::int as runs from flow_runs where idempotency_key = 'racing'`)
  expect(rows[0]?.runs).toBe(1)
})

test('declined while something due of the same or a higher priority waits; what is itself blocked does not count', async () => {
  const fixture = await makeFixture(db, { concurrencyLimit: 1 })
  const session = await makeSession(fixture)
  const open: Fixture = { ...fixture, deployment: await makeDeployment(db, { workPoolName: fixture.deployment.workPool.name, name: 'open' }) }
  await makeClaimedRun(fixture, session)
  await insertDueRuns(fixture, 3)
  expect(await offer(open, session)).toMatchObject({ outcome: 'assigned' })
  await insertDueRuns(open, 1, { scheduledTime: Date.now() + 60_000 })
  expect(await offer(open, session)).toMatchObject({ outcome: 'assigned' })
  await insertDueRuns(open, 1)
  expect(await offer(open, session)).toEqual({ outcome: 'declined', reason: 'waiting' })
})

test('what waits in a queue of lower priority does not stand before it', async () => {
  const fixture = await makeFixture(db, { workPoolName: 'priorities' })
  const session = await makeSession(fixture)
  const owner = await database.client()
  await owner.query(
    `insert into work_queues (workspace_id, id, work_pool_id, name, priority, is_paused, created_at) values ($1, $2, $3, 'low', 2, false, now())`,
    [db.workspaceId, newId(), fixture.workPoolId],
  )
  const low = { ...fixture, deployment: await makeDeployment(db, { flowName: 'low', workPoolName: 'priorities', workQueueName: 'low' }) }
  await insertDueRuns(low, 1)
  expect(await offer(low, session)).toEqual({ outcome: 'declined', reason: 'waiting' })
  expect(await offer(fixture, session)).toMatchObject({ outcome: 'assigned' })
})

test('declined for a session that is over and into a paused deployment', async () => {
  const fixture = await makeFixture(db)
  const session = await makeSession(fixture)
  await (await database.client()).query('update deployments set is_paused = true where id = $1', [fixture.deployment.id])
  expect(await offer(fixture, session)).toEqual({ outcome: 'declined', reason: 'paused' })
  await (await database.client()).query('update deployments set is_paused = false where id = $1', [fixture.deployment.id])
  await db.run(endSessions([session.sessionId]))
  expect(await offer(fixture, session)).toEqual({ outcome: 'declined', reason: 'session' })
})

test('a script starts RUNNING at epoch 1 with its runner as holder, once for its id', async () => {
  const script = {
    id: newId(),
    flowId: newId(),
    flowName: 'script',
    name: 'by hand',
    parameters: { a: 1 },
    tags: ['t'],
    createdAt: Date.now(),
    createdBy: 'key',
    state: stateOf({ type: 'RUNNING' }),
  }
  expect(await db.run(startFlowRun(script))).toMatchObject({ existed: false, stateId: script.state.id, epoch: 1 })
  expect(await db.run(startFlowRun({ ...script, flowId: newId(), state: stateOf({ type: 'RUNNING' }) }))).toMatchObject({
    existed: true,
    stateId: script.state.id,
  })
  const [run] = await db.run(findFlowRuns([script.id]))
  expect(run).toMatchObject({
    state: script.state,
    flow: { id: script.flowId, name: 'script' },
    facts: { holder: { kind: 'runner' }, epoch: 1 },
    runCount: 1,
    deployment: null,
  })
})
