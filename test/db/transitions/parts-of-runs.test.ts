/** What becomes of the tasks and subflows of a run when it ends, or is tried again, without them. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Change } from '../../../core/change.ts'
import type { TaskRunFact } from '../../../core/protocol/reports.ts'
import { listFlowRunStates } from '../../../db/queries/flow-run-states/list-flow-run-states.ts'
import { listTaskRuns } from '../../../db/queries/task-runs/list-task-runs.ts'
import { readTimeline } from '../../../db/queries/task-runs/read-timeline.ts'
import { applyChanges } from '../../../db/transitions/apply-changes.ts'
import { startTestDatabase, type TestDatabase } from '../../support/database.ts'
import { type Fixture, makeClaimedRun, makeFixture, makeSession, stateOf, type TestSession } from '../../support/record-fixture.ts'
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

/** A run that is RUNNING with tasks: one in each of these states. */
async function runWithTasks(...tasks: TaskRunFact['states'][]) {
  const { db } = fixture
  const { flowRunId, stateId } = await makeClaimedRun(fixture, session)
  const running = stateOf({ type: 'RUNNING', timestamp: Date.now() })
  const facts = tasks.map((states, index) =>
    taskRunOf(flowRunId, {
      dynamicKey: String(index),
      name: `task-${index}`,
      states,
      endTime: null,
      startTime: states[0]?.timestamp ?? null,
      runTime: 0,
    }),
  )
  await db.run(applyChanges([{ change: changeOf(flowRunId, stateId, { states: [running], runCount: 1 }), facts }]))
  const read = async () => {
    const { rows } = await db.run(listTaskRuns({ flowRunId, page: { limit: 10 } }))
    return rows.map(({ name, state, endTime }) => `${name} ${state.type} ${state.name}${endTime === null ? '' : ', ended'}`).sort()
  }
  return { flowRunId, running, facts, read }
}

test('what a crashed run leaves of its tasks ends with it; what was never started stays so, and its own later word counts', async () => {
  const { db } = fixture
  const running = [stateOf({ type: 'RUNNING', timestamp: Date.now() - 1_000 })]
  const notReady = [stateOf({ type: 'PENDING', name: 'NotReady' })]
  const { flowRunId, running: state, facts, read } = await runWithTasks(running, [stateOf({ type: 'PENDING' })], notReady)
  const before = (await db.run(readTimeline({ flowRunId, after: 0, limit: 10 })))?.cursor ?? 0
  const crashed = stateOf({ type: 'CRASHED', timestamp: Date.now() + 1_000, details: { cause: 'exit' } })
  const end = changeOf(flowRunId, state.id, { guard: { stateId: state.id, epoch: 1, lastN: 1 }, states: [crashed], lease: 'end', lastN: 2 })
  const completed = [...running, stateOf({ type: 'COMPLETED', timestamp: Date.now() })]
  await db.run(applyChanges([{ change: end, facts: [{ ...(facts[1] as TaskRunFact), states: completed, endTime: Date.now() }] }]))
  expect(await read()).toEqual(['task-0 CRASHED Crashed, ended', 'task-1 COMPLETED Completed, ended', 'task-2 PENDING NotReady'])
  const changed = await db.run(readTimeline({ flowRunId, after: before, limit: 10 }))
  expect(changed?.taskRuns.map(({ name, message }) => [name, message])).toEqual(
    expect.arrayContaining([
      ['task-0', 'Ended with its flow run'],
      ['task-1', null],
    ]),
  )
})

test('a run that failed with its process leaves tasks as a crashed one does; one that failed by itself has said all of them', async () => {
  const { db } = fixture
  for (const [details, expected] of [
    [{ exit: { code: null, signal: 'SIGKILL' } }, ['task-0 CRASHED Crashed, ended']],
    [{}, ['task-0 RUNNING Running']],
  ] as const) {
    const { flowRunId, running, read } = await runWithTasks([stateOf({ type: 'RUNNING', timestamp: Date.now() - 1_000 })])
    const failed = stateOf({ type: 'FAILED', name: 'TimedOut', timestamp: Date.now() + 1_000, details })
    const guard = { stateId: running.id, epoch: 1, lastN: 1 }
    await db.run(applyChanges([{ change: changeOf(flowRunId, running.id, { guard, states: [failed], lease: 'end', lastN: 2 }) }]))
    expect(await read()).toEqual(expected)
  }
})

test('subflows of an attempt that is tried again end with it, and as they are said to have ended', async () => {
  const { db } = fixture
  const { flowRunId, running, read } = await runWithTasks([stateOf({ type: 'RUNNING', timestamp: Date.now() - 1_000 })])
  const begun = { ...stateOf({ type: 'RUNNING' }), timestamp: Date.now() - 500 }
  const child = (name: string) => childFlowRunOf(flowRunId, { name, states: [begun] })
  const [silent, told] = [child('silent'), child('told')]
  const inner = taskRunOf(silent.flowRunId, { states: [begun], endTime: null })
  const next = (n: number, more: Partial<Change>): Change =>
    changeOf(flowRunId, running.id, { guard: { stateId: running.id, epoch: 1, lastN: n - 1 }, lastN: n, ...more })
  await db.run(applyChanges([{ change: next(2, {}), facts: [silent, told, inner] }]))
  const at = Date.now() + 1_000
  const again = stateOf({ type: 'SCHEDULED', name: 'AwaitingRetry', timestamp: at })
  const failed = { ...told, states: [begun, stateOf({ type: 'FAILED', timestamp: at })] }
  await db.run(applyChanges([{ change: next(3, { states: [again], lease: 'end', raiseEpoch: true, scheduledTime: at }), facts: [failed] }]))
  const statesOf = async (id: string) => (await db.run(listFlowRunStates([id]))).map(({ type }) => type)
  expect([await statesOf(silent.flowRunId), await statesOf(told.flowRunId)]).toEqual([
    ['RUNNING', 'CRASHED'],
    ['RUNNING', 'FAILED'],
  ])
  expect(await read()).toEqual(['task-0 CRASHED Crashed, ended'])
  const { rows } = await db.run(listTaskRuns({ flowRunId: silent.flowRunId, page: { limit: 10 } }))
  expect(rows.map(({ state }) => state.type)).toEqual(['CRASHED'])
})

test('tasks of a run that was only out of reach go on with it', async () => {
  const { db } = fixture
  const { flowRunId, running, read } = await runWithTasks([stateOf({ type: 'RUNNING', timestamp: Date.now() - 1_000 })])
  const lost = stateOf({ type: 'CRASHED', timestamp: Date.now() + 1_000, details: { cause: 'lost' } })
  const guard = { stateId: running.id, epoch: 1 }
  await db.run(applyChanges([{ change: { ...changeOf(flowRunId, running.id), guard, states: [lost], lease: 'end' } }]))
  expect(await read()).toEqual(['task-0 CRASHED Crashed, ended'])
  const again = stateOf({ type: 'RUNNING', timestamp: Date.now() + 2_000 })
  const regain: Change = {
    ...changeOf(flowRunId, lost.id),
    guard: { stateId: lost.id, epoch: 1 },
    states: [again],
    lease: 'regain',
    holder: { kind: 'worker', sessionId: session.sessionId },
    lastN: 2,
  }
  await db.run(applyChanges([{ change: regain }]))
  expect(await read()).toEqual(['task-0 RUNNING Running'])
})

test('tasks end CANCELLED with a cancelled run, those of its subflows, too', async () => {
  const { db } = fixture
  const { flowRunId, running, read } = await runWithTasks([stateOf({ type: 'RUNNING', timestamp: Date.now() - 1_000 })])
  const child = childFlowRunOf(flowRunId)
  const inner = taskRunOf(child.flowRunId, { states: [stateOf({ type: 'RUNNING' })], endTime: null })
  const next = (n: number, stateId: string, more: Partial<Change>): Change =>
    changeOf(flowRunId, stateId, { guard: { stateId, epoch: 1, lastN: n - 1 }, lastN: n, ...more })
  await db.run(applyChanges([{ change: next(2, running.id, {}), facts: [child, inner] }]))
  const cancelled = stateOf({ type: 'CANCELLED', timestamp: Date.now() + 1_000 })
  await db.run(applyChanges([{ change: next(3, running.id, { states: [cancelled], lease: 'end' }) }]))
  expect(await read()).toEqual(['task-0 CANCELLED Cancelled, ended'])
  const { rows } = await db.run(listTaskRuns({ flowRunId: child.flowRunId, page: { limit: 10 } }))
  expect(rows.map(({ state }) => state.type)).toEqual(['CANCELLED'])
})
