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
