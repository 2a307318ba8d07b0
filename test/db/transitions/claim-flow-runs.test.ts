import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '../../../core/ids.ts'
import type { Db } from '../../../db/client.ts'
import { findFlowRuns } from '../../../db/queries/flow-runs/find-flow-runs.ts'
import { listAssignmentsByState } from '../../../db/queries/flow-runs/list-assignments.ts'
import { listFlowRuns } from '../../../db/queries/flow-runs/list-flow-runs.ts'
import { listWaitingFlowRuns } from '../../../db/queries/flow-runs/list-waiting-flow-runs.ts'
import { setLimit } from '../../../db/queries/limits/set-limit.ts'
import { applyChanges } from '../../../db/transitions/apply-changes.ts'
import { type Claim, claimFlowRuns } from '../../../db/transitions/claim-flow-runs.ts'
import { insertFlowRun } from '../../../db/transitions/insert-flow-run.ts'
import { endSessions } from '../../../db/transitions/sessions.ts'
import { waitForFlowRun } from '../../../db/transitions/wait-for-flow-run.ts'
import { startTestDatabase, type TestDatabase } from '../../support/database.ts'
import {
  type Fixture,
  insertDueRuns,
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

const claimOf = (flowRunId: string, session: TestSession): Claim => ({ flowRunId, stateId: newId(), ...session })
const claim = (fixture: Fixture, claims: Claim[]) => db.run(claimFlowRuns({ workPoolId: fixture.workPoolId, claims }))

/** Ends the lease of a run that was just claimed. */
const complete = (claimed: Claim) =>
  db.run(
    applyChanges([
      {
        change: {
          flowRunId: claimed.flowRunId,
          guard: { stateId: claimed.stateId, epoch: 1 },
          states: [stateOf({ type: 'COMPLETED', timestamp: Date.now() + 1000 })],
          history: [],
          lease: 'end',
          raiseEpoch: false,
        },
      },
    ]),
  )

test('a claim gives runs to sessions, and its batch answers everything that an assignment needs', async () => {
  const fixture = await makeFixture(db, { flowName: 'flow', contentHash: 'abc', jobVariables: { env: { A: '1' } } })
  const session = await makeSession(fixture)
  const [flowRunId] = (await insertDueRuns(fixture, 1, { parameters: { day: 3 }, tags: ['b', 'a'], jobVariables: { env: { A: '1' } } })) as [string]
  const given = claimOf(flowRunId, session)
  const before = db.roundTrips
  const [claimed, assignments] = await db.batch(claimFlowRuns({ workPoolId: fixture.workPoolId, claims: [given] }), listAssignmentsByState([given]))
  expect(db.roundTrips - before).toBe(1)
  expect(claimed.outcome).toBe('claimed')
  expect(assignments).toHaveLength(1)
  expect(assignments[0]).toMatchObject({
    flowRunId,
    epoch: 1,
    claimedAt: claimed.claimedAt,
    stateId: given.stateId,
    sessionId: session.sessionId,
    flowRun: { name: 'run', parameters: { day: 3 }, tags: ['b', 'a'], runCount: 0 },
    flow: { name: 'flow' },
    deployment: {
      name: 'deployment',
      version: 1,
      entrypoint: 'flow.ts:flow',
      contentHash: 'abc',
      jobVariables: { env: { A: '1' } },
      reuse: false,
      preload: true,
    },
    watched: false,
    isListListenedTo: false,
  })
  const [run] = await db.run(findFlowRuns([flowRunId]))
  expect(run).toMatchObject({ state: { id: given.stateId, type: 'PENDING', name: 'Pending' }, worker: { id: session.workerId } })
  expect(run?.times.waiting).toBeGreaterThan(500)
})

test("the flow's own retries hold where its deployment says nothing of them", async () => {
  const retries = { count: 2, delay: 1_000, jitter: 0 }
  for (const [init, expected] of [
    [{}, null],
    [{ retries }, retries],
  ] as const) {
    const fixture = await makeFixture(db, init)
    const [flowRunId] = (await insertDueRuns(fixture, 1)) as [string]
    const given = claimOf(flowRunId, await makeSession(fixture))
    const [, [assignment]] = await db.batch(claimFlowRuns({ workPoolId: fixture.workPoolId, claims: [given] }), listAssignmentsByState([given]))
    expect(assignment?.deployment?.retries).toEqual(expected)
  }
})

test('all or nothing: one run that cannot be claimed keeps the whole list from being written', async () => {
  const fixture = await makeFixture(db)
  const session = await makeSession(fixture)
  const [free, taken] = (await insertDueRuns(fixture, 2)) as [string, string]
  const later = newFlowRun(fixture, { scheduledTime: Date.now() + 60_000 })
  await db.run(insertFlowRun(later))
  await claim(fixture, [claimOf(taken, session)])
  for (const other of [taken, later.id, newId()]) {
    expect(await claim(fixture, [claimOf(free, session), claimOf(other, session)])).toMatchObject({
      outcome: 'refused',
      reason: 'run',
      subjectIds: [other],
    })
  }
  expect((await db.run(findFlowRuns([free])))[0]?.facts.holder).toBeNull()
})

test('nothing is claimed for a session that is over, of another pool, or into anything paused', async () => {
  const fixture = await makeFixture(db)
  const [session, over, stranger] = [
    await makeSession(fixture),
    await makeSession(fixture),
    await makeSession(await makeFixture(db, { name: 'elsewhere' })),
  ]
  await db.run(endSessions([over.sessionId]))
  const [flowRunId] = (await insertDueRuns(fixture, 1)) as [string]
  for (const wrong of [over, stranger]) {
    expect(await claim(fixture, [claimOf(flowRunId, wrong)])).toMatchObject({ outcome: 'refused', reason: 'session', subjectIds: [wrong.sessionId] })
  }
  const owner = await database.client()
  for (const [table, id] of [
    ['work_pools', fixture.workPoolId],
    ['work_queues', fixture.deployment.workQueue.id],
    ['deployments', fixture.deployment.id],
  ]) {
    await owner.query(`update ${table} set is_paused = true where id = $1`, [id])
    expect(await claim(fixture, [claimOf(flowRunId, session)])).toMatchObject({ outcome: 'refused', reason: 'paused' })
    expect((await db.run(listWaitingFlowRuns({ workPoolId: fixture.workPoolId, limit: 10 }))).runs).toEqual([])
    await owner.query(`update ${table} set is_paused = false where id = $1`, [id])
  }
  expect(await claim(fixture, [claimOf(flowRunId, session)])).toMatchObject({ outcome: 'claimed' })
})

test('several limits are taken together or not at all, and the claim says which is full', async () => {
  const fixture = await makeFixture(db, { poolLimit: 2, concurrencyLimit: 1 })
  const session = await makeSession(fixture)
  const [a, b] = (await insertDueRuns(fixture, 2)) as [string, string]
  expect(await claim(fixture, [claimOf(a, session), claimOf(b, session)])).toMatchObject({
    outcome: 'refused',
    reason: 'limit',
    subjectIds: [fixture.deployment.id],
  })
  const first = claimOf(a, session)
  expect(await claim(fixture, [first])).toMatchObject({ outcome: 'claimed' })
  expect(await claim(fixture, [claimOf(b, session)])).toMatchObject({ outcome: 'refused', reason: 'limit' })
  const { runs } = await complete(first)
  expect(runs[0]?.freedLimitIds.sort()).toEqual([fixture.workPoolId, fixture.deployment.id].sort())
  expect(await claim(fixture, [claimOf(b, session)])).toMatchObject({ outcome: 'claimed' })
})

test('a limit that begins counts the leases that live already; one that ends frees everybody', async () => {
  const fixture = await makeFixture(db)
  const session = await makeSession(fixture)
  const [a, b] = (await insertDueRuns(fixture, 2)) as [string, string]
  await claim(fixture, [claimOf(a, session)])
  for (const id of [fixture.workPoolId, fixture.deployment.id, fixture.deployment.workQueue.id]) {
    expect(await db.run(setLimit({ id, max: 1 }))).toBe(true)
    expect(await claim(fixture, [claimOf(b, session)])).toMatchObject({ outcome: 'refused', reason: 'limit', subjectIds: [id] })
    expect(await db.run(setLimit({ id, max: null }))).toBe(true)
  }
  expect(await claim(fixture, [claimOf(b, session)])).toMatchObject({ outcome: 'claimed' })
  expect(await db.run(setLimit({ id: newId(), max: 1 }))).toBe(false)
})

test('what waits is read lane by lane: a blocked lane hides nobody, paused ones and later ones are left out, priority comes first', async () => {
  const fixture = await makeFixture(db, { concurrencyLimit: 1 })
  const pool = fixture.deployment.workPool
  const owner = await database.client()
  const urgentQueue = newId()
  await owner.query(`insert into work_queues values ($1, $2, $3, 'urgent', 1, false, now())`, [db.workspaceId, urgentQueue, pool.id])
  await owner.query(`insert into limits values ($1, $2, 'queue', 'urgent', null)`, [db.workspaceId, urgentQueue])
  await owner.query(`update work_queues set priority = 2 where work_pool_id = $1 and name = 'default'`, [pool.id])
  const other = await makeDeployment(db, { workPoolName: pool.name, name: 'other' })
  const urgent = await makeDeployment(db, { workPoolName: pool.name, name: 'urgent', workQueueName: 'urgent' })
  const blocked = await insertDueRuns(fixture, 5, { scheduledTime: Date.now() - 9000 })
  const [open] = await insertDueRuns({ ...fixture, deployment: other }, 1, { scheduledTime: Date.now() - 5000 })
  const [first] = await insertDueRuns({ ...fixture, deployment: urgent }, 1, { scheduledTime: Date.now() - 1000 })
  const due = Date.now() + 30_000
  await insertDueRuns({ ...fixture, deployment: other }, 1, { scheduledTime: due })
  const waiting = await db.run(listWaitingFlowRuns({ workPoolId: pool.id, limit: 2 }))
  expect(waiting.runs.map((run) => run.flowRunId)).toEqual([first, ...blocked.slice(0, 2), open])
  expect(waiting.runs.map((run) => run.queuePriority)).toEqual([1, 2, 2, 2])
  expect(waiting.runs[1]?.limitIds).toEqual([fixture.deployment.id])
  expect(waiting.limits).toEqual([{ id: fixture.deployment.id, kind: 'deployment', max: 1, used: 0 }])
  expect(waiting.nextDue).toBe(due)
  await owner.query('update deployments set is_paused = true where id = $1', [fixture.deployment.id])
  expect((await db.run(listWaitingFlowRuns({ workPoolId: pool.id, limit: 2 }))).runs.map((run) => run.flowRunId)).toEqual([first, open])
})

test('under 16 connections no claim goes beyond a limit and no deadlock is seen by anybody', async () => {
  // Two limits per run, and lists whose runs stand in opposite orders: without an order of locks this deadlocks at once.
  const fixture = await makeFixture(db, { poolLimit: 6, concurrencyLimit: 4 })
  const second: Fixture = {
    ...fixture,
    deployment: await makeDeployment(db, { workPoolName: fixture.deployment.workPool.name, name: 'second', concurrencyLimit: 3 }),
  }
  const session = await makeSession(fixture)
  const left = new Set([...(await insertDueRuns(fixture, 60)), ...(await insertDueRuns(second, 60))])
  const owner = await database.client()
  const highest = { pool: 0, first: 0, second: 0 }
  const watch = async () => {
    const { rows } = await owner.query('select limit_id, count(*)::int as used from slots group by limit_id')
    const used = (id: string) => rows.find((row) => row.limit_id === id)?.used ?? 0
    highest.pool = Math.max(highest.pool, used(fixture.workPoolId))
    highest.first = Math.max(highest.first, used(fixture.deployment.id))
    highest.second = Math.max(highest.second, used(second.deployment.id))
  }
  const worker = async (reversed: boolean) => {
    while (left.size > 0) {
      const { runs } = await db.run(listWaitingFlowRuns({ workPoolId: fixture.workPoolId, limit: 2 }))
      const chosen = [runs[0], runs.find((run) => run.deploymentId !== runs[0]?.deploymentId)].filter((run) => run !== undefined)
      if (reversed) chosen.reverse()
      const claims = chosen.map((run) => claimOf(run.flowRunId, session))
      if (claims.length === 0 || (await claim(fixture, claims)).outcome !== 'claimed') continue
      await watch()
      for (const claimed of claims) {
        await complete(claimed)
        expect(left.delete(claimed.flowRunId)).toBe(true)
      }
    }
  }
  await Promise.all(Array.from({ length: 16 }, (_, index) => worker(index % 2 === 0)))
  expect(highest.pool).toBeGreaterThan(0)
  expect(highest.pool).toBeLessThanOrEqual(6)
  expect(highest.first).toBeLessThanOrEqual(4)
  expect(highest.second).toBeLessThanOrEqual(3)
  const { rows } = await owner.query('select 1 from slots where limit_id = any($1)', [
    [fixture.workPoolId, fixture.deployment.id, second.deployment.id],
  ])
  expect(rows).toEqual([])
  const { rows: deadlocks } = await owner.query('select deadlocks::int from pg_stat_database where datname = current_database()')
  expect(deadlocks[0]?.deadlocks).toBe(0)
})

test('two workers race for 1,000 runs, and each run is given out once', async () => {
  const fixture = await makeFixture(db)
  const sessions = [await makeSession(fixture), await makeSession(fixture)]
  const ids = await insertDueRuns(fixture, 1000)
  const got: string[][] = [[], []]
  let refusals = 0
  await Promise.all(
    sessions.map(async (session, index) => {
      for (;;) {
        const { runs } = await db.run(listWaitingFlowRuns({ workPoolId: fixture.workPoolId, limit: 10 }))
        if (runs.length === 0) return
        const claims = runs.map((run) => claimOf(run.flowRunId, session))
        if ((await claim(fixture, claims)).outcome === 'claimed') got[index]?.push(...claims.map((one) => one.flowRunId))
        else refusals += 1
      }
    }),
  )
  expect(got.flat().sort()).toEqual([...ids].sort())
  expect(refusals).toBeGreaterThan(0)
  for (const [index, session] of sessions.entries()) {
    const { rows } = await db.run(listFlowRuns({ order: 'CREATED_ASC', page: { limit: 1 }, filter: { state: { type: { in: ['PENDING'] } } } }))
    expect(rows).toHaveLength(1)
    const runs = await db.run(findFlowRuns(got[index] ?? []))
    expect(runs.every((run) => run.worker?.id === session.workerId)).toBe(true)
  }
})

/** A run that waits until then, for the run that it lends its slots to. */
const lend = (waiterId: string, flowRunId: string, until: number | null = null) => db.run(waitForFlowRun({ waiterId, flowRunId, until }))
const waitingIn = async (fixture: Fixture) => db.run(listWaitingFlowRuns({ workPoolId: fixture.workPoolId, limit: 10 }))

test('a run that waits for a child lends it its place: to the child, to nobody else, and to one at a time', async () => {
  const fixture = await makeFixture(db, { poolLimit: 1 })
  const session = await makeSession(fixture)
  const [parent, stranger, first, second] = (await insertDueRuns(fixture, 4)) as [string, string, string, string]
  await claim(fixture, [claimOf(parent, session)])
  await lend(parent, first)
  await lend(parent, second)
  const { runs, limits } = await waitingIn(fixture)
  expect(limits).toMatchObject([{ max: 1, used: 1 }])
  expect(runs.map(({ flowRunId, limitIds }) => [flowRunId, limitIds.length])).toEqual([
    [stranger, 1],
    [first, 0],
    [second, 1],
  ])
  expect(await claim(fixture, [claimOf(stranger, session)])).toMatchObject({ outcome: 'refused', reason: 'limit' })
  expect(await claim(fixture, [claimOf(first, session), claimOf(second, session)])).toMatchObject({ outcome: 'refused', reason: 'limit' })
  const child = claimOf(first, session)
  expect(await claim(fixture, [child])).toMatchObject({ outcome: 'claimed' })
  expect((await waitingIn(fixture)).limits).toMatchObject([{ used: 1 }])
  expect(await claim(fixture, [claimOf(second, session)])).toMatchObject({ outcome: 'refused', reason: 'limit' })
  await complete(child)
  expect(await claim(fixture, [claimOf(second, session)])).toMatchObject({ outcome: 'claimed' })
})

test('a child that a place is lent to is seen behind any number of others in its lane, and so is the child of a child', async () => {
  const fixture = await makeFixture(db, { poolLimit: 1 })
  const session = await makeSession(fixture)
  const [parent] = (await insertDueRuns(fixture, 1)) as [string]
  await claim(fixture, [claimOf(parent, session)])
  const others = await insertDueRuns(fixture, 5, { scheduledTime: Date.now() - 9_000 })
  const [child, grandchild] = (await insertDueRuns(fixture, 2, { scheduledTime: Date.now() - 1_000 })) as [string, string]
  const seen = async () => (await db.run(listWaitingFlowRuns({ workPoolId: fixture.workPoolId, limit: 2 }))).runs.map(({ flowRunId }) => flowRunId)
  expect(await seen()).toEqual(others.slice(0, 2))
  await lend(parent, child)
  expect(await seen()).toEqual([...others.slice(0, 2), child])
  await claim(fixture, [claimOf(child, session)])
  expect(await seen()).toEqual(others.slice(0, 2))
  await lend(child, grandchild)
  expect(await seen()).toEqual([...others.slice(0, 2), grandchild])
})

test('a place is lent on to the child of a child, and no longer than it is waited', async () => {
  const fixture = await makeFixture(db, { poolLimit: 1 })
  const session = await makeSession(fixture)
  const [parent, child, grandchild, late] = (await insertDueRuns(fixture, 4)) as [string, string, string, string]
  await claim(fixture, [claimOf(parent, session)])
  await lend(parent, child, Date.now() + 3_600_000)
  await claim(fixture, [claimOf(child, session)])
  await lend(child, grandchild)
  expect(await claim(fixture, [claimOf(grandchild, session)])).toMatchObject({ outcome: 'claimed' })
  expect((await waitingIn(fixture)).limits).toMatchObject([{ used: 1 }])
  await lend(grandchild, late, Date.now() - 1)
  expect(await claim(fixture, [claimOf(late, session)])).toMatchObject({ outcome: 'refused', reason: 'limit' })
})

test('what was borrowed counts by itself when the lender has ended', async () => {
  const fixture = await makeFixture(db, { poolLimit: 1 })
  const session = await makeSession(fixture)
  const [parent, child, stranger] = (await insertDueRuns(fixture, 3)) as [string, string, string]
  const holding = claimOf(parent, session)
  await claim(fixture, [holding])
  await lend(parent, child)
  await claim(fixture, [claimOf(child, session)])
  await complete(holding)
  expect((await waitingIn(fixture)).limits).toMatchObject([{ used: 1 }])
  expect(await claim(fixture, [claimOf(stranger, session)])).toMatchObject({ outcome: 'refused', reason: 'limit' })
})
