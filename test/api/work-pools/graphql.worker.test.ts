import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { eventually, makeWorkspace, query, TestWorker } from '../../support/engine-world.ts'
import { askAs, makeStage } from '../support.ts'

const MAKE = `mutation ($input: CreateWorkPoolInput!) { createWorkPool(input: $input) { __typename
  ... on CreateWorkPoolSuccess { created workPool { name type concurrencyLimit status slotsUsed waitingCount queues { name priority isPaused concurrencyLimit } workers { name } } } ... on Error { message code path } } }`

test('a pool is made with its default queue; again it is a conflict, unless that is fine', async () => {
  const { ask } = await makeStage()
  expect((await ask(MAKE, { input: { name: 'gpu', concurrencyLimit: 2 } })).data.createWorkPool).toEqual({
    __typename: 'CreateWorkPoolSuccess',
    created: true,
    workPool: {
      name: 'gpu',
      type: 'process',
      concurrencyLimit: 2,
      status: 'NOT_READY',
      slotsUsed: 0,
      waitingCount: 0,
      queues: [{ name: 'default', priority: 1, isPaused: false, concurrencyLimit: null }],
      workers: [],
    },
  })
  expect((await ask(MAKE, { input: { name: 'gpu' } })).data.createWorkPool).toMatchObject({
    __typename: 'ConflictError',
    code: 'CONFLICT',
    path: ['name'],
  })
  expect((await ask(MAKE, { input: { name: 'gpu', ifMissing: true } })).data.createWorkPool).toMatchObject({
    created: false,
    workPool: { concurrencyLimit: 2 },
  })
  expect((await ask('{ workPools { totalCount nodes { name } } workPool(name: "gpu") { name } }')).data).toEqual({
    workPools: { totalCount: 2, nodes: [{ name: 'local' }, { name: 'gpu' }] },
    workPool: { name: 'gpu' },
  })
})

test('a pool of a type that nobody serves, or with a strange name or limit, is refused', async () => {
  const { ask } = await makeStage()
  const cases: [object, string][] = [
    [{ name: 'x', type: 'kubernetes-of-tomorrow' }, 'type'],
    [{ name: '' }, 'name'],
    [{ name: 'a%b' }, 'name'],
    [{ name: 'x', concurrencyLimit: 0 }, 'concurrencyLimit'],
    [{ name: 'x', description: 'x'.repeat(20_000) }, 'description'],
  ]
  for (const [input, place] of cases) {
    expect((await ask(MAKE, { input })).data.createWorkPool, JSON.stringify(input).slice(0, 80)).toMatchObject({
      __typename: 'ValidationError',
      path: [place],
    })
  }
})

test('an idle worker is online however long ago the record heard of it, until its socket is gone', async () => {
  const world = await makeWorkspace()
  const pool = await world.makePool()
  const worker = await TestWorker.start(world, pool.name)
  const flowRunId = await pool.insertRun({ scheduledTime: Date.now() + 3_600_000 })
  const hearNothingForAnHour = () => query(sql`update workers set last_seen_at = now() - interval '1 hour' where workspace_id = ${world.workspaceId}`)
  const ask = askAs(world.editorKey.text)
  const look = async () => {
    const { data } = await ask(
      `{ workPool(name: "${pool.name}") { status workers { status lastSeenAt } } flowRun(id: "${flowRunId}") { why { waitingFor { kind } } } }`,
    )
    const [{ status, lastSeenAt }] = data.workPool.workers
    const isRecent = Date.parse(lastSeenAt) > Date.now() - 60_000
    return { pool: data.workPool.status, worker: status, isRecent, why: data.flowRun.why.waitingFor.map(({ kind }: { kind: string }) => kind) }
  }
  await hearNothingForAnHour()
  expect(await look()).toEqual({ pool: 'READY', worker: 'ONLINE', isRecent: true, why: ['NOT_DUE'] })
  worker.leave(4000)
  await eventually(async () => {
    await hearNothingForAnHour()
    return (await look()).worker === 'OFFLINE'
  })
  expect(await look()).toEqual({ pool: 'NOT_READY', worker: 'OFFLINE', isRecent: false, why: ['NOT_DUE', 'NO_WORKER'] })
})
