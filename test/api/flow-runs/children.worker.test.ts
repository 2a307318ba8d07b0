/** Runs that runs start elsewhere: their link, who may see them, and how the end of one reaches the others. */
import { createExecutionContext, createScheduledController, waitOnExecutionContext } from 'cloudflare:test'
import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import worker from '../../../api/index.ts'
import { mintRunToken } from '../../../api/auth/mint-run-token.ts'
import { newId } from '../../../core/ids.ts'
import { makeState } from '../../../core/states.ts'
import { TIMINGS } from '../../../core/timings.ts'
import { query } from '../../support/engine-world.ts'
import { asOneOfADeployment, startRunner } from '../reporting.ts'
import { type Ask, askAs, bindings, CREATE, makeStage } from '../support.ts'

const CANCEL = `mutation ($id: ID!) { cancelFlowRun(input: { id: $id }) { ... on CancelFlowRunSuccess { flowRun { state { type } } } ... on Error { message } } }`
const PAUSE = `mutation ($id: ID!) { pauseFlowRun(input: { id: $id }) { ... on PauseFlowRunSuccess { flowRun { state { type name } } } ... on Error { code message } } }`
const RESUME = `mutation ($id: ID!) { resumeFlowRun(input: { id: $id }) { ... on ResumeFlowRunSuccess { flowRun { state { type name } scheduledTime } } ... on Error { code message } } }`
const SUSPEND = `mutation ($id: ID!) { suspendFlowRun(input: { id: $id }) { ... on SuspendFlowRunSuccess { flowRun { runCount state { type name message } } } ... on Error { code message } } }`
const STATE = `query ($id: ID!) { flowRun(id: $id) { state { type message by } parentFlowRun { uuid } childFlowRuns { uuid } } }`

/** The run as its own code asks: with its run token. */
const askAsRun = async (workspaceId: string, flowRunId: string): Promise<Ask> =>
  askAs(await mintRunToken(bindings.TOKEN_SECRET, TIMINGS, { workspaceId, flowRunId, epoch: 1, now: Date.now() }))

const createChild = async (ask: Ask, parent?: Record<string, unknown> | null) =>
  (await ask(CREATE, { input: { deploymentName: 'etl/nightly', parent } })).data.createFlowRun.flowRun as { id: string; uuid: string }

async function tick(): Promise<void> {
  const execution = createExecutionContext()
  await worker.scheduled(createScheduledController({ scheduledTime: new Date(), cron: '* * * * *' }), bindings, execution)
  await waitOnExecutionContext(execution)
}

test('a run starts a child, sees it, and is its parent; another run sees nothing of it', async () => {
  const { ask, workspaceId } = await makeStage()
  const [parent, other] = [await startRunner(ask), await startRunner(ask)]
  const asParent = await askAsRun(workspaceId, parent.uuid)
  const child = await createChild(asParent, { flowRunId: parent.uuid, taskRunId: newId(), isWaiting: true })
  expect((await asParent(STATE, { id: child.id })).data.flowRun).toMatchObject({ state: { type: 'SCHEDULED' }, parentFlowRun: { uuid: parent.uuid } })
  expect((await ask(STATE, { id: parent.id })).data.flowRun.childFlowRuns).toEqual([{ uuid: child.uuid }])
  expect((await (await askAsRun(workspaceId, other.uuid))(STATE, { id: child.id })).data.flowRun).toBeNull()
})

test('a run cancels what it has started, and nothing else', async () => {
  const { ask, workspaceId } = await makeStage()
  const [parent, other] = [await startRunner(ask), await startRunner(ask)]
  const child = await createChild(await askAsRun(workspaceId, parent.uuid))
  const asOther = await askAsRun(workspaceId, other.uuid)
  for (const { id } of [child, parent]) {
    const refused = await asOther(CANCEL, { id })
    expect(refused.errors?.[0]?.extensions.code).toBe('FORBIDDEN')
  }
  const done = await (await askAsRun(workspaceId, parent.uuid))(CANCEL, { id: child.id })
  expect(done.data.cancelFlowRun.flowRun.state.type).toBe('CANCELLED')
  expect((await ask(STATE, { id: parent.id })).data.flowRun.state.type).toBe('RUNNING')
})

test('a run starts children for the subflows of its process, and for no other run', async () => {
  const { ask, workspaceId } = await makeStage()
  const [parent, other] = [await startRunner(ask), await startRunner(ask)]
  const subflow = newId()
  await parent.report({
    kind: 'child-flow-run',
    flowRunId: subflow,
    parentFlowRunId: parent.uuid,
    parentTaskRunId: null,
    flowName: 'inner',
    name: 'inner',
    parameters: {},
    tags: [],
    runCount: 1,
    createdAt: Date.now(),
    states: [{ id: newId(), type: 'RUNNING', name: 'Running', timestamp: Date.now(), message: null, details: {} }],
  })
  const asParent = await askAsRun(workspaceId, parent.uuid)
  const child = await createChild(asParent, { flowRunId: subflow })
  expect((await asParent(STATE, { id: child.id })).data.flowRun.parentFlowRun).toEqual({ uuid: subflow })
  const refused = await asParent(CREATE, { input: { deploymentName: 'etl/nightly', parent: { flowRunId: other.uuid } } })
  expect(refused.errors?.[0]?.extensions.code).toBe('FORBIDDEN')
  await ask(CANCEL, { id: parent.id })
  expect((await ask(STATE, { id: child.id })).data.flowRun.state.type).toBe('CANCELLED')
})

test('cancelling reaches children and theirs at once, and nobody else', async () => {
  const { ask, workspaceId } = await makeStage()
  const parent = await startRunner(ask)
  const child = await createChild(await askAsRun(workspaceId, parent.uuid))
  const grandchild = await createChild(ask, { flowRunId: child.uuid })
  const alone = await createChild(ask)
  expect((await ask(CANCEL, { id: parent.id })).data.cancelFlowRun.flowRun.state.type).toBe('CANCELLING')
  for (const { id } of [child, grandchild]) {
    expect((await ask(STATE, { id })).data.flowRun.state).toMatchObject({ type: 'CANCELLED', message: 'Cancelled with the run that started it' })
  }
  expect((await ask(STATE, { id: alone.id })).data.flowRun.state.type).toBe('SCHEDULED')
})

test('a run starts another without being its parent: it may see and cancel that, and does not take it along', async () => {
  const { ask, workspaceId } = await makeStage()
  const [starter, other] = [await startRunner(ask), await startRunner(ask)]
  const asStarter = await askAsRun(workspaceId, starter.uuid)
  const [alone, stopped] = [await createChild(asStarter, null), await createChild(asStarter, null)]
  expect((await asStarter(STATE, { id: alone.id })).data.flowRun).toMatchObject({ state: { type: 'SCHEDULED' }, parentFlowRun: null })
  expect((await (await askAsRun(workspaceId, other.uuid))(STATE, { id: alone.id })).data.flowRun).toBeNull()
  expect((await asStarter(CANCEL, { id: stopped.id })).data.cancelFlowRun.flowRun.state.type).toBe('CANCELLED')
  await ask(CANCEL, { id: starter.id })
  await starter.end('CANCELLED')
  await tick()
  expect((await ask(STATE, { id: alone.id })).data.flowRun.state.type).toBe('SCHEDULED')
})

test('what a cancelled run leaves is cancelled by the sweep, but not a child that somebody has retried since', async () => {
  const { ask, workspaceId } = await makeStage()
  const parent = await startRunner(ask)
  const asParent = await askAsRun(workspaceId, parent.uuid)
  const [left, retried] = [await createChild(asParent), await createChild(asParent)]
  await ask(CANCEL, { id: retried.id })
  await parent.end('CANCELLED')
  await ask('mutation ($id: ID!) { retryFlowRun(input: { id: $id }) { __typename } }', { id: retried.id })
  await tick()
  expect((await ask(STATE, { id: left.id })).data.flowRun.state.type).toBe('CANCELLED')
  expect((await ask(STATE, { id: retried.id })).data.flowRun.state.type).toBe('SCHEDULED')
})

test('a run that waits is set aside and goes on at its own time; one that runs is not', async () => {
  const { ask } = await makeStage()
  const scheduledTime = new Date(Date.now() + 3_600_000).toISOString()
  const { id } = (await ask(CREATE, { input: { deploymentName: 'etl/nightly', scheduledTime } })).data.createFlowRun.flowRun
  expect((await ask(PAUSE, { id })).data.pauseFlowRun.flowRun.state).toEqual({ type: 'PAUSED', name: 'Paused' })
  expect((await ask(PAUSE, { id })).data.pauseFlowRun.flowRun.state.type).toBe('PAUSED')
  const why = await ask('query ($id: ID!) { flowRun(id: $id) { why { waitingFor { kind } } } }', { id })
  expect(why.data.flowRun.why.waitingFor).toEqual([{ kind: 'WAITING_FOR_INPUT' }])
  const resumed = (await ask(RESUME, { id })).data.resumeFlowRun.flowRun
  expect(resumed).toMatchObject({ state: { type: 'SCHEDULED', name: 'Resuming' } })
  expect(Date.parse(resumed.scheduledTime)).toBe(Date.parse(scheduledTime))
  expect((await ask(RESUME, { id })).data.resumeFlowRun).toMatchObject({ code: 'CONFLICT' })
  const runner = await startRunner(ask)
  expect((await ask(PAUSE, { id: runner.id })).data.pauseFlowRun).toMatchObject({ code: 'CONFLICT' })
})

test('a running run is asked for its process, which its runner hears with its next report, once; a run of a script is not', async () => {
  const { ask, workspaceId } = await makeStage()
  const runner = await startRunner(ask)
  const suspend = async () => (await ask(SUSPEND, { id: runner.id })).data.suspendFlowRun
  expect(await suspend()).toMatchObject({ code: 'CONFLICT', message: expect.stringContaining('started by a script') })
  await asOneOfADeployment(workspaceId, runner.uuid)
  const asked = { type: 'RUNNING', name: 'Suspending', message: 'Asked to suspend by key "admin"' }
  expect((await suspend()).flowRun).toMatchObject({ state: asked, runCount: 1 })
  expect((await suspend()).flowRun.state).toEqual(asked)
  expect(await runner.hear()).toEqual([{ kind: 'suspend', state: expect.any(String), by: 'key "admin"' }])
  expect(await runner.hear()).toEqual([])
  const suspended = makeState({ id: newId(), type: 'PAUSED', name: 'Suspended', timestamp: Date.now() })
  await runner.report({ kind: 'flow-run-state', state: suspended, runCount: 1, release: true })
  expect((await suspend()).flowRun).toMatchObject({ state: { type: 'PAUSED', name: 'Suspended' }, runCount: 1 })
  expect((await ask(RESUME, { id: runner.id })).data.resumeFlowRun.flowRun).toMatchObject({ state: { type: 'SCHEDULED', name: 'Resuming' } })
  expect(await suspend()).toMatchObject({ code: 'CONFLICT', message: expect.stringContaining('Only a running run can be suspended') })
})

test('a pause that nobody ended in time is ended by the sweep', async () => {
  const { ask } = await makeStage()
  const { id, uuid } = await createChild(ask)
  await ask(PAUSE, { id })
  await query(sql`update flow_runs set state_details = jsonb_build_object('pauseUntil', 1) where id = ${uuid}::uuid`)
  await tick()
  expect((await ask(STATE, { id })).data.flowRun.state).toMatchObject({ type: 'FAILED', message: expect.stringContaining('in time') })
})
