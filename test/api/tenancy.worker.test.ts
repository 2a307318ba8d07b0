import { expect, test } from 'vitest'
import { logsFact, startRunner, taskRunFact } from './reporting.ts'
import { askAs, CREATE, makeKey, makeStage, makeWorkspace } from './support.ts'

test('another workspace sees nothing and changes nothing, whatever id it knows', async () => {
  const ours = await makeStage()
  const created = (await ours.ask(CREATE, { input: { deploymentName: 'etl/nightly', name: 'ours', idempotencyKey: 'k' } })).data.createFlowRun.flowRun
  const runner = await startRunner(ours.ask, 'ours too')
  const task = taskRunFact(runner.uuid, 'read')
  await runner.report(task, logsFact(runner.uuid, 'secret'))
  const { data } = await ours.ask(
    `query ($id: ID!) { viewer { workspace { id } } apiKeys { id } flowRun(id: $id) { flow { id } taskRuns { nodes { id } } } deployment(name: "etl/nightly") { workQueue { id } } }`,
    { id: runner.id },
  )
  const ids = {
    flowRun: created.id as string,
    uuid: created.uuid as string,
    running: runner.id,
    taskRun: data.flowRun.taskRuns.nodes[0].id as string,
    flow: data.flowRun.flow.id as string,
    deployment: ours.deployment.id,
    workPool: ours.workPool.id,
    workQueue: data.deployment.workQueue.id as string,
    apiKey: data.apiKeys[0].id as string,
    workspace: data.viewer.workspace.id as string,
  }
  const theirs = askAs(await makeKey(await makeWorkspace()))
  for (const [noun, id] of Object.entries(ids)) {
    if (noun !== 'uuid') expect((await theirs('query ($id: ID!) { node(id: $id) { id } }', { id })).data.node, noun).toBeNull()
  }
  const reads = await theirs(
    `query ($flowRun: ID!, $uuid: ID!, $taskRun: ID!, $deployment: ID!, $workPool: ID!) {
      a: flowRun(id: $flowRun) { id } b: flowRun(id: $uuid) { id } c: taskRun(id: $taskRun) { id } d: deployment(id: $deployment) { id } e: deployment(name: "etl/nightly") { id }
      f: workPool(id: $workPool) { id } g: workPool(name: "local") { id } h: flowRuns { totalCount nodes { id } } i: flowRuns(filter: { deployment: { id: [$deployment] } }) { nodes { id } }
      j: deployments { totalCount nodes { id } } k: workPools { totalCount nodes { id } } }`,
    ids,
  )
  expect(reads.errors).toBeUndefined()
  const none = { totalCount: 0, nodes: [] }
  expect(reads.data).toEqual({ a: null, b: null, c: null, d: null, e: null, f: null, g: null, h: none, i: { nodes: [] }, j: none, k: none })

  const writes: [string, Record<string, unknown>][] = [
    [CREATE, { input: { deploymentId: ids.deployment } }],
    [CREATE, { input: { deploymentName: 'etl/nightly' } }],
    ['mutation ($id: ID!) { cancelFlowRun(input: { id: $id }) { __typename } }', { id: ids.running }],
    ['mutation ($id: ID!) { retryFlowRun(input: { id: $id }) { __typename } }', { id: ids.flowRun }],
    ['mutation ($id: ID!) { resumeFlowRun(input: { id: $id }) { __typename } }', { id: ids.running }],
    ['mutation ($id: ID!) { sendToFlowRun(input: { id: $id, value: 1 }) { __typename } }', { id: ids.running }],
    ['mutation ($id: ID!) { takeFromFlowRun(input: { id: $id, receiver: "a" }) { __typename } }', { id: ids.running }],
    ['mutation ($id: ID!) { updateWorkPool(input: { id: $id, isPaused: true }) { __typename } }', { id: ids.workPool }],
    ['mutation ($id: ID!) { updateWorkQueue(input: { id: $id, isPaused: true, concurrencyLimit: 1 }) { __typename } }', { id: ids.workQueue }],
    ['mutation { createWorkQueue(input: { workPoolName: "local", name: "x" }) { __typename } }', {}],
    ['mutation ($id: ID!) { pauseDeployment(input: { id: $id }) { __typename } }', { id: ids.deployment }],
    ['mutation ($id: ID!) { revokeApiKey(input: { id: $id }) { __typename } }', { id: ids.apiKey }],
    [
      'mutation { saveDeployment(input: { flowName: "etl", name: "nightly", entrypoint: "evil.ts:x", path: "/x", workPoolName: "local" }) { __typename } }',
      {},
    ],
  ]
  for (const [mutation, variables] of writes) {
    expect(Object.values((await theirs(mutation, variables)).data), mutation).toMatchObject([{ __typename: 'NotFoundError' }])
  }
  for (const subscription of [
    'subscription ($id: ID!) { flowRunChanged(id: $id) { cursor } }',
    'subscription ($id: ID!) { logs(flowRunId: $id) { cursor } }',
  ]) {
    expect((await theirs(subscription, { id: ids.running })).errors?.[0]?.extensions.code).toBe('NOT_FOUND')
  }
  // The id of another workspace's run is no id here, but nothing of that run may be told or touched.
  const start = await theirs(
    `mutation ($id: ID!) { startFlowRun(input: { id: $id, flowName: "x" }) { __typename ... on StartFlowRunSuccess { flowRun { name flow { name } } } } }`,
    { id: ids.uuid },
  )
  expect(JSON.stringify(start)).not.toContain('ours')

  const after = await ours.ask(
    'query ($a: ID!, $b: ID!) { a: flowRun(id: $a) { name state { type } } b: flowRun(id: $b) { state { type } } deployment(name: "etl/nightly") { version { number } } }',
    {
      a: ids.flowRun,
      b: ids.running,
    },
  )
  expect(after.data).toEqual({
    a: { name: 'ours', state: { type: 'SCHEDULED' } },
    b: { state: { type: 'RUNNING' } },
    deployment: { version: { number: 1 } },
  })
})
