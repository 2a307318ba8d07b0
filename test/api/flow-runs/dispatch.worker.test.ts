import { expect, test } from 'vitest'
import { makeWorkspace, RunningRun, TestWorker } from '../../support/engine-world.ts'
import { askAs, askWith, CREATE } from '../support.ts'

/** A workspace whose pool has one worker with two slots, and a deployment in it. */
async function makeWorld() {
  const world = await makeWorkspace()
  const pool = await world.makePool()
  const worker = await TestWorker.start(world, pool.name, { slots: 2, name: 'laptop' })
  const ask = askAs(world.editorKey.text)
  const { nodes } = (await ask('{ deployments { nodes { fullName } } }')).data.deployments
  return { world, worker, ask, pool, deploymentName: nodes[0].fullName as string }
}

test('a worker with room has the run before the answer is read, in two round trips of the API', async () => {
  const { world, worker, deploymentName } = await makeWorld()
  const costly = askWith({ authorization: `Bearer ${world.editorKey.text}`, 'x-weir-cost': '1' })
  const answer = await costly(CREATE, { input: { deploymentName, parameters: { city: 'Bern' } } })
  const { flowRun } = answer.data.createFlowRun
  expect(flowRun.state).toEqual({ type: 'PENDING', name: 'Pending' })
  const [assignment] = await worker.takes(1)
  expect(assignment).toMatchObject({ flowRunId: flowRun.uuid, flowRun: { name: flowRun.name, parameters: { city: 'Bern' } } })
  // One here, and one in the WorkPool.
  expect((answer as unknown as { extensions: { cost: { roundTrips: number } } }).extensions.cost.roundTrips).toBe(1)
  const { data } = await costly(
    `{ flowRun(id: "${flowRun.id}") { state { type } worker { name status slots } why { waitingFor { kind } } stateHistory { type } } }`,
  )
  expect(data.flowRun).toMatchObject({
    state: { type: 'PENDING' },
    worker: { name: 'laptop', status: 'ONLINE', slots: 2 },
    why: { waitingFor: [{ kind: 'STARTING' }] },
    stateHistory: [{ type: 'SCHEDULED' }, { type: 'PENDING' }],
  })
})

test('a deployment that was read a moment ago is not read again: its next run is one round trip, in the WorkPool', async () => {
  const { world, worker, deploymentName } = await makeWorld()
  const costly = askWith({ authorization: `Bearer ${world.editorKey.text}`, 'x-weir-cost': '1' })
  const create = async () => (await costly(CREATE, { input: { deploymentName } })) as unknown as { extensions: { cost: { roundTrips: number } } }
  expect((await create()).extensions.cost.roundTrips).toBe(1)
  expect((await create()).extensions.cost.roundTrips).toBe(0)
  expect(await worker.takes(2)).toHaveLength(2)
})

test('what is remembered of a deployment is never acted upon once it has changed, is paused, or is gone', async () => {
  const { ask, worker, pool, deploymentName } = await makeWorld()
  const [flowName, name] = deploymentName.split('/')
  const save = (more: object) =>
    ask('mutation ($input: SaveDeploymentInput!) { saveDeployment(input: $input) { __typename ... on Error { message } } }', {
      input: { flowName, name, entrypoint: 'flow.ts:flow', path: '/srv/flows', workPoolName: pool.name, ...more },
    })
  const create = async (more: object = {}) => (await ask(CREATE, { input: { deploymentName, ...more } })).data.createFlowRun
  await create()
  await worker.takes(1)
  await save({ path: '/srv/newer', parameters: { city: 'Bern' } })
  expect((await create()).flowRun).toMatchObject({ state: { type: 'PENDING' }, parameters: { city: 'Bern' } })
  const [newer] = await worker.takes(1)
  expect(newer?.deployment?.path).toBe('/srv/newer')
  await save({ path: '/srv/newer', parameterSchema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] } })
  expect(await create()).toMatchObject({ __typename: 'ValidationError', issues: [{ path: ['parameters', 'city'] }] })
  const { nodes } = (await ask('{ deployments { nodes { id } } }')).data.deployments
  const id = nodes[0].id as string
  await ask('mutation ($id: ID!) { pauseDeployment(input: { id: $id }) { __typename } }', { id })
  expect((await create({ parameters: { city: 'Bern' } })).flowRun.state.type).toBe('SCHEDULED')
})

test('a deployment that is remembered and deleted makes no run', async () => {
  const { ask, world, deploymentName } = await makeWorld()
  const create = async (more: object) => (await ask(CREATE, { input: { deploymentName, ...more } })).data.createFlowRun.__typename
  expect(await create({ scheduledTime: '2999-01-01T00:00:00Z' })).toBe('CreateFlowRunSuccess')
  const { nodes } = (await ask('{ deployments { nodes { id } } }')).data.deployments
  await askAs((await world.makeKey('ADMIN')).text)('mutation ($id: ID!) { deleteDeployment(input: { id: $id }) { __typename } }', { id: nodes[0].id })
  expect(await create({})).toBe('NotFoundError')
})

test('a key that was revoked makes no run of a deployment that is remembered', async () => {
  const { ask, worker, world, deploymentName } = await makeWorld()
  const admin = askAs((await world.makeKey('ADMIN')).text)
  const doomed = await world.makeKey('EDITOR')
  const withIt = askAs(doomed.text)
  await withIt(CREATE, { input: { deploymentName } })
  await worker.takes(1)
  await admin('mutation ($id: ID!) { revokeApiKey(input: { id: $id }) { __typename } }', { id: doomed.id })
  expect((await withIt(CREATE, { input: { deploymentName } })).errors?.[0]).toMatchObject({ extensions: { code: 'UNAUTHENTICATED' } })
  expect((await ask('{ flowRuns { totalCount } }')).data.flowRuns.totalCount).toBe(1)
})

test('the worker that got the run at once is told when it is asked for', async () => {
  const { ask, deploymentName } = await makeWorld()
  const { data } = await ask(
    `mutation ($input: CreateFlowRunInput!) { createFlowRun(input: $input) { ... on CreateFlowRunSuccess { flowRun { state { type } worker { name } } } } }`,
    { input: { deploymentName } },
  )
  expect(data.createFlowRun.flowRun).toEqual({ state: { type: 'PENDING' }, worker: { name: 'laptop' } })
})

test('without room the run waits, and says for what; it is given out when a slot is free', async () => {
  const { ask, worker, deploymentName } = await makeWorld()
  const create = async () =>
    (await ask(CREATE, { input: { deploymentName } })).data.createFlowRun.flowRun as { id: string; uuid: string; state: { type: string } }
  const runs = [await create(), await create(), await create()]
  expect(runs.map((run) => run.state.type)).toEqual(['PENDING', 'PENDING', 'SCHEDULED'])
  const waiting = runs[2]!
  const why = await ask('query ($id: ID!) { flowRun(id: $id) { why { waitingFor { kind message } } workPool { slotsUsed waitingCount status } } }', {
    id: waiting.id,
  })
  expect(why.data.flowRun).toMatchObject({
    why: { waitingFor: [{ kind: 'NO_FREE_SLOT' }] },
    workPool: { slotsUsed: 2, waitingCount: 1, status: 'READY' },
  })
  const [first] = await worker.takes(2)
  const run = new RunningRun(first!)
  await worker.reports(run.becomes('RUNNING').becomes('COMPLETED'))
  worker.say({ type: 'room', free: 1, draining: false })
  expect((await worker.takes(1))[0]?.flowRunId).toBe(waiting.uuid)
})

test('a cancel reaches the worker over its socket', async () => {
  const { ask, worker, deploymentName } = await makeWorld()
  const { flowRun } = (await ask(CREATE, { input: { deploymentName } })).data.createFlowRun
  const [assignment] = await worker.takes(1)
  await worker.reports(new RunningRun(assignment!).becomes('RUNNING'))
  await ask('mutation ($id: ID!) { cancelFlowRun(input: { id: $id }) { __typename } }', { id: flowRun.id })
  expect(await worker.hears('direct')).toMatchObject({ flowRunId: flowRun.uuid, epoch: 1, directive: { kind: 'cancel' } })
})

test('one idempotency key under a worker with room is one run', async () => {
  const { ask, worker, deploymentName } = await makeWorld()
  const answers = await Promise.all(Array.from({ length: 6 }, () => ask(CREATE, { input: { deploymentName, idempotencyKey: 'once' } })))
  expect(new Set(answers.map(({ data }) => data.createFlowRun.flowRun.uuid)).size).toBe(1)
  expect(answers.filter(({ data }) => !data.createFlowRun.existed)).toHaveLength(1)
  expect(await worker.takes(1)).toHaveLength(1)
})
