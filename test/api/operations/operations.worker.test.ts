/** Verbs on all runs of a filter. */
import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { sealerOf } from '../../../api/blocks/sealer.ts'
import { coordinatorsOf } from '../../../api/context.ts'
import { makeLog } from '../../../api/log.ts'
import { continueOperations } from '../../../api/maintenance/continue-operations.ts'
import { sweep } from '../../../api/maintenance/run-maintenance.ts'
import { carryOut } from '../../../api/operations/carry-out.ts'
import { newId, newIdAt } from '../../../core/ids.ts'
import { TIMINGS } from '../../../core/timings.ts'
import { insertOperation, type OperationKind } from '../../../db/queries/operations/operations.ts'
import { env, eventually, makeWorkspace, query, system, TestWorker } from '../../support/engine-world.ts'
import { startRunner } from '../reporting.ts'
import { subscribe } from '../subscribe.ts'
import { type Ask, askAs, CREATE, makeStage } from '../support.ts'

const OPERATION =
  'id uuid kind state isStopping totalCount processedCount changedCount unchangedCount refusedCount refusals { flowRunId message } createdBy endedAt'

const begin = async (ask: Ask, verb: string, input: object) => {
  const type = `${verb[0]?.toUpperCase()}${verb.slice(1)}`
  const answer = await ask(
    `mutation ($input: ${type}Input!) { ${verb}(input: $input) { __typename
      ... on ${type}Success { matchedCount matchedCountIsExact operation { ${OPERATION} } } ... on Error { code path message } } }`,
    { input },
  )
  expect(answer.errors).toBeUndefined()
  return answer.data[verb]
}

const read = async (ask: Ask, id: string) => (await ask(`query ($id: ID!) { operation(id: $id) { ${OPERATION} } }`, { id })).data.operation

/** The operation when it is over. */
const over = (ask: Ask, id: string) =>
  eventually(async () => {
    const operation = await read(ask, id)
    return operation.state !== 'RUNNING' && operation
  })

const makeRun = async (ask: Ask, input: object = {}) =>
  (await ask(CREATE, { input: { deploymentName: 'etl/nightly', ...input } })).data.createFlowRun.flowRun as { id: string; uuid: string }

/** So many more runs like the one. */
const multiply = (id: string, times: number) =>
  query(sql`
    with copied as (
      insert into flow_runs select (jsonb_populate_record(r, jsonb_build_object('id', new_id(), 'state_id', new_id()))).* from flow_runs r, generate_series(1, ${times}::int)
      where r.id = ${id}::uuid returning workspace_id, id
    )
    insert into flow_run_tags select workspace_id, id, 'bulk' from copied`)

const statesOf = async (workspaceId: string) =>
  Object.fromEntries(
    (
      await query<{ state_type: string; runs: number }>(
        sql`select state_type, count(*)::int as runs from flow_runs where workspace_id = ${workspaceId}::uuid group by state_type`,
      )
    ).map(({ state_type, runs }) => [state_type, runs]),
  )

test('all runs of a filter are cancelled, several steps of them, and nothing else; a dry run only counts', async () => {
  const { ask, workspaceId, key } = await makeStage()
  const [run] = [await makeRun(ask, { tags: ['bulk'] }), await makeRun(ask)]
  await multiply(run.uuid, 449)
  const filter = { tags: { any: ['bulk'] } }
  expect(await begin(ask, 'cancelFlowRuns', { filter, dryRun: true })).toEqual({
    __typename: 'CancelFlowRunsSuccess',
    matchedCount: 450,
    matchedCountIsExact: true,
    operation: null,
  })
  expect(await statesOf(workspaceId)).toEqual({ SCHEDULED: 451 })
  const stream = await subscribe<{ topics: string[] }>(key, 'subscription { changes(topics: [OPERATIONS]) { topics } }')
  await stream.next()
  const { operation } = await begin(ask, 'cancelFlowRuns', { filter, reason: 'not needed' })
  expect(operation).toMatchObject({ kind: 'CANCEL_FLOW_RUNS', state: 'RUNNING', totalCount: 450, createdBy: 'key "admin"' })
  await stream.until(({ topics }) => topics.includes('OPERATIONS'))
  await stream.close()
  expect(await over(ask, operation.id)).toMatchObject({
    state: 'COMPLETED',
    processedCount: 450,
    changedCount: 450,
    refusedCount: 0,
    endedAt: expect.any(String),
  })
  expect(await statesOf(workspaceId)).toEqual({ SCHEDULED: 1, CANCELLED: 450 })
  const { data } = await ask('query ($id: ID!) { flowRun(id: $id) { state { message } } operations { totalCount nodes { id } } }', { id: run.id })
  expect(data).toEqual({ flowRun: { state: { message: 'not needed' } }, operations: { totalCount: 1, nodes: [{ id: operation.id }] } })
  // What is as asked already is counted, and not changed again.
  const again = await over(ask, (await begin(ask, 'cancelFlowRuns', { filter, limit: 3 })).operation.id)
  expect(again).toMatchObject({ totalCount: 3, processedCount: 3, changedCount: 0, unchangedCount: 3 })
})

test('runs are retried, and those that cannot be are told; then they are deleted, and one that goes on stays', async () => {
  const { ask } = await makeStage()
  const [a, b] = [await makeRun(ask), await makeRun(ask)]
  await ask('mutation ($id: ID!) { cancelFlowRun(input: { id: $id }) { __typename } }', { id: a.id })
  const retried = await over(ask, (await begin(ask, 'retryFlowRuns', { filter: {}, onLatestVersion: true })).operation.id)
  expect(retried).toMatchObject({ state: 'COMPLETED', totalCount: 2, changedCount: 1, refusedCount: 1 })
  expect(retried.refusals).toMatchObject([{ flowRunId: b.id, message: expect.stringContaining('only a run that has ended') }])
  const runner = await startRunner(ask)
  const deleted = await over(ask, (await begin(ask, 'deleteFlowRuns', { filter: {} })).operation.id)
  expect(deleted).toMatchObject({
    totalCount: 3,
    changedCount: 2,
    refusedCount: 1,
    refusals: [{ flowRunId: runner.id, message: 'the run is going on' }],
  })
  expect((await ask('{ flowRuns { nodes { id } } }')).data.flowRuns.nodes).toEqual([{ id: runner.id }])
})

test('the same request again is the same operation; inputs that cannot be are refused', async () => {
  const { ask } = await makeStage()
  await makeRun(ask)
  const input = { filter: { name: { contains: 'no such run' } }, idempotencyKey: 'k' }
  const first = await begin(ask, 'deleteFlowRuns', input)
  expect((await begin(ask, 'deleteFlowRuns', input)).operation.id).toBe(first.operation.id)
  expect(await begin(ask, 'deleteFlowRuns', { ...input, limit: 1 })).toMatchObject({ code: 'CONFLICT', path: ['idempotencyKey'] })
  expect(await begin(ask, 'cancelFlowRuns', { filter: {}, limit: 0 })).toMatchObject({ code: 'BAD_USER_INPUT', path: ['limit'] })
  expect(await begin(ask, 'cancelFlowRuns', { filter: {}, limit: 10_001 })).toMatchObject({ code: 'BAD_USER_INPUT', path: ['limit'] })
  expect(await begin(ask, 'cancelFlowRuns', { filter: {}, reason: 'x'.repeat(1_001) })).toMatchObject({ code: 'BAD_USER_INPUT', path: ['reason'] })
  expect(await begin(ask, 'cancelFlowRuns', { filter: { flow: { id: ['nonsense'] } } })).toMatchObject({ code: 'BAD_USER_INPUT' })
  expect((await ask('mutation { cancelFlowRuns(input: { }) { __typename } }')).errors?.[0]?.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED')
})

test('a worker that holds a run hears of its cancellation by an operation', async () => {
  const world = await makeWorkspace()
  const pool = await world.makePool()
  const worker = await TestWorker.start(world, pool.name)
  await pool.offer()
  const [assignment] = await worker.takes(1)
  const ask = askAs(world.editorKey.text)
  const { operation } = await begin(ask, 'cancelFlowRuns', { filter: { workPool: { name: [pool.name] } } })
  await worker.hears('direct')
  expect(await over(ask, operation.id)).toMatchObject({ changedCount: 1 })
  expect((await world.readRun(assignment?.flowRunId as string)).state.type).toBe('CANCELLING')
})

/** An operation that nobody carries out: its request is gone. */
async function leave(workspaceId: string, kind: OperationKind, hold: number) {
  const deed = { id: newId(), actor: 'test', action: 'test', details: {} }
  // Copies of runs have their ids from the database, in this very millisecond, too: an id made here may sort among them.
  const bound = newIdAt(Date.now() + 1_000)
  return system
    .inWorkspace(workspaceId)
    .run(insertOperation({ id: newId(), kind, input: { filter: {} }, total: 250, most: 10_000, bound, createdBy: 'test' }, hold, deed))
}

const maintenance = () => ({
  db: system,
  coordinators: coordinatorsOf(
    env,
    TIMINGS,
    makeLog({}, () => {}),
    () => {},
  ),
  timings: TIMINGS,
  log: makeLog({}, () => {}),
  newId,
  sealer: sealerOf(env.SECRETS_KEY),
  retentionDays: null,
  now: Date.now(),
})

test('what a request has left is carried on by the sweep; whoever else comes meets no run twice', async () => {
  const { ask, workspaceId } = await makeStage()
  const run = await makeRun(ask)
  await ask('mutation ($id: ID!) { cancelFlowRun(input: { id: $id }) { __typename } }', { id: run.id })
  await multiply(run.uuid, 249)
  const operation = await leave(workspaceId, 'retry-flow-runs', -1)
  const context = { db: system.inWorkspace(workspaceId), workspaceId, coordinators: maintenance().coordinators }
  await Promise.all([
    sweep(maintenance(), [continueOperations]),
    carryOut(context, operation, Date.now() + 60_000),
    carryOut(context, operation, Date.now() + 60_000),
  ])
  expect(await over(ask, operation.id)).toMatchObject({ state: 'COMPLETED', processedCount: 250, changedCount: 250, refusedCount: 0 })
  expect(await query(sql`select distinct epoch from flow_runs where workspace_id = ${workspaceId}::uuid`)).toEqual([{ epoch: 2 }])
})

test('an operation that is stopped touches no further run, whoever carries it out', async () => {
  const { ask, workspaceId } = await makeStage()
  await makeRun(ask)
  const stop = async (id: string) =>
    (
      await ask(
        'mutation ($id: ID!) { stopOperation(input: { id: $id }) { __typename ... on StopOperationSuccess { operation { state isStopping } } ... on Error { code } } }',
        { id },
      )
    ).data.stopOperation
  const held = await leave(workspaceId, 'cancel-flow-runs', 60_000)
  expect(await stop(held.id)).toMatchObject({ operation: { state: 'RUNNING', isStopping: true } })
  const context = { db: system.inWorkspace(workspaceId), workspaceId, coordinators: maintenance().coordinators }
  await carryOut(context, held, Date.now() + 60_000)
  expect(await read(ask, held.id)).toMatchObject({ state: 'STOPPED', processedCount: 0 })
  const left = await leave(workspaceId, 'cancel-flow-runs', -1)
  expect(await stop(left.id)).toMatchObject({ operation: { state: 'STOPPED' } })
  expect(await stop(left.id)).toMatchObject({ operation: { state: 'STOPPED' } })
  expect(await statesOf(workspaceId)).toEqual({ SCHEDULED: 1 })
  expect(await stop(newId())).toMatchObject({ code: 'NOT_FOUND' })
})
