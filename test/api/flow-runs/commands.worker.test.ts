import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { newId } from '../../../core/ids.ts'
import { query } from '../../support/engine-world.ts'
import { startRunner } from '../reporting.ts'
import { CREATE, makeStage } from '../support.ts'

const CANCEL = `mutation ($id: ID!, $reason: String) { cancelFlowRun(input: { id: $id, reason: $reason }) {
  __typename ... on CancelFlowRunSuccess { flowRun { state { type name message by } } } ... on Error { message code } } }`
const RETRY = `mutation ($id: ID!, $latest: Boolean) { retryFlowRun(input: { id: $id, onLatestVersion: $latest }) {
  __typename ... on RetryFlowRunSuccess { flowRun { state { type } epoch deploymentVersion { number } } } ... on Error { message code } } }`

test('a run without a holder is cancelled at once; again changes nothing; a final run refuses nothing it already is', async () => {
  const { ask } = await makeStage()
  const { id } = (await ask(CREATE, { input: { deploymentName: 'etl/nightly' } })).data.createFlowRun.flowRun
  const cancelled = (await ask(CANCEL, { id, reason: 'not needed' })).data.cancelFlowRun
  expect(cancelled).toMatchObject({ flowRun: { state: { type: 'CANCELLED', message: 'not needed', by: 'key "admin"' } } })
  expect((await ask(CANCEL, { id })).data.cancelFlowRun).toMatchObject({ flowRun: { state: { type: 'CANCELLED', message: 'not needed' } } })
})

test('a running run becomes CANCELLING and its runner is told with its next report', async () => {
  const { ask } = await makeStage()
  const runner = await startRunner(ask)
  expect((await ask(CANCEL, { id: runner.uuid })).data.cancelFlowRun.flowRun.state.type).toBe('CANCELLING')
  await runner.end('CANCELLED')
  expect((await ask('query ($id: ID!) { flowRun(id: $id) { state { type } } }', { id: runner.id })).data.flowRun.state.type).toBe('CANCELLED')
})

test('what makes no sense is a conflict, what is not there is not found', async () => {
  const { ask } = await makeStage()
  const runner = await startRunner(ask)
  expect((await ask(RETRY, { id: runner.id })).data.retryFlowRun).toMatchObject({ __typename: 'ConflictError', code: 'CONFLICT' })
  await runner.end('COMPLETED')
  expect((await ask(CANCEL, { id: runner.id })).data.cancelFlowRun).toMatchObject({ __typename: 'ConflictError' })
  const alone = (await ask(RETRY, { id: runner.id })).data.retryFlowRun
  expect(alone.__typename).toBe('ConflictError')
  expect(alone.message).toMatch(/started by a script/)
  for (const mutation of [CANCEL, RETRY]) {
    expect(Object.values((await ask(mutation, { id: newId() })).data)).toMatchObject([{ __typename: 'NotFoundError', code: 'NOT_FOUND' }])
    expect(Object.values((await ask(mutation, { id: 'nonsense' })).data)).toMatchObject([{ __typename: 'ValidationError' }])
  }
  expect((await ask(CANCEL, { id: runner.id, reason: 'x'.repeat(2_000) })).data.cancelFlowRun.__typename).toBe('ValidationError')
})

test('a retried run is given out again under a new epoch: pinned to its version, or on the latest', async () => {
  const { ask } = await makeStage()
  const { id } = (await ask(CREATE, { input: { deploymentName: 'etl/nightly' } })).data.createFlowRun.flowRun
  await ask(CANCEL, { id })
  await ask(
    'mutation { saveDeployment(input: { flowName: "etl", name: "nightly", entrypoint: "etl2.ts:etl", path: "/flows", workPoolName: "local" }) { __typename } }',
  )
  expect((await ask(RETRY, { id })).data.retryFlowRun.flowRun).toEqual({ state: { type: 'SCHEDULED' }, epoch: 2, deploymentVersion: { number: 1 } })
  expect((await ask(RETRY, { id })).data.retryFlowRun.__typename).toBe('ConflictError')
  await ask(CANCEL, { id })
  expect((await ask(RETRY, { id, latest: true })).data.retryFlowRun.flowRun).toEqual({
    state: { type: 'SCHEDULED' },
    epoch: 3,
    deploymentVersion: { number: 2 },
  })
})

test('two who cancel and retry at the same moment leave one true state', async () => {
  const { ask } = await makeStage()
  const { id } = (await ask(CREATE, { input: { deploymentName: 'etl/nightly' } })).data.createFlowRun.flowRun
  await ask(CANCEL, { id })
  const answers = await Promise.all([RETRY, CANCEL, RETRY, CANCEL, RETRY].map((mutation) => ask(mutation, { id })))
  for (const { errors } of answers) expect(errors).toBeUndefined()
  const { data } = await ask('query ($id: ID!) { flowRun(id: $id) { state { type } stateHistory { id type timestamp } } }', { id })
  const history = data.flowRun.stateHistory as { type: string; timestamp: string }[]
  expect(history.at(-1)?.type).toBe(data.flowRun.state.type)
  const timestamps = history.map((state) => state.timestamp)
  expect(timestamps).toEqual([...new Set(timestamps)].sort())
})

test('a run that starts by itself is idempotent by its id, and its token is for that run', async () => {
  const { ask } = await makeStage()
  const START = `mutation ($input: StartFlowRunInput!) { startFlowRun(input: $input) { __typename
    ... on StartFlowRunSuccess { stateId runToken flowRun { uuid name flow { name } deployment { id } state { type } } } ... on Error { message code path } } }`
  const id = newId()
  const first = (await ask(START, { input: { id, flowName: 'script', name: 'one', parameters: { a: 1 } } })).data.startFlowRun
  expect(first).toMatchObject({ flowRun: { uuid: id, name: 'one', flow: { name: 'script' }, deployment: null, state: { type: 'RUNNING' } } })
  const again = (await ask(START, { input: { id, flowName: 'script', name: 'two' } })).data.startFlowRun
  expect(again).toMatchObject({ stateId: first.stateId, flowRun: { name: 'one' } })
  const deployed = (await ask(CREATE, { input: { deploymentName: 'etl/nightly' } })).data.createFlowRun.flowRun
  expect((await ask(START, { input: { id: deployed.uuid, flowName: 'script' } })).data.startFlowRun).toMatchObject({ __typename: 'ConflictError' })
  for (const bad of ['nonsense', '018f0000-0000-7000-8000-000000000000', '3e0f4a58-9d1c-4f6e-8a39-0c1f6a2b7d11']) {
    expect((await ask(START, { input: { id: bad, flowName: 'script' } })).data.startFlowRun).toMatchObject({
      __typename: 'ValidationError',
      path: ['id'],
    })
  }
})

const SET_STATE = `mutation ($input: SetFlowRunStateInput!) { setFlowRunState(input: $input) {
  __typename ... on SetFlowRunStateSuccess { flowRun { state { type name message } epoch } } ... on ValidationError { issues { path } } ... on Error { message code } } }`

test('a person says how a run has ended: its runner is told to stop, what it still says is history, and the audit knows', async () => {
  const { ask, workspaceId } = await makeStage()
  const runner = await startRunner(ask)
  const set = async (input: object) => (await ask(SET_STATE, { input: { id: runner.id, ...input } })).data.setFlowRunState
  const done = { type: 'COMPLETED', name: 'DoneByHand', message: 'the files are there' }
  expect(await set(done)).toMatchObject({ flowRun: { state: done, epoch: 2 } })
  await expect(runner.end('FAILED')).rejects.toThrow(/stop/)
  expect(await set({ type: 'COMPLETED' })).toMatchObject({ flowRun: { state: { name: 'DoneByHand' }, epoch: 2 } })
  expect(await set({ type: 'FAILED' })).toMatchObject({ flowRun: { state: { type: 'FAILED', name: 'Failed' }, epoch: 3 } })
  const rows = await query<{ action: string; details: object }>(
    sql`select action, details from audit_rows where workspace_id = ${workspaceId}::uuid and subject = ${runner.uuid} order by id`,
  )
  expect(rows).toEqual([
    { action: 'flow-runs:set-state', details: done },
    { action: 'flow-runs:set-state', details: { type: 'FAILED', name: null, message: null } },
  ])
})

test('only an end can be set by hand, with a name and a message that can be shown', async () => {
  const { ask } = await makeStage()
  const runner = await startRunner(ask)
  const set = async (input: object) => (await ask(SET_STATE, { input: { id: runner.id, ...input } })).data.setFlowRunState
  for (const type of ['SCHEDULED', 'PENDING', 'RUNNING', 'PAUSED', 'CANCELLING'])
    expect(await set({ type })).toMatchObject({ issues: [{ path: ['type'] }] })
  expect(await set({ type: 'FAILED', name: '<b>' })).toMatchObject({ issues: [{ path: ['name'] }] })
  expect(await set({ type: 'FAILED', message: 'x'.repeat(1_001) })).toMatchObject({ issues: [{ path: ['message'] }] })
  expect((await ask(SET_STATE, { input: { id: newId(), type: 'FAILED' } })).data.setFlowRunState).toMatchObject({ code: 'NOT_FOUND' })
})
