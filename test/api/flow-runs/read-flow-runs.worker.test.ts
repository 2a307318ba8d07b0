import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { newId } from '../../../core/ids.ts'
import { makeState, type StateDetails, type StateType } from '../../../core/states.ts'
import { query } from '../../support/engine-world.ts'
import { logsFact, startRunner, taskRunFact } from '../reporting.ts'
import { type Answer, type Ask, askWith, CREATE, makeStage } from '../support.ts'

async function makeRuns(ask: Ask, count: number): Promise<string[]> {
  const uuids: string[] = []
  for (let index = 0; index < count; index++) {
    const input = { deploymentName: 'etl/nightly', name: `run ${index}`, tags: index % 2 ? ['odd'] : ['even'], parameters: { index } }
    uuids.push((await ask(CREATE, { input })).data.createFlowRun.flowRun.uuid)
  }
  return uuids
}

const LIST = `query ($first: Int, $after: String, $last: Int, $before: String, $filter: FlowRunFilter, $orderBy: FlowRunOrder) {
  flowRuns(first: $first, after: $after, last: $last, before: $before, filter: $filter, orderBy: $orderBy) {
    totalCount totalCountIsExact nodes { uuid name } edges { cursor node { uuid } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`

test('pages follow each other without gap or repetition while new runs come in, forwards and backwards', async () => {
  const { ask } = await makeStage()
  const uuids = (await makeRuns(ask, 7)).reverse()
  const seen: string[] = []
  let after: string | null = null
  for (let page = 0; page < 3; page++) {
    const answer: Answer = await ask(LIST, { first: 3, after })
    const { flowRuns } = answer.data
    seen.push(...flowRuns.nodes.map((run: { uuid: string }) => run.uuid))
    expect(flowRuns.pageInfo.hasNextPage).toBe(page < 2)
    expect(flowRuns.edges.map((edge: { node: { uuid: string } }) => edge.node.uuid)).toEqual(flowRuns.nodes.map((run: { uuid: string }) => run.uuid))
    after = flowRuns.pageInfo.endCursor
    if (page === 0) await makeRuns(ask, 1)
  }
  expect(seen).toEqual(uuids)
  const back = (await ask(LIST, { last: 3 })).data.flowRuns
  expect(back.nodes.map((run: { uuid: string }) => run.uuid)).toEqual(uuids.slice(-3))
  const before = (await ask(LIST, { last: 2, before: back.pageInfo.startCursor })).data.flowRuns
  expect(before.nodes.map((run: { uuid: string }) => run.uuid)).toEqual(uuids.slice(-5, -3))
  const oldest = (await ask(LIST, { first: 2, orderBy: 'CREATED_ASC' })).data.flowRuns
  expect(oldest.nodes.map((run: { uuid: string }) => run.uuid)).toEqual(uuids.slice(-2).reverse())
  expect(oldest).toMatchObject({ totalCount: 8, totalCountIsExact: true })
  expect((await ask(LIST, { first: 2, orderBy: 'START_TIME_DESC', after })).errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT')
})

test('filters mean what they say, alone and combined', async () => {
  const { ask, deployment } = await makeStage()
  const uuids = await makeRuns(ask, 4)
  await ask('mutation ($id: ID!) { cancelFlowRun(input: { id: $id }) { __typename } }', { id: uuids[3] })
  const names = async (filter: object) =>
    ((await ask(LIST, { filter, orderBy: 'CREATED_ASC' })).data.flowRuns.nodes as { name: string }[]).map((run) => run.name.slice(4)).join('')
  expect(await names({})).toBe('0123')
  expect(await names({ id: { in: [uuids[1], uuids[2]] } })).toBe('12')
  expect(await names({ id: { endsWith: uuids[2]?.slice(-9).toUpperCase() }, name: { in: ['run 1', 'run 2'] } })).toBe('2')
  for (const id of [{ endsWith: '%%%%' }, { endsWith: 'abc' }, { in: ['nonsense'] }])
    expect((await ask(LIST, { filter: { id } })).errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT')
  expect(await names({ state: { type: { in: ['CANCELLED'] } } })).toBe('3')
  expect(await names({ state: { type: { notIn: ['CANCELLED', 'FAILED'] } } })).toBe('012')
  expect(await names({ state: { name: { equals: 'Scheduled' } } })).toBe('012')
  expect(await names({ name: { contains: 'RUN 2' } })).toBe('2')
  expect(await names({ name: { contains: '%' } })).toBe('')
  expect(await names({ name: { in: ['run 0', 'run 1', 'x'] } })).toBe('01')
  expect(await names({ tags: { all: ['odd'] } })).toBe('13')
  expect(await names({ tags: { any: ['odd', 'even'] } })).toBe('0123')
  expect(await names({ tags: { all: ['odd', 'even'] } })).toBe('')
  expect(await names({ deployment: { name: ['etl/nightly'] } })).toBe('0123')
  expect(await names({ deployment: { id: [deployment.id, deployment.uuid] } })).toBe('0123')
  expect(await names({ flow: { name: ['other'] } })).toBe('')
  expect(await names({ workPool: { name: ['local'] } })).toBe('0123')
  expect(await names({ createdAt: { after: '2020-01-01T00:00:00Z', before: '2099-01-01T00:00:00Z' } })).toBe('0123')
  expect(await names({ startTime: { after: '2020-01-01T00:00:00Z' } })).toBe('')
  expect(await names({ or: [{ name: { equals: 'run 0' } }, { state: { type: { in: ['CANCELLED'] } } }] })).toBe('03')
  expect(await names({ and: [{ tags: { any: ['odd'] } }, { not: { name: { equals: 'run 3' } } }] })).toBe('1')
  const deep = Array.from({ length: 12 }).reduce<object>((inner) => ({ not: inner }), { name: { equals: 'x' } })
  expect((await ask(LIST, { filter: deep })).errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT')
  expect((await ask(LIST, { filter: { or: Array.from({ length: 101 }, () => ({ name: { equals: 'x' } })) } })).errors?.[0]?.extensions.code).toBe(
    'BAD_USER_INPUT',
  )
  expect((await ask(LIST, { filter: { name: { in: Array.from({ length: 300 }, String) } } })).errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT')
})

test('runs are found by how long they took, or have been taking; what has not begun matches none', async () => {
  const { ask } = await makeStage()
  const [ended, going] = await makeRuns(ask, 3)
  await query(sql`update flow_runs set start_time = now() - interval '1 hour' where id = ${going}`)
  await query(
    sql`update flow_runs set state_type = 'COMPLETED', start_time = now() - interval '2 hours', end_time = now() - interval '2 hours' + interval '90 seconds' where id = ${ended}`,
  )
  const names = async (duration: object) =>
    (await ask(LIST, { filter: { duration } })).data.flowRuns.nodes.map(({ name }: { name: string }) => name).sort()
  expect(await names({ atLeast: 60 })).toEqual(['run 0', 'run 1'])
  expect(await names({ atLeast: 90, atMost: 90 })).toEqual(['run 0'])
  expect(await names({ atLeast: 3600 })).toEqual(['run 1'])
  expect(await names({ atMost: 89.5 })).toEqual([])
  expect((await ask(LIST, { filter: { duration: { atLeast: -1 } } })).errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT')
})

test('a run page: task runs, timeline, logs, artifacts, states, by id and by node', async () => {
  const { ask } = await makeStage()
  const runner = await startRunner(ask, 'page')
  const first = taskRunFact(runner.uuid, 'read')
  const second = taskRunFact(runner.uuid, 'sum', [first.taskRunId])
  const said = logsFact(runner.uuid, 'one', 'two', '!three')
  if (said.kind === 'logs')
    for (const [at, taskRunId] of [first.taskRunId, newId()].entries()) Object.assign(said.lines[at + 1] as object, { taskRunId })
  await runner.report(first, second, said, {
    kind: 'artifact',
    artifactId: first.taskRunId.replace(/^.{8}/, '01a10000'),
    flowRunId: runner.uuid,
    taskRunId: null,
    key: 'table',
    type: 'table',
    description: 'Rows',
    data: [{ a: 1 }],
    time: Date.now(),
  })
  const { data, errors } = await ask(
    `query ($id: ID!) { flowRun(id: $id) {
      taskRuns(first: 1) { totalCount nodes { id name runTime state { type } stateHistory { type } upstream flowRunId } pageInfo { hasNextPage endCursor } }
      all: taskRuns { nodes { id name upstream } }
      some: taskRuns(filter: { name: { equals: "sum" }, state: { type: { in: [COMPLETED] } } }) { totalCount nodes { name } }
      timeline { origin cursor total ids names stateTypes segments upstream hasMore }
      logs { nodes { message level cursor source taskRunId taskRunName } pageInfo { hasNextPage } }
      errors: logs(filter: { level: ERROR }) { nodes { message } }
      tail: logs(last: 2) { nodes { message } pageInfo { hasPreviousPage } }
      found: logs(filter: { text: "WO" }) { nodes { message } }
      artifacts { id key type description data }
      times { running } runCount startTime endTime } }`,
    { id: runner.id },
  )
  expect(errors).toBeUndefined()
  const run = data.flowRun
  expect(run.taskRuns).toMatchObject({
    totalCount: 2,
    nodes: [{ name: 'read', runTime: 1, state: { type: 'COMPLETED' }, flowRunId: runner.id }],
    pageInfo: { hasNextPage: true },
  })
  expect(run.all.nodes[1].upstream).toEqual([run.all.nodes[0].id])
  expect(run.some).toEqual({ totalCount: 1, nodes: [{ name: 'sum' }] })
  expect(run.timeline).toMatchObject({
    total: 2,
    names: ['read', 'sum'],
    stateTypes: ['COMPLETED', 'COMPLETED'],
    upstream: [[], [0]],
    hasMore: false,
  })
  expect(run.timeline.segments[0].map((value: number, index: number) => (index % 3 ? 'ms' : value))).toEqual([0, 'ms', 'ms', 1, 'ms', 'ms'])
  expect(run.logs.nodes.map((line: { message: string }) => line.message)).toEqual(['one', 'two', '!three'])
  // The flow itself, a task run, and one that has not been heard of.
  expect(run.logs.nodes.map((line: { taskRunName: string | null }) => line.taskRunName)).toEqual([null, 'read', null])
  expect(run.errors.nodes).toEqual([{ message: '!three' }])
  expect(run.tail).toEqual({ nodes: [{ message: 'two' }, { message: '!three' }], pageInfo: { hasPreviousPage: true } })
  expect(run.found.nodes).toEqual([{ message: 'two' }])
  expect(run.artifacts).toMatchObject([{ key: 'table', type: 'TABLE', description: 'Rows', data: [{ a: 1 }] }])
  const later = await ask(
    'query ($id: ID!, $after: String!, $log: String!) { flowRun(id: $id) { timeline(after: $after) { ids total } logs(after: $log) { nodes { message } } } }',
    {
      id: runner.id,
      after: run.timeline.cursor,
      log: run.logs.nodes[0].cursor,
    },
  )
  expect(later.data.flowRun).toEqual({ timeline: { ids: [], total: 2 }, logs: { nodes: [{ message: 'two' }, { message: '!three' }] } })
  const nodes = await ask(
    `query ($run: ID!, $task: ID!, $artifact: ID!) { run: node(id: $run) { __typename id ... on FlowRun { name } } task: node(id: $task) { __typename id ... on TaskRun { name } }
      artifact: node(id: $artifact) { __typename id } taskRun(id: $task) { name childFlowRun { id } } }`,
    { run: runner.id, task: run.all.nodes[0].id, artifact: run.artifacts[0].id },
  )
  expect(nodes.data).toEqual({
    run: { __typename: 'FlowRun', id: runner.id, name: 'page' },
    task: { __typename: 'TaskRun', id: run.all.nodes[0].id, name: 'read' },
    artifact: { __typename: 'Artifact', id: run.artifacts[0].id },
    taskRun: { name: 'read', childFlowRun: null },
  })
})

test('runs are counted over time, in equal steps, by the state that they are in now; those that have not begun are in none', async () => {
  const { ask } = await makeStage()
  await makeRuns(ask, 2)
  const [one, , three] = [await startRunner(ask), await startRunner(ask), await startRunner(ask)]
  await one?.end('COMPLETED')
  await three?.end('FAILED', 'no')
  const HISTOGRAM = `query ($from: DateTime!, $to: DateTime!, $steps: Int!) {
    flowRunHistogram(from: $from, to: $to, steps: $steps) { from to step isExact series { stateType counts } } }`
  const now = Date.now()
  const at = (minutes: number) => new Date(now + minutes * 60_000).toISOString()
  const { flowRunHistogram } = (await ask(HISTOGRAM, { from: at(-60), to: at(60), steps: 6 })).data
  expect(flowRunHistogram).toMatchObject({ step: 1200, isExact: true })
  const series = Object.fromEntries(
    flowRunHistogram.series.map(({ stateType, counts }: { stateType: string; counts: number[] }) => [stateType, counts]),
  )
  const sums = Object.fromEntries(Object.entries(series as Record<string, number[]>).map(([type, counts]) => [type, counts.reduce((a, b) => a + b)]))
  expect(sums).toEqual({ COMPLETED: 1, FAILED: 1, RUNNING: 1 })
  // They began a moment ago: around the middle, and not at the ends.
  for (const counts of Object.values(series as Record<string, number[]>))
    expect([counts.length, counts[0], counts[1], counts[4], counts[5]]).toEqual([6, 0, 0, 0, 0])
  expect((await ask(HISTOGRAM, { from: at(-120), to: at(-60), steps: 3 })).data.flowRunHistogram.series).toEqual([])
  for (const wrong of [
    { from: at(0), to: at(0), steps: 1 },
    { from: at(-1), to: at(0), steps: 0 },
    { from: at(-1), to: at(0), steps: 201 },
  ])
    expect((await ask(HISTOGRAM, wrong)).errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT')
})

test('round trips to the database do not grow with what is asked: gathered, batched, counted', async () => {
  const { key, ask } = await makeStage()
  await makeRuns(ask, 5)
  const costly = askWith({ authorization: `Bearer ${key}`, 'x-weir-cost': '1' })
  const tripsOf = async (query: string, variables?: Record<string, unknown>) => {
    const answer = (await costly(query, variables)) as unknown as {
      errors?: unknown
      extensions: { cost: { roundTrips: number; complexity: number } }
    }
    expect(answer.errors).toBeUndefined()
    expect(answer.extensions.cost.complexity).toBeGreaterThan(0)
    return answer.extensions.cost.roundTrips
  }
  expect(await tripsOf(CREATE, { input: { deploymentName: 'etl/nightly' } })).toBeLessThanOrEqual(2)
  expect(await tripsOf('{ viewer { actor } }')).toBe(0)
  expect(
    await tripsOf(
      '{ flowRuns { totalCount nodes { name state { name } flow { name } deployment { fullName } workPool { name } worker { name } } } }',
    ),
  ).toBe(1)
  expect(
    await tripsOf(
      '{ flowRuns { nodes { flow { createdAt } deployment { tags description } workPool { slotsUsed } workQueue { waitingCount } why { waitingFor { kind } } stateHistory { type } } } }',
    ),
  ).toBe(2)
  const { nodes } = (await ask('{ flowRuns(first: 1) { nodes { id } } }')).data.flowRuns
  const page = `query ($id: ID!) { flowRun(id: $id) { name stateHistory { type } why { waitingFor { kind } } taskRuns { totalCount nodes { id } } logs { nodes { message } }
    artifacts { id } timeline { ids } childFlowRuns { id } deployment { version { number } } deploymentVersion { number } workPool { workers { name } status } } }`
  expect(await tripsOf(page, { id: nodes[0].id })).toBe(2)
  expect(await tripsOf('{ workPools { totalCount nodes { name status slotsUsed queues { name waitingCount } workers { name } } } }')).toBe(2)
  expect(
    await tripsOf('{ deployments { totalCount nodes { fullName version { number } workPool { status } flowRuns(first: 3) { nodes { name } } } } }'),
  ).toBe(2)
  expect(
    await tripsOf('mutation ($id: ID!) { cancelFlowRun(input: { id: $id }) { ... on CancelFlowRunSuccess { flowRun { state { type } } } } }', {
      id: nodes[0].id,
    }),
  ).toBeLessThanOrEqual(3)
})

test('a list costs what is inside it times its page: nested pages of the usual size pass, products of large ones and bombs of aliases do not', async () => {
  const { ask } = await makeStage()
  const nested =
    '{ flowRuns { nodes { name state { type name timestamp } taskRuns { nodes { name state { type } } } logs { nodes { time message } } } } }'
  expect(await ask(nested)).toEqual({ status: 200, data: { flowRuns: { nodes: [] } } })
  const byEdges = '{ flowRuns { edges { node { name taskRuns { edges { node { name state { type } } } } } } } }'
  expect((await ask(byEdges)).data).toEqual({ flowRuns: { edges: [] } })
  const tooLarge = {
    'two pages of 200': '{ flowRuns(first: 200) { nodes { taskRuns(first: 200) { nodes { name runCount } } } } }',
    'three pages of 200': '{ deployments(first: 200) { nodes { flowRuns(first: 200) { nodes { taskRuns(first: 200) { nodes { name } } } } } } }',
    'three pages of 200 by edges':
      '{ deployments(first: 200) { edges { node { flowRuns(first: 200) { edges { node { taskRuns(first: 200) { edges { node { name } } } } } } } } } }',
    'aliases of nested pages': `{ ${Array.from({ length: 20 }, (_, at) => `a${at}: flowRuns { nodes { taskRuns { nodes { name } } } }`).join(' ')} }`,
  }
  for (const [what, query] of Object.entries(tooLarge)) expect((await ask(query)).errors?.[0]?.extensions.code, what).toBe('LIMIT_EXCEEDED')
})

test('a run tells the version that its flow had when its last attempt began, whatever the record has written since', async () => {
  const { ask } = await makeStage()
  const [runner, silent] = [await startRunner(ask), await startRunner(ask)]
  const enter = (type: StateType, details: StateDetails, runCount: number) =>
    runner.report({ kind: 'flow-run-state', state: makeState({ id: newId(), type, timestamp: Date.now(), details }), runCount })
  const versions = async () => {
    const { data } = await ask('query ($ids: [ID!]!) { flowRuns(first: 9, filter: { id: { in: $ids } }) { nodes { uuid flowVersion } } }', {
      ids: [runner.uuid, silent.uuid],
    })
    const nodes = data.flowRuns.nodes as { uuid: string; flowVersion: string | null }[]
    return [runner, silent].map(({ uuid }) => nodes.find((node) => node.uuid === uuid)?.flowVersion)
  }
  expect(await versions()).toEqual([null, null])
  await enter('SCHEDULED', { scheduledTime: Date.now() }, 1)
  await enter('RUNNING', { flowVersion: '4f2a91c' }, 2)
  expect(await versions()).toEqual(['4f2a91c', null])
  await enter('PAUSED', { pauseUntil: Date.now() + 60_000 }, 2)
  const { errors } = await ask('mutation ($id: ID!) { resumeFlowRun(input: { id: $id }) { __typename } }', { id: runner.id })
  expect(errors).toBeUndefined()
  expect(await versions()).toEqual(['4f2a91c', null])
  await runner.hear()
  await enter('SCHEDULED', { scheduledTime: Date.now() }, 2)
  await enter('RUNNING', {}, 3)
  expect(await versions()).toEqual([null, null])
})
