/** Queues, pauses and limits as people set them: what waits says so, and what may run again is given out at once. */
import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { makeWorkspace, query, RunningRun, TestWorker } from '../../support/engine-world.ts'
import { askAs } from '../support.ts'

async function makeScene(limits: { limit?: number; deploymentLimit?: number } = {}) {
  const world = await makeWorkspace()
  const pool = await world.makePool(limits)
  const ask = askAs(world.editorKey.text)
  const { deploymentId = '', workQueueId = '' } = pool.newRun() as { deploymentId: string; workQueueId: string }
  /** Sends one mutation; answers its result. */
  const change = async (name: string, input: Record<string, unknown>) => {
    const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input`
    const { data, errors } = await ask(
      `mutation ($input: ${type}!) { result: ${name}(input: $input) { __typename ... on Error { code message path } ... on ${type.replace(/Input$/, 'Success')} {
        ${name.endsWith('WorkPool') ? 'workPool { isPaused status description concurrencyLimit }' : name.endsWith('WorkQueue') ? 'workQueue { id uuid name priority isPaused concurrencyLimit }' : 'deployment { isPaused }'} } } }`,
      { input },
    )
    expect(errors).toBeUndefined()
    return data.result
  }
  const why = async (id: string): Promise<string[]> => {
    const { data } = await ask(`{ flowRun(id: "${id}") { why { waitingFor { kind } } } }`)
    return data.flowRun.why.waitingFor.map(({ kind }: { kind: string }) => kind)
  }
  const audit = async () =>
    (await query<{ action: string }>(sql`select action from audit_rows where workspace_id = ${world.workspaceId} order by id`)).map(
      ({ action }) => action,
    )
  return { world, pool, ask, deploymentId, workQueueId, change, why, audit }
}

test('a paused deployment, queue or pool lets its runs wait and says so; resumed, they are given out', async () => {
  const { world, pool, deploymentId, workQueueId, change, why, audit } = await makeScene()
  const worker = await TestWorker.start(world, pool.name)
  const pauses = [
    {
      kind: 'DEPLOYMENT_PAUSED',
      pause: () => change('pauseDeployment', { id: deploymentId }),
      resume: () => change('resumeDeployment', { id: deploymentId }),
    },
    {
      kind: 'QUEUE_PAUSED',
      pause: () => change('updateWorkQueue', { id: workQueueId, isPaused: true }),
      resume: () => change('updateWorkQueue', { id: workQueueId, isPaused: false }),
    },
    {
      kind: 'POOL_PAUSED',
      pause: () => change('updateWorkPool', { id: pool.id, isPaused: true }),
      resume: () => change('updateWorkPool', { id: pool.id, isPaused: false }),
    },
  ]
  for (const { kind, pause, resume } of pauses) {
    expect(Object.values(await pause())[1], kind).toMatchObject({ isPaused: true })
    expect((await pool.offer()).outcome, kind).toBe('declined')
    const id = await pool.insertRun()
    await pool.ring()
    expect(await why(id), kind).toContain(kind)
    expect((await world.readRun(id)).state.type, kind).toBe('SCHEDULED')
    expect(Object.values(await resume())[1], kind).toMatchObject({ isPaused: false })
    const [taken] = await worker.takes(1)
    expect(taken?.flowRunId, kind).toBe(id)
    expect(await why(id), kind).not.toContain(kind)
  }
  expect(await audit()).toEqual([
    ...['deployments:pause', 'deployments:pause'],
    ...['work-queues:update', 'work-queues:update'],
    ...['work-pools:update', 'work-pools:update'],
  ])
})

test('the same again changes nothing and is noted by nobody', async () => {
  const { pool, deploymentId, workQueueId, change, audit } = await makeScene({ limit: 3 })
  await change('resumeDeployment', { id: deploymentId })
  await change('updateWorkQueue', { id: workQueueId, priority: 1, isPaused: false, concurrencyLimit: null })
  await change('updateWorkPool', { id: pool.id, isPaused: false, concurrencyLimit: 3 })
  await change('updateWorkPool', { id: pool.id })
  expect(await audit()).toEqual([])
  expect(await change('updateWorkPool', { id: pool.id, description: 'for nights' })).toMatchObject({
    workPool: { description: 'for nights', concurrencyLimit: 3, isPaused: false },
  })
  expect(await change('updateWorkPool', { id: pool.id, description: null, concurrencyLimit: null })).toMatchObject({
    workPool: { description: null, concurrencyLimit: null },
  })
  expect(await audit()).toEqual(['work-pools:update', 'work-pools:update'])
})

test('a limit that is raised or lifted gives out what waited for it; one that is set counts what runs already', async () => {
  const { world, pool, workQueueId, change, why } = await makeScene({ limit: 1 })
  const ids = await Promise.all([1, 2, 3, 4].map((age) => pool.insertRun({ scheduledTime: Date.now() - age * 1_000 })))
  const worker = await TestWorker.start(world, pool.name, { slots: 10 })
  await worker.takes(1)
  await change('updateWorkPool', { id: pool.id, concurrencyLimit: 2 })
  await worker.takes(1)
  // A limit of the queue begins with two places taken.
  await change('updateWorkQueue', { id: workQueueId, concurrencyLimit: 2 })
  await change('updateWorkPool', { id: pool.id, concurrencyLimit: null })
  const [second] = ids as [string, string]
  expect(await why(second)).toContain('LIMIT_FULL')
  await change('updateWorkQueue', { id: workQueueId, concurrencyLimit: 3 })
  await worker.takes(1)
  await change('updateWorkQueue', { id: workQueueId, concurrencyLimit: null })
  const [last] = await worker.takes(1)
  expect(last?.flowRunId).toBe(ids[0])
})

test('runs of a queue that comes first are given out first, and the order can be changed', async () => {
  const { world, pool, workQueueId, change } = await makeScene()
  const { workQueue } = await change('createWorkQueue', { workPoolName: pool.name, name: 'urgent', priority: 1, concurrencyLimit: 5 })
  expect(workQueue).toMatchObject({ name: 'urgent', priority: 1, isPaused: false, concurrencyLimit: 5 })
  expect(await change('updateWorkQueue', { id: workQueueId, priority: 2 })).toMatchObject({ workQueue: { priority: 2, isPaused: false } })
  const later = await pool.insertRun({ scheduledTime: Date.now() - 60_000 })
  const urgent = await pool.insertRun({ ...(await pool.another()), workQueueId: workQueue.uuid })
  const worker = await TestWorker.start(world, pool.name, { slots: 1 })
  const [first] = await worker.takes(1)
  expect(first?.flowRunId).toBe(urgent)
  await change('updateWorkQueue', { id: workQueue.id, priority: 3 })
  const urgentToo = await pool.insertRun({ ...(await pool.another()), workQueueId: workQueue.uuid, scheduledTime: Date.now() - 120_000 })
  const run = new RunningRun(first!)
  await worker.reports(run.becomes('RUNNING'))
  await worker.reports(run.becomes('COMPLETED'))
  worker.say({ type: 'room', free: 1, draining: false })
  expect((await worker.takes(1))[0]?.flowRunId).toBe(later)
  expect((await world.readRun(urgentToo)).state.type).toBe('SCHEDULED')
})

test('a deployment is saved into a queue that was made, and a queue is made once', async () => {
  const { pool, ask, change, audit } = await makeScene()
  await change('createWorkQueue', { workPoolName: pool.name, name: 'nights' })
  const { data } = await ask(
    `mutation ($input: SaveDeploymentInput!) { saveDeployment(input: $input) { ... on SaveDeploymentSuccess { deployment { workQueue { name priority } } } ... on Error { message } } }`,
    { input: { flowName: 'etl', name: 'nightly', entrypoint: 'a.ts:a', path: '/a', workPoolName: pool.name, workQueueName: 'nights' } },
  )
  expect(data.saveDeployment).toEqual({ deployment: { workQueue: { name: 'nights', priority: 1 } } })
  expect(await audit()).toEqual(['work-queues:create', 'deployments:save'])
  const refused = async (name: string, input: Record<string, unknown>) => {
    const { __typename, path } = await change(name, input)
    return `${__typename} ${path}`
  }
  expect(await refused('createWorkQueue', { workPoolName: pool.name, name: 'nights' })).toBe('ConflictError name')
  expect(await refused('createWorkQueue', { workPoolName: pool.name, name: 'default' })).toBe('ConflictError name')
  expect(await refused('createWorkQueue', { workPoolName: 'nowhere', name: 'x' })).toBe('NotFoundError workPoolName')
  expect(await refused('createWorkQueue', { workPoolName: pool.name, name: 'a/b' })).toBe('ValidationError name')
  expect(await refused('createWorkQueue', { workPoolName: pool.name, name: 'x', priority: 0 })).toBe('ValidationError priority')
  expect(await refused('createWorkQueue', { workPoolName: pool.name, name: 'x', concurrencyLimit: 0 })).toBe('ValidationError concurrencyLimit')
  expect(await refused('updateWorkQueue', { id: pool.id, priority: -1 })).toBe('ValidationError priority')
  expect(await refused('updateWorkQueue', { id: pool.id, isPaused: true })).toBe('NotFoundError id')
  expect(await refused('updateWorkPool', { id: pool.newRun().workQueueId, concurrencyLimit: 1 })).toBe('NotFoundError id')
  expect(await refused('updateWorkPool', { id: pool.id, concurrencyLimit: -1 })).toBe('ValidationError concurrencyLimit')
  expect(await refused('pauseDeployment', { id: pool.id })).toBe('NotFoundError id')
  expect(await audit()).toEqual(['work-queues:create', 'deployments:save'])
})
