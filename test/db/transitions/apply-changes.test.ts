import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Change } from '../../../core/change.ts'
import { newId } from '../../../core/ids.ts'
import type { ChildFlowRunFact } from '../../../core/protocol/reports.ts'
import { makeState } from '../../../core/states.ts'
import { FLOW_RUNS_TOPIC } from '../../../core/topics.ts'
import { listArtifacts } from '../../../db/queries/artifacts/list-artifacts.ts'
import { markListened } from '../../../db/queries/changes/listened-topics.ts'
import { readChanges } from '../../../db/queries/changes/read-changes.ts'
import { listFlowRunStates } from '../../../db/queries/flow-run-states/list-flow-run-states.ts'
import { findFlowRuns, listChildFlowRuns } from '../../../db/queries/flow-runs/find-flow-runs.ts'
import { readFlowRunFacts } from '../../../db/queries/flow-runs/read-flow-run-facts.ts'
import { listLogs } from '../../../db/queries/logs/list-logs.ts'
import { findTaskRuns, listTaskRuns } from '../../../db/queries/task-runs/list-task-runs.ts'
import { readTimeline } from '../../../db/queries/task-runs/read-timeline.ts'
import { findWorkPools } from '../../../db/queries/work-pools/find-work-pools.ts'
import { applyChanges } from '../../../db/transitions/apply-changes.ts'
import type { RunWrite } from '../../../db/transitions/run-write.ts'
import { startTestDatabase, type TestDatabase } from '../../support/database.ts'
import { type Fixture, insertDueRuns, makeClaimedRun, makeFixture, makeSession, stateOf, type TestSession } from '../../support/record-fixture.ts'
import { changeOf, childFlowRunOf, taskRunOf } from '../../support/run-writes.ts'

let database: TestDatabase
let fixture: Fixture
let session: TestSession

beforeAll(async () => {
  database = await startTestDatabase()
  fixture = await makeFixture(await database.makeWorkspace(), { poolLimit: 50, concurrencyLimit: 50 })
  session = await makeSession(fixture)
})
afterAll(() => database?.stop())

const slotsOf = async (flowRunId: string) =>
  (await (await database.client()).query('select limit_id from slots where flow_run_id = $1', [flowRunId])).rows.length

test('a run goes from PENDING to its end: states, times, task runs, logs and artifacts are written with it, its slots are freed', async () => {
  const { db } = fixture
  const { flowRunId, stateId } = await makeClaimedRun(fixture, session)
  expect(await slotsOf(flowRunId)).toBe(2)
  const start = Date.now() + 5
  const running = makeState({ id: newId(), type: 'RUNNING', timestamp: start })
  const first = taskRunOf(flowRunId)
  const started = await db.run(
    applyChanges([
      {
        change: changeOf(flowRunId, stateId, { states: [running], runCount: 1, clockShift: 3.5, heard: true }),
        facts: [
          first,
          {
            kind: 'logs',
            flowRunId,
            lines: [
              { time: start, level: 'info', message: 'hello' },
              { time: start + 1, level: 'error', message: 'oh', taskRunId: first.taskRunId },
            ],
          },
        ],
        infrastructureId: 'process-17',
      },
    ]),
  )
  expect(started.runs[0]).toMatchObject({ written: true, stateChanged: true, ringWorkPool: false, topics: [`flow-run/${flowRunId}`, 'flow-runs'] })
  expect(started.runs[0]?.facts).toMatchObject({
    state: running,
    lastN: 1,
    clockShift: 3.5,
    runCount: 1,
    holder: { kind: 'worker', sessionId: session.sessionId },
  })
  expect(started.runs[0]?.facts?.heardAt).toBe(started.now)

  const completed = makeState({ id: newId(), type: 'COMPLETED', timestamp: start + 250.125, message: 'done' })
  const ended = await db.run(
    applyChanges([
      {
        change: changeOf(flowRunId, running.id, {
          guard: { stateId: running.id, epoch: 1, lastN: 1 },
          states: [completed],
          lease: 'end',
          lastN: 2,
          heard: true,
        }),
        facts: [
          { ...first, name: 'load again' },
          {
            kind: 'artifact',
            artifactId: newId(),
            flowRunId,
            taskRunId: null,
            key: 'table',
            type: 'table',
            description: null,
            data: [{ longer: 1, a: 1 }],
            time: start,
          },
        ],
      },
    ]),
  )
  expect(ended.runs[0]).toMatchObject({ written: true, ringWorkPool: true, dueAt: null })
  expect(ended.runs[0]?.freedLimitIds.sort()).toEqual([fixture.workPoolId, fixture.deployment.id].sort())
  expect(await slotsOf(flowRunId)).toBe(0)

  const [[run], states, tasks, logs, artifacts] = await db.batch(
    findFlowRuns([flowRunId]),
    listFlowRunStates([flowRunId]),
    listTaskRuns({ flowRunId, page: { limit: 10 } }),
    listLogs({ flowRunId, limit: 10 }),
    listArtifacts(flowRunId),
  )
  expect(run).toMatchObject({
    state: completed,
    startTime: start,
    endTime: start + 250.125,
    infrastructureId: 'process-17',
    worker: { id: session.workerId },
  })
  expect(run?.times.running).toBeCloseTo(250.125, 2)
  expect(states.map((state) => state.type)).toEqual(['SCHEDULED', 'PENDING', 'RUNNING', 'COMPLETED'])
  expect(tasks.rows).toHaveLength(1)
  expect(tasks.rows[0]).toMatchObject({ name: 'load again', tags: ['io'], state: { type: 'COMPLETED' }, runTime: 5 })
  expect(tasks.rows[0]?.states).toEqual(first.states)
  expect(logs.rows.map((line) => line.message)).toEqual(['hello', 'oh'])
  expect(artifacts[0]).toMatchObject({ key: 'table', data: [{ longer: 1, a: 1 }] })
  expect(JSON.stringify(artifacts[0]?.data)).toBe('[{"longer":1,"a":1}]')
})

test('nothing is written when state, epoch, report number or contact is not what the decision saw, and the answer says what is there', async () => {
  const { db } = fixture
  const { flowRunId, stateId } = await makeClaimedRun(fixture, session)
  const before = await db.run(readFlowRunFacts([flowRunId]))
  const facts = before.runs.get(flowRunId)?.facts
  const wrong: Partial<Change['guard']>[] = [
    { stateId: newId() },
    { epoch: 2 },
    { lastN: 1 },
    { heardAt: null },
    { heardAt: (facts?.heardAt ?? 0) + 0.001 },
  ]
  for (const guard of wrong) {
    const write: RunWrite = {
      change: changeOf(flowRunId, stateId, {
        guard: { stateId, epoch: 1, lastN: 0, ...guard },
        states: [stateOf({ type: 'CRASHED' })],
        lease: 'end',
        raiseEpoch: true,
      }),
      facts: [taskRunOf(flowRunId), { kind: 'logs', flowRunId, lines: [{ time: 1, level: 'info', message: 'no' }] }],
    }
    const { runs } = await db.run(applyChanges([write]))
    expect(runs[0], JSON.stringify(guard)).toMatchObject({ written: false, topics: [], ringWorkPool: false, facts })
  }
  const [after, tasks, logs, states] = await db.batch(
    readFlowRunFacts([flowRunId]),
    listTaskRuns({ flowRunId, page: { limit: 10 } }),
    listLogs({ flowRunId, limit: 10 }),
    listFlowRunStates([flowRunId]),
  )
  expect(after.runs.get(flowRunId)?.facts).toEqual(facts)
  expect([tasks.rows.length, logs.rows.length, states.length]).toEqual([0, 0, 2])
  expect(await slotsOf(flowRunId)).toBe(2)
})

test('a judgement that names the contact it saw is written', async () => {
  const { db } = fixture
  const { flowRunId, stateId } = await makeClaimedRun(fixture, session)
  const facts = (await db.run(readFlowRunFacts([flowRunId]))).runs.get(flowRunId)?.facts
  const lost = stateOf({ type: 'CRASHED', message: 'worker lost', details: { cause: 'lost' }, timestamp: Date.now() + 10 })
  const judged = await db.run(
    applyChanges([
      {
        change: {
          flowRunId,
          guard: { stateId, epoch: 1, heardAt: facts?.heardAt ?? null },
          states: [lost],
          history: [],
          lease: 'end',
          raiseEpoch: false,
        },
      },
    ]),
  )
  expect(judged.runs[0]).toMatchObject({ written: true, facts: { state: lost, holder: null, epoch: 1, lastN: 0 } })
})

test('of many runs in one statement each stands or falls alone; a run that does not exist is answered, and so is one named twice', async () => {
  const { db } = fixture
  const [a, b, c] = [await makeClaimedRun(fixture, session), await makeClaimedRun(fixture, session), newId()]
  const running = () => stateOf({ type: 'RUNNING', timestamp: Date.now() + 10 })
  const { runs } = await db.run(
    applyChanges([
      { change: changeOf(b.flowRunId, newId(), { states: [running()] }) },
      { change: changeOf(a.flowRunId, a.stateId, { states: [running()], runCount: 1 }) },
      { change: changeOf(c, newId()) },
      { change: changeOf(a.flowRunId, a.stateId, { states: [stateOf({ type: 'FAILED' })], lease: 'end' }) },
    ]),
  )
  expect(runs.map((run) => run.written)).toEqual([false, true, false, false])
  expect(runs[2]?.facts).toBeNull()
  expect(runs[1]?.facts?.state.type).toBe('RUNNING')
})

test('sent back: the epoch rises, report numbers begin anew, the lease and its slots are gone, the run is due again', async () => {
  const { db } = fixture
  const { flowRunId, stateId } = await makeClaimedRun(fixture, session)
  const due = Date.now() + 60_000
  const scheduled = stateOf({ type: 'SCHEDULED', details: { scheduledTime: due }, timestamp: Date.now() + 10 })
  const { runs } = await db.run(
    applyChanges([
      {
        change: {
          flowRunId,
          guard: { stateId, epoch: 1 },
          states: [scheduled],
          history: [],
          lease: 'end',
          raiseEpoch: true,
          scheduledTime: due,
          clockShift: 5,
        },
        exit: { code: 1, signal: null },
      },
    ]),
  )
  expect(runs[0]).toMatchObject({ written: true, ringWorkPool: true, dueAt: due })
  expect(runs[0]?.facts).toMatchObject({ epoch: 2, lastN: 0, holder: null, heardAt: null, claimedAt: null, clockShift: null })
  expect(await slotsOf(flowRunId)).toBe(0)
})

test('contact regained gives holder and slots back, above the limit if need be', async () => {
  const { db } = fixture
  const tight = await makeFixture(db, { poolLimit: 1, name: 'tight' })
  const holder = await makeSession(tight)
  const lost = await makeClaimedRun(tight, holder)
  const crashed = stateOf({ type: 'CRASHED', details: { cause: 'lost' }, timestamp: Date.now() + 10 })
  await db.run(
    applyChanges([
      {
        change: {
          flowRunId: lost.flowRunId,
          guard: { stateId: lost.stateId, epoch: 1 },
          states: [crashed],
          history: [],
          lease: 'end',
          raiseEpoch: false,
        },
      },
    ]),
  )
  await makeClaimedRun(tight, holder)
  const regained = stateOf({ type: 'RUNNING', timestamp: Date.now() + 20 })
  const { runs } = await db.run(
    applyChanges([
      {
        change: changeOf(lost.flowRunId, crashed.id, {
          states: [regained],
          lease: 'regain',
          holder: { kind: 'worker', sessionId: holder.sessionId },
          runCount: 1,
          heard: true,
        }),
      },
    ]),
  )
  expect(runs[0]).toMatchObject({ written: true, facts: { holder: { kind: 'worker', sessionId: holder.sessionId }, state: regained } })
  const [pool] = await db.run(findWorkPools([tight.workPoolId]))
  expect([pool?.concurrencyLimit, pool?.slotsUsed, await slotsOf(lost.flowRunId)]).toEqual([1, 2, 1])
})

test('states that came too late are kept as history and never become the state of the run', async () => {
  const { db } = fixture
  const { flowRunId, stateId } = await makeClaimedRun(fixture, session)
  const late = stateOf({ type: 'COMPLETED', timestamp: Date.now() + 10 })
  const { runs } = await db.run(applyChanges([{ change: changeOf(flowRunId, stateId, { history: [late] }) }]))
  expect(runs[0]).toMatchObject({
    written: true,
    stateChanged: false,
    topics: [`flow-run/${flowRunId}`],
    facts: { lastN: 1, state: { id: stateId } },
  })
  expect((await db.run(listFlowRunStates([flowRunId]))).at(-1)).toMatchObject({ ...late, isHistory: true })
})

test('subflows are made by their first fact, follow their root, and end with it', async () => {
  const { db } = fixture
  const { flowRunId, stateId } = await makeClaimedRun(fixture, session)
  const at = Date.now() + 10
  const child = (more: Partial<ChildFlowRunFact> = {}) =>
    childFlowRunOf(flowRunId, {
      name: 'inner run',
      parameters: { day: 1 },
      tags: ['a'],
      createdAt: at,
      states: [stateOf({ type: 'PENDING', timestamp: at }), stateOf({ type: 'RUNNING', timestamp: at + 10 })],
      ...more,
    })
  const [one, two, other] = [child(), child(), await makeClaimedRun(fixture, session)]
  const running = stateOf({ type: 'RUNNING', timestamp: at })
  const inner = taskRunOf(one.flowRunId)
  await db.run(
    applyChanges([
      {
        change: changeOf(flowRunId, stateId, { states: [running], runCount: 1 }),
        // The last two name runs that are none of this run's: they are not written.
        facts: [
          one,
          two,
          inner,
          { kind: 'logs', flowRunId: one.flowRunId, lines: [{ time: at, level: 'info', message: 'inside' }] },
          taskRunOf(other.flowRunId),
          child({ flowRunId: other.flowRunId }),
        ],
      },
    ]),
  )
  const [children, tasks, logs, foreign] = await db.batch(
    listChildFlowRuns(flowRunId),
    findTaskRuns([{ flowRunId: one.flowRunId, id: inner.taskRunId }]),
    listLogs({ flowRunId: one.flowRunId, limit: 10 }),
    listTaskRuns({ flowRunId: other.flowRunId, page: { limit: 10 } }),
  )
  expect(children.map((run) => [run.id, run.state.type, run.rootFlowRunId, run.flow.name])).toEqual(
    [one, two].map((run) => [run.flowRunId, 'RUNNING', flowRunId, 'inner']),
  )
  expect(children[0]).toMatchObject({ facts: { holder: null }, parameters: { day: 1 }, tags: ['a'], times: { starting: 10 } })
  expect([tasks.length, logs.rows.length, foreign.rows.length]).toEqual([1, 1, 0])

  const crashed = stateOf({ type: 'CRASHED', timestamp: at + 100, details: { cause: 'lost' } })
  const done = { ...one, states: [stateOf({ type: 'COMPLETED', timestamp: at + 40 })] }
  const { runs } = await db.run(
    applyChanges([
      {
        change: changeOf(flowRunId, running.id, { guard: { stateId: running.id, epoch: 1, lastN: 1 }, states: [crashed], lease: 'end', lastN: 2 }),
        facts: [done],
      },
    ]),
  )
  expect(runs[0]?.topics).toContain(`flow-run/${two.flowRunId}`)
  const [after, states] = await db.batch(listChildFlowRuns(flowRunId), listFlowRunStates([two.flowRunId]))
  expect(after.map((run) => run.state.type)).toEqual(['COMPLETED', 'CRASHED'])
  expect(after[0]?.times.running).toBeCloseTo(30, 3)
  expect(states.map((state) => state.type)).toEqual(['PENDING', 'RUNNING', 'CRASHED'])
})

test('captured output is stored once for each chunk id, and everything of a run is numbered in the order in which it was stored', async () => {
  const { db } = fixture
  const { flowRunId, stateId } = await makeClaimedRun(fixture, session)
  const chunk = { chunkId: newId(), lines: [{ time: 1, level: 'info' as const, message: 'printed', source: 'stdout' as const }] }
  const silent: Change = { flowRunId, guard: { stateId, epoch: 1 }, states: [], history: [], lease: 'keep', raiseEpoch: false }
  await db.run(applyChanges([{ change: silent, output: [chunk] }]))
  await db.run(applyChanges([{ change: silent, output: [chunk, { chunkId: newId(), lines: [{ time: 2, level: 'warn', message: 'more' }] }] }]))
  await db.run(
    applyChanges([
      {
        change: changeOf(flowRunId, stateId),
        facts: [taskRunOf(flowRunId), { kind: 'logs', flowRunId, lines: [{ time: 0, level: 'debug', message: 'logged' }] }],
      },
    ]),
  )
  const [logs, warnings, timeline] = await db.batch(
    listLogs({ flowRunId, limit: 10 }),
    listLogs({ flowRunId, limit: 10, filter: { level: 'warn' } }),
    readTimeline({ flowRunId, after: 0, limit: 10 }),
  )
  expect(logs.rows.map((line) => line.message)).toEqual(['printed', 'more', 'logged'])
  expect(warnings.rows.map((line) => line.message)).toEqual(['more'])
  const [rest, none] = await db.batch(
    listLogs({ flowRunId, limit: 10, after: logs.rows[0]?.cursor ?? null }),
    readTimeline({ flowRunId, after: timeline?.cursor ?? 0, limit: 10 }),
  )
  expect(rest.rows.map((line) => line.message)).toEqual(['more', 'logged'])
  expect([timeline?.taskRuns.length, none?.taskRuns.length, none?.total]).toEqual([1, 0, 1])
})

test('an exit is noted in the row until the lease ends', async () => {
  const { db } = fixture
  const { flowRunId, stateId } = await makeClaimedRun(fixture, session)
  const silent: Change = { flowRunId, guard: { stateId, epoch: 1 }, states: [], history: [], lease: 'keep', raiseEpoch: false }
  await db.run(applyChanges([{ change: silent, exit: { code: 0, signal: null } }]))
  const row = async () =>
    (await (await database.client()).query('select exited_at is not null as exited, exit from flow_runs where id = $1', [flowRunId])).rows[0]
  expect(await row()).toEqual({ exited: true, exit: { code: 0, signal: null } })
  await db.run(applyChanges([{ change: { ...silent, states: [stateOf({ type: 'CRASHED', timestamp: Date.now() + 5 })], lease: 'end' } }]))
  expect(await row()).toEqual({ exited: false, exit: null })
})

test('a change that would leave a final run with a holder, or an active one without, is refused by the table', async () => {
  const { db } = fixture
  const { flowRunId, stateId } = await makeClaimedRun(fixture, session)
  const at = Date.now() + 10
  await expect(
    db.run(applyChanges([{ change: changeOf(flowRunId, stateId, { states: [stateOf({ type: 'FAILED', timestamp: at })] }) }])),
  ).rejects.toMatchObject({
    code: '23514',
    constraint: 'flow_runs_final_is_free',
  })
  await expect(
    db.run(applyChanges([{ change: changeOf(flowRunId, stateId, { states: [stateOf({ type: 'RUNNING', timestamp: at })], lease: 'end' }) }])),
  ).rejects.toMatchObject({
    constraint: 'flow_runs_active_is_held',
  })
})

test('every change of state is heard of on the lists and on the run, in the order of commits', async () => {
  const { db } = fixture
  const start = (await db.run(readChanges({ topic: 'flow-runs', after: null, limit: 1 }))).next
  const ids = await insertDueRuns(fixture, 3)
  const heard = await db.run(readChanges({ topic: 'flow-runs', after: start, limit: 10 }))
  expect(heard.changes.map((each) => each.flowRunId)).toEqual(ids)
  expect(db.roundTrips).toBeGreaterThan(0)
})

test('a change tells whether anybody listens to the list of runs of its workspace', async () => {
  const own = await makeFixture(await database.makeWorkspace())
  const other = await database.makeWorkspace()
  const isHeard = async () => (await own.db.run(applyChanges([{ change: changeOf(newId(), newId()) }]))).isListListenedTo
  await other.run(markListened({ topic: FLOW_RUNS_TOPIC, milliseconds: 60_000 }))
  expect(await isHeard()).toBe(false)
  await own.db.run(markListened({ topic: FLOW_RUNS_TOPIC, milliseconds: 60_000 }))
  expect(await isHeard()).toBe(true)
  await own.db.run(markListened({ topic: FLOW_RUNS_TOPIC, milliseconds: 0 }))
  expect(await isHeard()).toBe(false)
})
