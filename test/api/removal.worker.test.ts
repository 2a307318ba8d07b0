/** Verbs that delete, and those that change what may be changed at any time. */
import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { clearDeletedFlowRuns } from '../../db/queries/maintenance/clear-deleted-flow-runs.ts'
import { eventually, makeWorkspace, query, system, TestWorker } from '../support/engine-world.ts'
import { artifactFact, logsFact, startRunner, taskRunFact } from './reporting.ts'
import { subscribe } from './subscribe.ts'
import { type Ask, askAs, CREATE, makeStage } from './support.ts'

/** `deleteFlowRun`, `deleteWorkPool` …: the union's answer. */
const remove = async (ask: Ask, verb: string, id: string) =>
  (
    await ask(
      `mutation ($id: ID!) { ${verb}(input: { id: $id }) { __typename ... on ${verb[0]?.toUpperCase()}${verb.slice(1)}Success { deletedId } ... on Error { code message } } }`,
      { id },
    )
  ).data[verb]

const makeRun = async (ask: Ask, input: object = {}) =>
  (await ask(CREATE, { input: { deploymentName: 'etl/nightly', ...input } })).data.createFlowRun.flowRun as { id: string; uuid: string; name: string }

const cancel = (ask: Ask, id: string) => ask('mutation ($id: ID!) { cancelFlowRun(input: { id: $id }) { __typename } }', { id })

test('a run that is over goes with all that it left; one that goes on stays', async () => {
  const { ask, key, workspaceId } = await makeStage()
  const runner = await startRunner(ask)
  const task = taskRunFact(runner.uuid, 'read')
  await runner.report(task, logsFact(runner.uuid, 'line'), artifactFact(runner.uuid, 'report'))
  expect(await remove(ask, 'deleteFlowRun', runner.id)).toMatchObject({ __typename: 'ConflictError', code: 'CONFLICT' })
  await runner.end('COMPLETED')
  const stream = await subscribe<{ others: string[] }>(key, 'subscription { flowRunsChanged { others } }')
  await stream.next()
  expect(await remove(ask, 'deleteFlowRun', runner.id)).toEqual({ __typename: 'DeleteFlowRunSuccess', deletedId: runner.id })
  expect((await stream.until(({ others }) => others.length > 0)).others).toEqual([runner.id])
  await stream.close()
  const { data } = await ask('query ($id: ID!) { flowRun(id: $id) { id } flowRuns { totalCount } artifacts { totalCount nodes { key } } }', {
    id: runner.id,
  })
  expect(data).toEqual({ flowRun: null, flowRuns: { totalCount: 0 }, artifacts: { totalCount: 0, nodes: [] } })
  expect(await remove(ask, 'deleteFlowRun', runner.id)).toMatchObject({ code: 'NOT_FOUND' })
  const left = () =>
    query<{ rows: number }>(
      sql`select (select count(*) from task_runs where workspace_id = ${workspaceId}::uuid) + (select count(*) from log_chunks where workspace_id = ${workspaceId}::uuid)
        + (select count(*) from artifacts where workspace_id = ${workspaceId}::uuid) + (select count(*) from flow_run_states where workspace_id = ${workspaceId}::uuid) as rows`,
    ).then(([row]) => Number(row?.rows))
  expect(await left()).toBeGreaterThan(3)
  // A few rows at a time, until nothing is left: also beside the sweeps of other tests.
  await eventually(async () => (await system.run(clearDeletedFlowRuns({ most: 2 }))) >= 0 && (await left()) === 0)
  const audit = await query(sql`select action, subject from audit_rows where workspace_id = ${workspaceId}::uuid and action like '%:delete'`)
  expect(audit).toEqual([{ action: 'flow-runs:delete', subject: runner.uuid }])
})

test('a run gets another name and other tags, and is found by them', async () => {
  const { ask } = await makeStage()
  const run = await makeRun(ask, { tags: ['old', 'kept'] })
  const update = async (input: object) =>
    (
      await ask(
        'mutation ($input: UpdateFlowRunInput!) { updateFlowRun(input: $input) { __typename ... on UpdateFlowRunSuccess { flowRun { name tags } } ... on Error { code path } } }',
        { input: { id: run.id, ...input } },
      )
    ).data.updateFlowRun
  expect(await update({ name: 'renamed' })).toMatchObject({ flowRun: { name: 'renamed', tags: ['old', 'kept'] } })
  expect(await update({ tags: ['kept', 'new', 'new'] })).toMatchObject({ flowRun: { name: 'renamed', tags: ['kept', 'new'] } })
  expect(await update({ name: 'a/b' })).toMatchObject({ code: 'BAD_USER_INPUT', path: ['name'] })
  const found = await ask(
    '{ a: flowRuns(filter: { tags: { any: ["new"] } }) { totalCount } b: flowRuns(filter: { tags: { any: ["old"] } }) { totalCount } }',
  )
  expect(found.data).toEqual({ a: { totalCount: 1 }, b: { totalCount: 0 } })
})

test('a deployment goes when nothing of it is under way: what waits is cancelled, what is over stays in history', async () => {
  const { ask, deployment } = await makeStage()
  const over = await makeRun(ask, { name: 'over' })
  await cancel(ask, over.id)
  const waiting = [await makeRun(ask), await makeRun(ask, { scheduledTime: '2099-01-01T00:00:00Z' })]
  expect(await remove(ask, 'deleteDeployment', deployment.id)).toEqual({ __typename: 'DeleteDeploymentSuccess', deletedId: deployment.id })
  for (const { id } of [over, ...waiting]) {
    const { data } = await ask(
      'query ($id: ID!) { flowRun(id: $id) { state { type } deployment { id } deploymentVersion { number } flow { name } why { waitingFor { kind } } } }',
      { id },
    )
    expect(data.flowRun).toMatchObject({ state: { type: 'CANCELLED' }, deployment: null, deploymentVersion: null, flow: { name: 'etl' } })
  }
  expect((await ask('{ deployment(name: "etl/nightly") { id } deployments { totalCount } }')).data).toEqual({
    deployment: null,
    deployments: { totalCount: 0 },
  })
  const retried = await ask('mutation ($id: ID!) { retryFlowRun(input: { id: $id }) { __typename ... on Error { code message } } }', { id: over.id })
  expect(retried.data.retryFlowRun).toMatchObject({ code: 'CONFLICT', message: 'Its deployment was deleted.' })
  expect(await remove(ask, 'deleteDeployment', deployment.id)).toMatchObject({ code: 'NOT_FOUND' })
  // Of its name there can be another one.
  const again = await ask(
    'mutation { saveDeployment(input: { flowName: "etl", name: "nightly", entrypoint: "a.ts:a", path: "/a", workPoolName: "local" }) { ... on SaveDeploymentSuccess { created deployment { version { number } } } } }',
  )
  expect(again.data.saveDeployment).toEqual({ created: true, deployment: { version: { number: 1 } } })
})

test('the schedules of a deployment go with it, and the occurrences that they have made ahead', async () => {
  const { ask, deployment } = await makeStage()
  const made = await ask(
    'mutation ($input: CreateScheduleInput!) { createSchedule(input: $input) { __typename ... on CreateScheduleSuccess { schedule { id } } ... on Error { message } } }',
    { input: { deploymentId: deployment.id, schedule: { cron: '0 6 * * *' } } },
  )
  expect(made.data.createSchedule.__typename, JSON.stringify(made)).toBe('CreateScheduleSuccess')
  expect((await ask('{ flowRuns { totalCount } }')).data.flowRuns.totalCount).toBeGreaterThan(0)
  expect(await remove(ask, 'deleteDeployment', deployment.id)).toMatchObject({ __typename: 'DeleteDeploymentSuccess' })
  expect((await ask('{ flowRuns { totalCount } }')).data.flowRuns.totalCount).toBe(0)
})

test('a deployment, a pool and a queue stay while runs of them go on; a worker while it is online', async () => {
  const world = await makeWorkspace()
  const pool = await world.makePool()
  const worker = await TestWorker.start(world, pool.name)
  await pool.offer()
  await worker.takes(1)
  const ask = askAs(world.editorKey.text)
  const { data } = await ask('query ($name: String!) { workPool(name: $name) { id workers { id } } deployments { nodes { id flow { id } } } }', {
    name: pool.name,
  })
  const deployment = data.deployments.nodes[0]
  expect(await remove(ask, 'deleteDeployment', deployment.id)).toMatchObject({
    code: 'CONFLICT',
    message: 'Nothing was deleted: 1 run of it is going on.',
  })
  expect(await remove(ask, 'deleteWorkPool', data.workPool.id)).toMatchObject({
    code: 'CONFLICT',
    message: 'Nothing was deleted: 1 deployment names it.',
  })
  expect(await remove(ask, 'deleteFlow', deployment.flow.id)).toMatchObject({
    code: 'CONFLICT',
    message: 'Nothing was deleted: 1 deployment names it.',
  })
  expect(await remove(ask, 'deleteWorker', data.workPool.workers[0].id)).toMatchObject({ code: 'CONFLICT', message: 'The worker is online.' })
})

test('a pool goes with its queues and workers, which are told; a queue goes alone; a flow goes last', async () => {
  const world = await makeWorkspace()
  const pool = await world.makePool()
  const ask = askAs(world.editorKey.text)
  const worker = await TestWorker.start(world, pool.name)
  await ask(`mutation { createWorkQueue(input: { workPoolName: "${pool.name}", name: "urgent" }) { __typename } }`)
  const { data } = await ask(
    'query ($name: String!) { workPool(name: $name) { id queues { id name } workers { id } } deployments { nodes { id flow { id } } } }',
    {
      name: pool.name,
    },
  )
  const queueOf = (wanted: string) => data.workPool.queues.find(({ name }: { name: string }) => name === wanted).id as string
  const { id: deploymentId, flow } = data.deployments.nodes[0]
  expect(await remove(ask, 'deleteWorkQueue', queueOf('default'))).toMatchObject({ code: 'CONFLICT', message: 'Every pool has its queue `default`.' })
  expect(await remove(ask, 'deleteWorkQueue', queueOf('urgent'))).toMatchObject({ __typename: 'DeleteWorkQueueSuccess' })
  expect(await remove(ask, 'deleteDeployment', deploymentId)).toMatchObject({ __typename: 'DeleteDeploymentSuccess' })
  expect(await remove(ask, 'deleteWorkPool', data.workPool.id)).toMatchObject({ __typename: 'DeleteWorkPoolSuccess' })
  expect(await worker.isDismissed()).toMatchObject({ code: 'pool_deleted' })
  expect(await remove(ask, 'deleteWorker', data.workPool.workers[0].id)).toMatchObject({ code: 'NOT_FOUND' })
  expect(await remove(ask, 'deleteFlow', flow.id)).toMatchObject({ __typename: 'DeleteFlowSuccess' })
  expect((await ask('{ workPools { totalCount } flows { totalCount } }')).data).toEqual({ workPools: { totalCount: 0 }, flows: { totalCount: 0 } })
})

test('a worker that has left is forgotten', async () => {
  const world = await makeWorkspace()
  const pool = await world.makePool()
  const worker = await TestWorker.start(world, pool.name)
  worker.leave(1000)
  const ask = askAs(world.editorKey.text)
  const workers = async () =>
    (await ask('query ($name: String!) { workPool(name: $name) { workers { id status } } }', { name: pool.name })).data.workPool.workers
  const [{ id }] = await eventually(async () => {
    const found = await workers()
    return found[0]?.status === 'OFFLINE' && found
  })
  expect((await ask('query ($id: ID!) { worker(id: $id) { status } }', { id })).data.worker).toEqual({ status: 'OFFLINE' })
  expect(await remove(ask, 'deleteWorker', id)).toEqual({ __typename: 'DeleteWorkerSuccess', deletedId: id })
  expect(await workers()).toEqual([])
})

test('artifacts of the workspace are found by key and type, and deleted one by one', async () => {
  const { ask } = await makeStage()
  const runner = await startRunner(ask)
  await runner.report(artifactFact(runner.uuid, 'a'), artifactFact(runner.uuid, 'b'))
  const list = async (filter: string) => (await ask(`{ artifacts${filter} { totalCount nodes { id key type } } }`)).data.artifacts
  const all = await list('')
  expect(all.totalCount).toBe(2)
  expect((await list('(filter: { key: { equals: "a" }, type: { in: [MARKDOWN] } })')).nodes).toMatchObject([{ key: 'a', type: 'MARKDOWN' }])
  expect((await list('(filter: { type: { in: [TABLE] } })')).nodes).toEqual([])
  const [{ id }] = all.nodes
  expect((await ask('query ($id: ID!) { artifact(id: $id) { id } }', { id })).data.artifact).toEqual({ id })
  expect(await remove(ask, 'deleteArtifact', id)).toEqual({ __typename: 'DeleteArtifactSuccess', deletedId: id })
  expect(await remove(ask, 'deleteArtifact', id)).toMatchObject({ code: 'NOT_FOUND' })
  expect((await list('')).totalCount).toBe(1)
})

test('a deployment is changed in part; its version stays, and what is left out too', async () => {
  const { ask, deployment } = await makeStage({ type: 'object', properties: { city: { type: 'string' } } })
  await ask('mutation { createWorkQueue(input: { workPoolName: "local", name: "urgent" }) { __typename } }')
  const update = async (input: object) =>
    (
      await ask(
        `mutation ($input: UpdateDeploymentInput!) { updateDeployment(input: $input) { __typename
          ... on UpdateDeploymentSuccess { deployment { description tags parameters concurrencyLimit version { number } workQueue { name } retryOnCrash onContactLost } } ... on Error { code path } } }`,
        { input: { id: deployment.id, ...input } },
      )
    ).data.updateDeployment
  expect(await update({ description: 'Every night', tags: ['a'], concurrencyLimit: 2, workQueueName: 'urgent' })).toMatchObject({
    deployment: { description: 'Every night', tags: ['a'], concurrencyLimit: 2, version: { number: 1 }, workQueue: { name: 'urgent' } },
  })
  expect(await update({ parameters: { city: 'Bern' }, onContactLost: 'STOP', retryOnCrash: 2 })).toMatchObject({
    deployment: {
      description: 'Every night',
      concurrencyLimit: 2,
      parameters: { city: 'Bern' },
      retryOnCrash: 2,
      onContactLost: 'STOP',
      version: { number: 1 },
    },
  })
  expect(await update({ concurrencyLimit: null, description: null })).toMatchObject({
    deployment: { description: null, concurrencyLimit: null, tags: ['a'] },
  })
  expect(await update({ parameters: { city: 4 } })).toMatchObject({ code: 'BAD_USER_INPUT', path: ['parameters', 'city'] })
  expect(await update({ workPoolName: 'none' })).toMatchObject({ code: 'NOT_FOUND', path: ['workPoolName'] })
  expect(await update({ id: '00000000-0000-7000-8000-000000000000' })).toMatchObject({ code: 'NOT_FOUND', path: ['id'] })
})

test('deployments and flows are found by what they belong to', async () => {
  const { ask, workPool } = await makeStage()
  await ask(
    'mutation { saveDeployment(input: { flowName: "other", name: "daily", entrypoint: "a.ts:a", path: "/a", workPoolName: "local", tags: ["x"] }) { __typename } }',
  )
  const names = async (filter: string) =>
    (await ask(`{ deployments(filter: ${filter}) { totalCount nodes { fullName } } }`)).data.deployments.nodes.map(
      ({ fullName }: { fullName: string }) => fullName,
    )
  expect(await names('{ flow: { name: ["etl"] } }')).toEqual(['etl/nightly'])
  expect(await names('{ tags: { any: ["x"] } }')).toEqual(['other/daily'])
  expect(await names('{ name: { contains: "IGHT" } }')).toEqual(['etl/nightly'])
  expect(await names(`{ workPool: { id: ["${workPool.id}"] }, isPaused: false }`)).toEqual(['other/daily', 'etl/nightly'])
  expect(await names('{ isPaused: true }')).toEqual([])
  const flows = await ask('{ flows { totalCount nodes { name deployments { name } } } flow(name: "etl") { name } none: flow(name: "none") { name } }')
  expect(flows.data).toEqual({
    flows: {
      totalCount: 2,
      nodes: [
        { name: 'etl', deployments: [{ name: 'nightly' }] },
        { name: 'other', deployments: [{ name: 'daily' }] },
      ],
    },
    flow: { name: 'etl' },
    none: null,
  })
})
