import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '../../../core/ids.ts'
import { WORK_POOLS_TOPIC } from '../../../core/topics.ts'
import type { Db } from '../../../db/client.ts'
import { type ChangePosition, readChanges } from '../../../db/queries/changes/read-changes.ts'
import { findFlowRuns } from '../../../db/queries/flow-runs/find-flow-runs.ts'
import { listAssignmentsOfSession } from '../../../db/queries/flow-runs/list-assignments.ts'
import { listAllRunsToJudge, listOverdueCancellations, listRunsToJudge } from '../../../db/queries/flow-runs/list-runs-to-judge.ts'
import { readFlowRunFacts } from '../../../db/queries/flow-runs/read-flow-run-facts.ts'
import { readWhy } from '../../../db/queries/flow-runs/read-why.ts'
import { listDuePools } from '../../../db/queries/maintenance/list-due-pools.ts'
import { countHeldLeases } from '../../../db/queries/work-pools/count-held-leases.ts'
import { findWorkPoolByName, findWorkPools, listWorkPools } from '../../../db/queries/work-pools/find-work-pools.ts'
import { createWorkPool } from '../../../db/queries/work-pools/create-work-pool.ts'
import { listWorkers } from '../../../db/queries/workers/list-workers.ts'
import { applyChanges } from '../../../db/transitions/apply-changes.ts'
import { endSessions, openSession, renewSessions } from '../../../db/transitions/sessions.ts'
import { tickJudge } from '../../../db/transitions/tick-judge.ts'
import { startTestDatabase, type TestDatabase } from '../../support/database.ts'
import { insertDueRuns, makeClaimedRun, makeFixture, makeSession, stateOf } from '../../support/record-fixture.ts'

let database: TestDatabase
let db: Db

beforeAll(async () => {
  database = await startTestDatabase()
  db = await database.makeWorkspace()
})
afterAll(() => database?.stop())

const sql = async (text: string, values: unknown[] = []) => (await (await database.client()).query(text, values)).rows
/** Moves all contact of the session into the past. */
const silence = async (sessionId: string, seconds: number) => {
  await sql(`update flow_runs set heard_at = heard_at - $2 * interval '1 second' where holder_session_id = $1`, [sessionId, seconds])
  await sql(`update worker_sessions set heard_at = heard_at - $2 * interval '1 second' where id = $1`, [sessionId, seconds])
}

test('hello is idempotent: the same session comes back to the same worker and learns what it holds', async () => {
  const fixture = await makeFixture(db)
  const session = await makeSession(fixture, { name: 'alpha' })
  const { flowRunId, stateId } = await makeClaimedRun(fixture, session)
  const hello = {
    workPoolId: fixture.workPoolId,
    sessionId: session.sessionId,
    newWorkerId: newId(),
    worker: { name: 'alpha', type: 'process', version: '0.0.1', hostname: 'h', labels: { zone: 'a' } },
    queues: ['default'],
    slots: 7,
  }
  await silence(session.sessionId, 60)
  const again = await db.run(openSession(hello))
  expect(again).toMatchObject({
    workerId: session.workerId,
    resumed: true,
    ended: false,
    endedSessionIds: [],
    holding: [{ flowRunId, epoch: 1, stateId, stateType: 'PENDING' }],
  })
  expect((await db.run(readFlowRunFacts([flowRunId]))).runs.get(flowRunId)?.facts.heardAt).toBe(again.now)
  const [worker] = await db.run(listWorkers(fixture.workPoolId))
  expect(worker).toMatchObject({ id: session.workerId, version: '0.0.1', labels: { zone: 'a' }, slots: 7, slotsUsed: 1, hasLeft: false })
  expect(await db.run(listAssignmentsOfSession({ sessionId: session.sessionId, flowRunIds: [flowRunId, newId()] }))).toHaveLength(1)
})

test('a new life of a worker ends the old one, whose runs can be judged at once; the old one cannot come back', async () => {
  const fixture = await makeFixture(db)
  const old = await makeSession(fixture, { name: 'phoenix' })
  const { flowRunId } = await makeClaimedRun(fixture, old)
  const judge = listRunsToJudge({ workPoolId: fixture.workPoolId, silence: 90_000, exitWithoutState: 60_000, limit: 10 })
  expect(await db.run(judge)).toEqual([])
  const hello = (sessionId: string) =>
    openSession({
      workPoolId: fixture.workPoolId,
      sessionId,
      newWorkerId: newId(),
      worker: { name: 'phoenix', type: 'process', version: '1', hostname: 'h', labels: {} },
      queues: [],
      slots: 1,
    })
  const next = await db.run(hello(newId()))
  expect(next).toMatchObject({ workerId: old.workerId, resumed: false, endedSessionIds: [old.sessionId], holding: [] })
  expect(await db.run(judge)).toMatchObject([{ facts: { id: flowRunId }, isSessionOver: true }])
  expect(await db.run(hello(old.sessionId))).toMatchObject({ ended: true, resumed: true })
  expect(await db.run(renewSessions({ workPoolId: fixture.workPoolId, heard: [{ sessionId: old.sessionId, silentFor: 0 }] }))).toMatchObject({
    sessions: [],
  })
  const [worker] = await sql('select session_id from workers where id = $1', [old.workerId])
  expect(worker.session_id).not.toBe(old.sessionId)
})

test('the judge learns when the next lease falls silent, whatever is silent already', async () => {
  const fixture = await makeFixture(db)
  const count = () => db.run(countHeldLeases({ workPoolId: fixture.workPoolId, silence: 90_000, upTo: 10 }))
  expect(await count()).toEqual({ count: 0, silentIn: null })
  const [gone, going] = [await makeSession(fixture, { name: 'gone' }), await makeSession(fixture, { name: 'going' })]
  for (const session of [gone, going]) await makeClaimedRun(fixture, session)
  await silence(gone.sessionId, 100)
  await silence(going.sessionId, 60)
  const { count: held, silentIn } = await count()
  expect(held).toBe(2)
  expect(silentIn).toBeGreaterThan(0)
  expect(silentIn).toBeLessThanOrEqual(30_000)
  await silence(going.sessionId, 40)
  expect(await count()).toEqual({ count: 2, silentIn: null })
})

test('a renewal reaches the session, its worker and every run that it holds, and nobody else', async () => {
  const fixture = await makeFixture(db)
  const [a, b] = [await makeSession(fixture), await makeSession(fixture)]
  const [ofA, ofB] = [await makeClaimedRun(fixture, a), await makeClaimedRun(fixture, b)]
  await silence(a.sessionId, 100)
  await silence(b.sessionId, 100)
  const heard = [a.sessionId, newId()].map((sessionId) => ({ sessionId, silentFor: 0 }))
  const renewed = await db.run(renewSessions({ workPoolId: fixture.workPoolId, heard }))
  expect(renewed.sessions).toEqual([
    { sessionId: a.sessionId, holding: [{ flowRunId: ofA.flowRunId, epoch: 1, stateId: ofA.stateId, stateType: 'PENDING' }] },
  ])
  const { runs } = await db.run(readFlowRunFacts([ofA.flowRunId, ofB.flowRunId]))
  expect(runs.get(ofA.flowRunId)?.facts.heardAt).toBe(renewed.now)
  const silent = await db.run(listRunsToJudge({ workPoolId: fixture.workPoolId, silence: 90_000, exitWithoutState: 60_000, limit: 10 }))
  expect(silent.map((run) => [run.facts.id, run.isSessionOver])).toEqual([[ofB.flowRunId, false]])
})

test('contact is written as old as it is, and never takes back what was heard since', async () => {
  const fixture = await makeFixture(db)
  const session = await makeSession(fixture)
  const { flowRunId } = await makeClaimedRun(fixture, session)
  const heardAt = async () => (await db.run(readFlowRunFacts([flowRunId]))).runs.get(flowRunId)?.facts.heardAt
  const renew = (silentFor: number) => db.run(renewSessions({ workPoolId: fixture.workPoolId, heard: [{ sessionId: session.sessionId, silentFor }] }))
  await silence(session.sessionId, 100)
  const { now } = await renew(7_000)
  expect(await heardAt()).toBe(now - 7_000)
  await renew(60_000)
  expect(await heardAt()).toBe(now - 7_000)
  const [row] = await sql(
    'select s.heard_at = r.heard_at as same from worker_sessions s join flow_runs r on r.holder_session_id = s.id where r.id = $1',
    [flowRunId],
  )
  expect(row.same).toBe(true)
})

test('a run whose process has ended without a final state, and a cancellation that takes too long, are found', async () => {
  const fixture = await makeFixture(db)
  const session = await makeSession(fixture)
  const [exited, cancelling] = [await makeClaimedRun(fixture, session), await makeClaimedRun(fixture, session)]
  const keep = { history: [], lease: 'keep', raiseEpoch: false } as const
  await db.run(
    applyChanges([
      {
        change: { ...keep, history: [], flowRunId: exited.flowRunId, guard: { stateId: exited.stateId, epoch: 1 }, states: [] },
        exit: { code: 0, signal: null },
      },
      {
        change: {
          ...keep,
          history: [],
          flowRunId: cancelling.flowRunId,
          guard: { stateId: cancelling.stateId, epoch: 1 },
          states: [stateOf({ type: 'CANCELLING', timestamp: Date.now() + 1 })],
        },
      },
    ]),
  )
  const judge = (exitWithoutState: number) => listRunsToJudge({ workPoolId: fixture.workPoolId, silence: 90_000, exitWithoutState, limit: 10 })
  expect(await db.run(judge(60_000))).toEqual([])
  await sql(
    `update flow_runs set exited_at = exited_at - interval '61 seconds', state_timestamp = state_timestamp - interval '301 seconds' where work_pool_id = $1`,
    [fixture.workPoolId],
  )
  expect(await db.run(judge(60_000))).toMatchObject([{ facts: { id: exited.flowRunId }, exit: { code: 0 } }])
  expect((await database.system.run(listOverdueCancellations({ cancellingTimeout: 300_000, limit: 10 }))).map((run) => run.facts.id)).toEqual([
    cancelling.flowRunId,
  ])
  expect(
    (await database.system.run(listAllRunsToJudge({ silence: 90_000, starting: 90_000, exitWithoutState: 60_000, limit: 100 }))).map(
      (run) => run.facts.id,
    ),
  ).toContain(exited.flowRunId)
})

test('a judge that was away gives grace first, and again whenever it was away', async () => {
  const tick = () => db.run(tickJudge({ name: 'work-pool/x', away: 20_000, grace: 30_000 }))
  const first = await tick()
  expect(first).toMatchObject({ previous: null, mayJudge: false, graceUntil: first.now + 30_000 })
  expect(await tick()).toMatchObject({ previous: first.now, mayJudge: false, graceUntil: first.graceUntil })
  await sql(`update judges set grace_until = grace_until - interval '31 seconds' where name = 'work-pool/x'`)
  expect(await tick()).toMatchObject({ mayJudge: true })
  await sql(`update judges set judged_at = judged_at - interval '21 seconds' where name = 'work-pool/x'`)
  const late = await tick()
  expect(late).toMatchObject({ mayJudge: false, graceUntil: late.now + 30_000 })
})

test('why a run waits: everything in its way, with who holds the places', async () => {
  const fixture = await makeFixture(db, { poolLimit: 1 })
  const session = await makeSession(fixture)
  const holder = await makeClaimedRun(fixture, session)
  const [flowRunId] = (await insertDueRuns(fixture, 1)) as [string]
  await sql('update deployments set is_paused = true where id = $1', [fixture.deployment.id])
  const why = await db.run(readWhy({ flowRunId, workerOnline: 30_000, present: [] }))
  expect(why).toMatchObject({
    state: { type: 'SCHEDULED' },
    hasHolder: false,
    deployment: { isPaused: true },
    workQueue: { isPaused: false },
    workPool: { isPaused: false, type: 'process' },
    workers: { online: 1, slots: 100, slotsUsed: 1 },
    limits: [{ id: fixture.workPoolId, kind: 'pool', max: 1, used: 1, holders: [{ flowRunId: holder.flowRunId, name: 'run' }] }],
  })
  await db.run(endSessions([session.sessionId]))
  expect((await db.run(readWhy({ flowRunId, workerOnline: 30_000, present: [] })))?.workers).toMatchObject({ online: 0, slots: 0 })
  expect(await db.run(readWhy({ flowRunId: newId(), workerOnline: 30_000, present: [] }))).toBeNull()
})

test('who listens to work pools hears of a worker that comes and of one that goes, once', async () => {
  const fixture = await makeFixture(db)
  const heardSince = async (after: ChangePosition | null) => await db.run(readChanges({ topic: WORK_POOLS_TOPIC, after, limit: 10 }))
  const { next: before } = await heardSince(null)
  const session = await makeSession(fixture, { name: 'passing through' })
  const { changes: came, next: between } = await heardSince(before)
  expect(came).toHaveLength(1)
  await db.run(endSessions([session.sessionId]))
  await db.run(endSessions([session.sessionId]))
  expect((await heardSince(between)).changes).toHaveLength(1)
})

test('pools say what is used and what waits; making one twice finds the first', async () => {
  const fixture = await makeFixture(db, { workPoolName: 'counted', poolLimit: 10 })
  const session = await makeSession(fixture)
  await makeClaimedRun(fixture, session)
  await insertDueRuns(fixture, 2)
  await insertDueRuns(fixture, 1, { scheduledTime: Date.now() + 60_000 })
  const [pool] = await db.run(findWorkPools([fixture.workPoolId]))
  expect(pool).toMatchObject({
    name: 'counted',
    concurrencyLimit: 10,
    slotsUsed: 1,
    waitingCount: 2,
    queues: [{ name: 'default', priority: 1, slotsUsed: 1, waitingCount: 2 }],
  })
  expect(await db.run(findWorkPoolByName('counted'))).toEqual(pool)
  const twice = { id: newId(), defaultQueueId: newId(), name: 'counted', type: 'docker', description: null, concurrencyLimit: null, jobVariables: {} }
  expect(await db.run(createWorkPool(twice))).toEqual({ id: fixture.workPoolId, type: 'process', created: false })
  const listed = await db.run(listWorkPools({ limit: 200 }))
  expect(listed.rows.map((row) => row.name)).toContain('counted')
  const due = await database.system.run(listDuePools({ ahead: 0 }))
  expect(due.map((each) => each.workPoolId)).toContain(fixture.workPoolId)
  expect(due.find((each) => each.workPoolId === fixture.workPoolId)?.workspaceId).toBe(db.workspaceId)
  expect((await db.run(findFlowRuns([]))).length).toBe(0)
})
