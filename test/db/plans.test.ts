/** No product query reads history from end to end: each has its index, as role `weir_app`, on a table with a history and the statistics of one. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type pg from 'pg'
import { newId } from '../../core/ids.ts'
import type { Db } from '../../db/client.ts'
import { findApiKeys, listApiKeys, revokeApiKey } from '../../db/queries/api-keys/api-keys.ts'
import { findAnswer, listRunInputs, takeRunInput } from '../../db/queries/run-inputs/run-inputs.ts'
import { listFinishedTaskRuns, listKeptTaskRuns } from '../../db/queries/task-runs/durable-task-runs.ts'
import { listArtifacts, listWorkspaceArtifacts } from '../../db/queries/artifacts/list-artifacts.ts'
import { insertEvent } from '../../db/queries/events/insert-event.ts'
import { countEvents, findEvents, listEvents } from '../../db/queries/events/list-events.ts'
import { markWatched } from '../../db/queries/changes/mark-watched.ts'
import { readChanges } from '../../db/queries/changes/read-changes.ts'
import { findDeployments, listDeployments } from '../../db/queries/deployments/find-deployments.ts'
import { findFlowVersions } from '../../db/queries/flow-run-states/find-flow-versions.ts'
import { listFlowRunStates } from '../../db/queries/flow-run-states/list-flow-run-states.ts'
import { countFlowRunsOverTime } from '../../db/queries/flow-runs/count-flow-runs-over-time.ts'
import { findFlowRuns, listChildFlowRuns } from '../../db/queries/flow-runs/find-flow-runs.ts'
import { listAssignmentsByState } from '../../db/queries/flow-runs/list-assignments.ts'
import type { FlowRunOrder } from '../../db/queries/flow-runs/flow-run-filter.ts'
import { countFlowRuns, filterFlowRuns, listFlowRuns } from '../../db/queries/flow-runs/list-flow-runs.ts'
import { listCollidingFlowRuns } from '../../db/queries/flow-runs/list-colliding-flow-runs.ts'
import { listExpiredPauses } from '../../db/queries/flow-runs/list-expired-pauses.ts'
import { listLastRunsOfDeployments, listLastRunsOfFlows } from '../../db/queries/flow-runs/list-last-runs.ts'
import { listLateFlowRuns } from '../../db/queries/flow-runs/list-late-flow-runs.ts'
import { listLeftChildren, listOpenDescendants } from '../../db/queries/flow-runs/list-open-descendants.ts'
import { listRunsGivenToSession } from '../../db/queries/flow-runs/list-runs-given-to-session.ts'
import { listAllRunsToJudge, listOverdueCancellations, listRunsToJudge } from '../../db/queries/flow-runs/list-runs-to-judge.ts'
import { listWaitingFlowRuns } from '../../db/queries/flow-runs/list-waiting-flow-runs.ts'
import { readFlowRunFacts } from '../../db/queries/flow-runs/read-flow-run-facts.ts'
import { readWhy } from '../../db/queries/flow-runs/read-why.ts'
import { pauseDeployment } from '../../db/queries/deployments/pause-deployment.ts'
import { listWaitingRunsOfDeployment } from '../../db/queries/flow-runs/list-open-flow-runs.ts'
import { nameFlowRuns } from '../../db/queries/flow-runs/name-flow-runs.ts'
import { updateFlowRun } from '../../db/queries/flow-runs/update-flow-run.ts'
import { clearDeletedFlowRuns } from '../../db/queries/maintenance/clear-deleted-flow-runs.ts'
import { listRunsOfOperation, listRunsWithoutDeployment } from '../../db/queries/operations/operations.ts'
import { deleteDeployment } from '../../db/queries/removal/remove-nouns.ts'
import { listConcurrencyLeases, listConcurrencyLimits } from '../../db/queries/concurrency-limits/find-concurrency-limits.ts'
import { useConcurrency } from '../../db/queries/concurrency-limits/use-concurrency.ts'
import { createConcurrencyLimit } from '../../db/queries/concurrency-limits/write-concurrency-limits.ts'
import { expireConcurrencySlots } from '../../db/queries/maintenance/expire-concurrency-slots.ts'
import { setLimit } from '../../db/queries/limits/set-limit.ts'
import { listLogs } from '../../db/queries/logs/list-logs.ts'
import { forgetWaits } from '../../db/queries/maintenance/forget-waits.ts'
import { listPoolsWithDueOccurrences } from '../../db/queries/maintenance/list-pools-with-due-occurrences.ts'
import { forgetOldRuns } from '../../db/queries/maintenance/forget-old-runs.ts'
import { listDuePools } from '../../db/queries/maintenance/list-due-pools.ts'
import { findBlockByName, listBlocks, listBlocksOfType, revealBlock } from '../../db/queries/blocks/find-blocks.ts'
import { readMetrics } from '../../db/queries/maintenance/read-metrics.ts'
import { findSchedules } from '../../db/queries/schedules/find-schedules.ts'
import { listHeldOccurrences } from '../../db/queries/schedules/list-held-occurrences.ts'
import { listSchedulesToFillOf, listSchedulesToFillOfPool } from '../../db/queries/schedules/list-schedules-to-fill.ts'
import { deleteSchedules, updateSchedule } from '../../db/queries/schedules/save-schedule.ts'
import { countTaskRuns, findTaskRuns, listTaskRuns } from '../../db/queries/task-runs/list-task-runs.ts'
import { readTimeline } from '../../db/queries/task-runs/read-timeline.ts'
import { countHeldLeases } from '../../db/queries/work-pools/count-held-leases.ts'
import { updateWorkPool } from '../../db/queries/work-pools/update-work-pool.ts'
import { updateWorkQueue } from '../../db/queries/work-pools/update-work-queue.ts'
import { findWorkPools, findWorkQueues } from '../../db/queries/work-pools/find-work-pools.ts'
import { listWorkers } from '../../db/queries/workers/list-workers.ts'
import type { Statement } from '../../db/statement.ts'
import { applyChanges } from '../../db/transitions/apply-changes.ts'
import { claimFlowRuns } from '../../db/transitions/claim-flow-runs.ts'
import { fillSchedules } from '../../db/transitions/fill-schedules.ts'
import { deleteFlowRuns } from '../../db/transitions/delete-flow-runs.ts'
import { insertFlowRun } from '../../db/transitions/insert-flow-run.ts'
import { meetOccurrences } from '../../db/transitions/meet-occurrences.ts'
import { offerFlowRun } from '../../db/transitions/offer-flow-run.ts'
import { renewSessions } from '../../db/transitions/sessions.ts'
import { startTestDatabase, type TestDatabase } from '../support/database.ts'
import { scansOf, watchPlans } from '../support/plans.ts'
import {
  type Fixture,
  insertDueRuns,
  makeClaimedRun,
  makeDeployment,
  makeFixture,
  makeOccurrences,
  makeSchedule,
  makeSession,
  newFlowRun,
  stateOf,
  type TestSession,
} from '../support/record-fixture.ts'

let database: TestDatabase
let db: Db
let watched: pg.Client
let fixture: Fixture
let session: TestSession
/** A schedule that made half of history. */
let scheduleId: string
/** A finished run in the middle of history, with children. */
let old: string

const RUNS = 12_000

beforeAll(async () => {
  database = await startTestDatabase()
  db = await database.makeWorkspace()
  fixture = await makeFixture(db, { poolLimit: 500, concurrencyLimit: 400 })
  session = await makeSession(fixture)
  const neighbour = await makeFixture(await database.makeWorkspace())
  const owner = await database.client()
  await owner.query(
    `create temp table subject as select $1::uuid as workspace, $2::uuid as flow, $3::uuid as deployment, $4::uuid as version, $5::uuid as pool, $6::uuid as queue`,
    subjectOf(fixture),
  )
  await owner.query('insert into subject values ($1, $2, $3, $4, $5, $6)', subjectOf(neighbour))
  await owner.query(HISTORY, [RUNS])
  await owner.query(CHILDREN)
  await insertDueRuns(fixture, 100)
  const timed = { ...fixture, deployment: await makeDeployment(db, { flowName: 'timed', workPoolName: fixture.deployment.workPool.name }) }
  scheduleId = await makeSchedule(timed, { overlap: 'skip', catchUp: 'latest' })
  // Half of history was made by it; three have come and wait.
  await owner.query(
    `update flow_runs set schedule_id = $2, occurrence = scheduled_time where workspace_id = $1 and state_type <> 'PENDING' and extract(second from scheduled_time)::int % 2 = 0
      and id in (select distinct on (scheduled_time) id from flow_runs where workspace_id = $1 order by scheduled_time, id)`,
    [db.workspaceId, scheduleId],
  )
  await makeOccurrences(
    fixture,
    scheduleId,
    [1, 2, 3].map((minutes) => Date.now() - minutes * 60_000 - 500),
  )
  for (let claimed = 0; claimed < 20; claimed++) await makeClaimedRun(fixture, session)
  await owner.query('vacuum analyze') // as autovacuum leaves a table: index-only scans know which pages all can see
  const { rows } = await owner.query('select id from flow_runs where workspace_id = $1 order by id offset 10000 limit 1', [db.workspaceId])
  old = rows[0].id
  watched = await database.client()
  await watchPlans(watched)
}, 120_000)
afterAll(() => database?.stop())

const subjectOf = ({ db: { workspaceId }, deployment }: Fixture) => [
  workspaceId,
  deployment.flow.id,
  deployment.id,
  deployment.version.id,
  deployment.workPool.id,
  deployment.workQueue.id,
]

/** A history of runs, one a second into the past; one in fifty failed, two thousand have not been due yet. */
const HISTORY = `
  insert into flow_runs (workspace_id, id, flow_id, deployment_id, deployment_version_id, work_pool_id, work_pool_type, work_queue_id, name, parameters, tags,
    job_variables, state_id, state_type, state_name, state_timestamp, state_details, run_count, epoch, last_n, retries, retry_on_crash, on_contact_lost,
    start_again, scheduled_time, created_at, start_time, end_time, waiting_ms, starting_ms, running_ms, sequence)
  select workspace, overlay(id_at(at)::text placing '7' || substring(gen_random_uuid()::text from 16) from 15)::uuid, flow, deployment, version, pool, 'process', queue,
    'run-' || n, '{}', '{}', '{}', gen_random_uuid(), type, type, at, '{}', 1, 1, 9, '{}', 0, 'continue', false,
    case when type = 'SCHEDULED' then now() + n * interval '1 second' else at end, at, case when type <> 'SCHEDULED' then at end,
    case when type <> 'SCHEDULED' then at + interval '1 second' end, 0, 0, 0, 10
  from subject, generate_series(1, $1::int) n,
    lateral (select now() - n * interval '1 second' as at, case when n % 15 = 0 then 'SCHEDULED' when n % 50 = 1 then 'FAILED' else 'COMPLETED' end as type) made`

const CHILDREN = `
  insert into flow_run_states select workspace_id, id, gen_random_uuid(), type, type, created_at + n * interval '1 millisecond', null, '{}', 1, false
    from flow_runs, unnest(array['SCHEDULED', 'RUNNING', 'COMPLETED']) with ordinality as state (type, n);
  insert into task_runs select workspace_id, id, gen_random_uuid(), 'task', 'task', n::text, '{}', 1, 'COMPLETED', 'Completed', '[{}]', created_at, created_at, created_at, 1, '{}', null, null, null, 1, n
    from flow_runs, generate_series(1, 3) n;
  insert into log_chunks select workspace_id, id, 5, 1, null, '[{"level":"info","message":"m","time":1}]', 1, 1, created_at from flow_runs;
  insert into artifacts select workspace_id, id, gen_random_uuid(), null, null, 'markdown', null, '""', created_at, created_at, 6 from flow_runs where state_type = 'FAILED';
  insert into flow_run_tags select workspace_id, id, tag from flow_runs, unnest(array['even', 'rare']) tag where (tag = 'even' and created_at > now() - interval '1 hour') or state_type = 'FAILED';
  insert into changes (workspace_id, topic, flow_run_id, changed) select workspace_id, 'flow-runs', id, '{state}' from flow_runs;
  insert into run_inputs (workspace_id, id, flow_run_id, kind, key, value, sent_by, created_at)
    select workspace_id, gen_random_uuid(), id, kind, key, '1', 'somebody', created_at
    from flow_runs, (values ('answer', 'a'), ('message', null)) as given (kind, key) where state_type = 'FAILED';
  insert into blocks select workspace, gen_random_uuid(), 'secret', 'block-' || n, '{}', '{}', array['0badc0de'], 1, now(), now(), null
    from subject, generate_series(1, 1000) n;
  with event as (
    insert into events (workspace_id, id, day, xid, received_at, occurred, name, resource_id, resource_labels, related, payload, flow_run_id)
    select workspace_id, gen_random_uuid(), (now() at time zone 'UTC')::date, (row_number() over () % 500)::text::xid8, now(), created_at, case when state_type = 'FAILED' then 'rare.failed' else 'common.' || state_type end,
      'thing.' || right(name, 3), '{}', '[]', '{}', id
    from flow_runs where state_type <> 'SCHEDULED' returning *)
  insert into event_related select workspace_id, case when name = 'rare.failed' then 'rare' else 'common' end, occurred, id, day, '{part}' from event`

const HISTORY_TABLES =
  /^(flow_runs|flow_run_states|flow_run_tags|task_runs|log_chunks|artifacts|changes|blocks|run_inputs|events|event_related)(_\d+|_default)?$/

/** Fails with the scan if a history table was read without an index, or more of it than `most` rows. */
async function expectIndexed(name: string, statement: Statement<unknown>, { most = 1500, system = false } = {}): Promise<void> {
  const scans = (await scansOf(watched, statement, system ? null : db.workspaceId)).filter((scan) => HISTORY_TABLES.test(scan.table))
  expect(scans.length, `${name} reads a history table`).toBeGreaterThan(0)
  // A partition that holds a page or two is read whole, and rightly.
  expect(
    scans.filter((scan) => scan.kind === 'Seq Scan' && scan.rows > 50),
    name,
  ).toEqual([])
  expect(
    scans.filter((scan) => scan.rows > most),
    `${name} looks at few rows`,
  ).toEqual([])
}

test('lists of runs, in every order, from both ends, with every filter', async () => {
  const page = { limit: 50 }
  const lists: Parameters<typeof listFlowRuns>[0][] = [
    { order: 'CREATED_DESC', page },
    { order: 'CREATED_ASC', page },
    { order: 'START_TIME_DESC', page },
    { order: 'SCHEDULED_TIME_ASC', page },
    { order: 'CREATED_DESC', page: { ...page, fromEnd: true } },
    { order: 'CREATED_DESC', page, filter: { state: { type: { in: ['RUNNING', 'PENDING'] } } } },
    { order: 'CREATED_DESC', page, filter: { state: { type: { in: ['FAILED'] } } } },
    { order: 'CREATED_DESC', page, filter: { state: { type: { in: ['PAUSED'] } } } },
    { order: 'CREATED_DESC', page, filter: { flow: { name: [fixture.deployment.flow.name] } } },
    { order: 'CREATED_DESC', page, filter: { deployment: { id: [fixture.deployment.id] }, state: { type: { in: ['SCHEDULED'] } } } },
    { order: 'CREATED_DESC', page, filter: { deployment: { name: [fixture.deployment.fullName] } } },
    { order: 'CREATED_DESC', page, filter: { workPool: { id: [fixture.workPoolId] } } },
    { order: 'CREATED_DESC', page, filter: { tags: { all: ['rare'] } } },
    { order: 'CREATED_DESC', page, filter: { createdAt: { after: Date.now() - 60_000 } } },
    { order: 'START_TIME_DESC', page, filter: { startTime: { before: Date.now() - 60_000 } } },
  ]
  for (const list of lists) await expectIndexed(`list ${JSON.stringify(list)}`, listFlowRuns(list), { most: 5000 })
})

test('a page of a flow, a deployment or a pool reads its own runs alone, however many there are and however far it is', async () => {
  const { flow, fullName, id, workPool } = fixture.deployment
  const order = 'START_TIME_DESC'
  const filters: NonNullable<Parameters<typeof listFlowRuns>[0]['filter']>[] = [
    { flow: { name: [flow.name] } },
    { flow: { id: [flow.id] } },
    { deployment: { name: [fullName] } },
    { deployment: { id: [id] }, not: { state: { type: { in: ['PAUSED'] } } } },
    { workPool: { name: [workPool.name] } },
  ]
  for (const filter of filters)
    await expectIndexed(`first of ${JSON.stringify(filter)}`, listFlowRuns({ order, filter, page: { limit: 50 } }), { most: 60 })
  // What has no runs of all that there are is told at once, too.
  const unused = await makeFixture(db)
  for (const filter of [
    { flow: { name: ['none'] } },
    { deployment: { id: [unused.deployment.id] } },
    { workPool: { name: [unused.deployment.workPool.name] } },
  ])
    await expectIndexed(`none of ${JSON.stringify(filter)}`, listFlowRuns({ order, filter, page: { limit: 50 } }), { most: 0 })
  for (const list of [{ order }, { order: 'SCHEDULED_TIME_ASC' }, ...filters.map((filter) => ({ order, filter }))] as { order: FlowRunOrder }[]) {
    let after: string | null = null
    for (let pages = 0; pages < 5; pages++) after = (await db.run(listFlowRuns({ ...list, page: { limit: 200, after } }))).cursors.at(-1) ?? null
    await expectIndexed(`a later page of ${JSON.stringify(list)}`, listFlowRuns({ ...list, page: { limit: 50, after } }), { most: 60 })
  }
})

test('the first of those that wait, or are to come, are found without a look at history or at the rest of the queue', async () => {
  const state = { type: { in: ['SCHEDULED' as const] } }
  const now = Date.now()
  for (const filter of [
    { state, scheduledTime: { before: now } },
    { state, scheduledTime: { after: now } },
    { state, workPool: { id: [fixture.workPoolId] } },
    { state, scheduledTime: { after: now }, deployment: { name: [fixture.deployment.fullName] } },
  ])
    await expectIndexed(`due: ${JSON.stringify(filter)}`, listFlowRuns({ order: 'SCHEDULED_TIME_ASC', filter, page: { limit: 8 } }), { most: 30 })
})

test('the last runs of flows and deployments are a few steps each', async () => {
  const { deployment } = fixture
  await expectIndexed('of flows', listLastRunsOfFlows([deployment.flow.id, newId()]), { most: 20 })
  await expectIndexed('of deployments', listLastRunsOfDeployments([deployment.id, newId()]), { most: 20 })
})

test('counts stop at 10,000', async () => {
  await expectIndexed('count of all', countFlowRuns(), { most: 10_001 })
  await expectIndexed('count of failed', countFlowRuns({ state: { type: { in: ['FAILED'] } } }), { most: 10_001 })
})

test('counts over time look at the runs of that time alone', async () => {
  const to = Date.now()
  await expectIndexed('two minutes', countFlowRunsOverTime({ from: to - 120_000, to, steps: 60 }), { most: 300 })
})

test('everything of one run', async () => {
  const page = { limit: 50 }
  const one = { flowRunId: old }
  const ofRun: Record<string, Statement<unknown>> = {
    run: findFlowRuns([old]),
    live: filterFlowRuns([old], { state: { type: { in: ['COMPLETED'] } } }),
    children: listChildFlowRuns(old),
    openDescendants: listOpenDescendants({ flowRunIds: [old], limit: 100 }),
    facts: readFlowRunFacts([old]),
    states: listFlowRunStates([old]),
    flowVersions: findFlowVersions([old]),
    tasks: listTaskRuns({ ...one, page }),
    taskCount: countTaskRuns(one),
    finished: listFinishedTaskRuns({ ...one, after: null, limit: 1_000 }),
    kept: listKeptTaskRuns(old),
    inputs: listRunInputs(old),
    answer: findAnswer(old, 'a'),
    message: takeRunInput(old, 'a', null),
    task: findTaskRuns([{ ...one, id: newId() }]),
    timeline: readTimeline({ ...one, after: 0, limit: 500 }),
    logs: listLogs({ ...one, limit: 50 }),
    tail: listLogs({ ...one, limit: 50, fromEnd: true }),
    search: listLogs({ ...one, limit: 50, filter: { text: 'm', level: 'warn' } }),
    artifacts: listArtifacts(old),
    why: readWhy({ ...one, workerOnline: 30_000, present: [] }),
    watched: markWatched({ ...one, milliseconds: 1000 }),
    given: listRunsGivenToSession({ sessionId: session.sessionId, flowRunIds: [old] }),
  }
  for (const [name, statement] of Object.entries(ofRun)) await expectIndexed(name, statement, { most: 200 })
})

test('what coordinators, judges and sweeps read', async () => {
  const { workPoolId } = fixture
  const after = { silence: 0, exitWithoutState: 60_000, limit: 100 }
  await expectIndexed('waiting', listWaitingFlowRuns({ workPoolId, limit: 20 }), { most: 300 })
  await expectIndexed('judge', listRunsToJudge({ workPoolId, ...after }))
  await expectIndexed('late', listLateFlowRuns({ workPoolId, lateAfter: 15_000, limit: 100 }))
  await expectIndexed('pool', findWorkPools([workPoolId]), { most: 10_001 })
  await expectIndexed('queue', findWorkQueues([fixture.deployment.workQueue.id]), { most: 10_001 })
  await expectIndexed('leases', countHeldLeases({ workPoolId, silence: 90_000, upTo: 10 }))
  await expectIndexed('workers', listWorkers(workPoolId))
  await expectIndexed('renewal', renewSessions({ workPoolId, heard: [{ sessionId: session.sessionId, silentFor: 0 }] }))
  await expectIndexed('limit', setLimit({ id: fixture.deployment.workQueue.id, max: 3 }))
  await expectIndexed('all judged', listAllRunsToJudge({ ...after, starting: 15_000 }), { system: true })
  await expectIndexed('cancellations', listOverdueCancellations({ cancellingTimeout: 0, limit: 100 }), { system: true })
  await expectIndexed('colliding', listCollidingFlowRuns({ workPoolId, limit: 20 }), { most: 300 })
  await expectIndexed('expired pauses', listExpiredPauses({ limit: 100 }), { system: true })
  await expectIndexed('left children', listLeftChildren({ limit: 100 }), { system: true })
  await expectIndexed('waits', forgetWaits(), { system: true })
  await expectIndexed('due pools', listDuePools({ ahead: 60_000 }), { system: true })
  await expectIndexed('old runs', forgetOldRuns({ days: 30, most: 100 }), { system: true })
  await expectIndexed('metrics', readMetrics({ lateAfter: 15_000, keyId: '0badc0de' }), { system: true, most: 2_500 }) // it counts the runs that wait
})

test('blocks: by name, page by page, and all of a type', async () => {
  const name = { type: 'secret', name: 'block-7' }
  await expectIndexed('by name', findBlockByName(name), { most: 20 })
  await expectIndexed('list', listBlocks({ page: { limit: 50 }, filter: { type: { equals: 'secret' } } }), { most: 200 })
  await expectIndexed('of a type', listBlocksOfType('secret', null, 100))
  await expectIndexed('in clear', revealBlock(name, null, { id: newId(), actor: 'test', action: 'test', details: {} }), { most: 20 })
})

test('what schedules make, hold back and remove', async () => {
  const { workPoolId } = fixture
  const deed = () => ({ id: newId(), actor: 'test', action: 'test', details: {} })
  const [{ deploymentId } = { deploymentId: '' }] = await db.run(findSchedules([scheduleId]))
  await expectIndexed('held', listHeldOccurrences({ workPoolId, limit: 100 }), { most: 2_500 })
  await expectIndexed('met', meetOccurrences({ workPoolId }), { most: 50 })
  await expectIndexed('pools with due ones', listPoolsWithDueOccurrences(), { system: true, most: 50 })
  await expectIndexed('paused', updateSchedule(scheduleId, { isPaused: true }, deed()), { most: 2_500 })
  await expectIndexed('deleted', deleteSchedules({ deploymentId, ids: null }, deed()), { most: 2_500 })
  const [schedule] = await db.run(findSchedules([scheduleId]))
  const occurrences = [1, 2, 3].map((days) => ({ at: Date.now() + days * 86_400_000, id: newId(), stateId: newId(), name: 'run' }))
  const fill = { scheduleId, revision: schedule?.revision ?? 0, filledUntil: Date.now(), fillAt: Date.now(), occurrences }
  const filled = await scansOf(watched, fillSchedules([fill]), db.workspaceId)
  expect(filled.filter(({ table }) => HISTORY_TABLES.test(table))).toEqual([])
  for (const statement of [
    findSchedules([scheduleId]),
    listSchedulesToFillOf([deploymentId]),
    listSchedulesToFillOfPool(workPoolId),
  ] as Statement<unknown>[])
    expect((await scansOf(watched, statement, db.workspaceId)).filter(({ table }) => HISTORY_TABLES.test(table))).toEqual([])
})

test('changes above a cursor', async () => {
  const { next } = await db.run(readChanges({ topic: 'flow-runs', after: null, limit: 1 }))
  await expectIndexed('changes', readChanges({ topic: 'flow-runs', after: next, limit: 100 }))
  await expectIndexed('changes from the beginning', readChanges({ topic: 'flow-runs', after: { xid: '0', id: 0 }, limit: 100 }))
})

test('the transitions themselves', async () => {
  const [due] = (await insertDueRuns(fixture, 1)) as [string]
  const held = await makeClaimedRun(fixture, session)
  await expectIndexed('claim', claimFlowRuns({ workPoolId: fixture.workPoolId, claims: [{ flowRunId: due, stateId: newId(), ...session }] }))
  await expectIndexed('offer', offerFlowRun({ flowRun: newFlowRun(fixture, { idempotencyKey: 'k' }), ...session, stateId: newId() }))
  await expectIndexed('insert', insertFlowRun(newFlowRun(fixture, { idempotencyKey: 'k', id: old })))
  await expectIndexed('assignments', listAssignmentsByState([held]))
  await expectIndexed(
    'change',
    applyChanges([
      {
        change: {
          flowRunId: held.flowRunId,
          guard: { stateId: held.stateId, epoch: 1 },
          states: [stateOf({ type: 'CRASHED' })],
          history: [],
          lease: 'end',
          raiseEpoch: false,
        },
        facts: [{ kind: 'logs', flowRunId: held.flowRunId, lines: [{ time: 1, level: 'info', message: 'm' }] }],
      },
    ]),
    { most: 50 },
  )
})

test('deployments and keys are read, and what stands in front of runs is changed, without touching history', async () => {
  const { deployment, workPoolId } = fixture
  const deed = () => ({ id: newId(), actor: 'test', action: 'test', details: {} })
  for (const statement of [
    ...[findDeployments([deployment.id]), listDeployments({ limit: 50 }), listApiKeys(), findApiKeys([newId()]), revokeApiKey(newId(), deed())],
    updateWorkPool(workPoolId, { isPaused: true }, deed()),
    updateWorkQueue(deployment.workQueue.id, { priority: 2 }, deed()),
    pauseDeployment({ deploymentId: deployment.id, isPaused: true }, deed()),
  ] as Statement<unknown>[]) {
    expect((await scansOf(watched, statement, db.workspaceId)).filter((scan) => HISTORY_TABLES.test(scan.table))).toEqual([])
  }
})

test('events, by whatever they are found, in every order and however far', async () => {
  const page = { limit: 50 }
  const filters: NonNullable<Parameters<typeof listEvents>[0]['filter']>[] = [
    {},
    { name: { equals: 'rare.failed' } },
    { name: { startsWith: 'common.' } },
    { resource: { id: { equals: 'thing.007' } } },
    { related: { id: 'rare' } },
    { related: { id: 'common', role: 'part' } },
    { flowRunId: old },
    { occurred: { before: Date.now() - 3_600_000 } },
  ]
  for (const filter of filters) {
    for (const order of ['OCCURRED_DESC', 'OCCURRED_ASC'] as const) {
      await expectIndexed(`first of ${order} ${JSON.stringify(filter)}`, listEvents({ order, filter, page }), { most: 60 })
      const { cursors } = await db.run(listEvents({ order, filter, page: { limit: 200 } }))
      await expectIndexed(
        `later of ${order} ${JSON.stringify(filter)}`,
        listEvents({ order, filter, page: { ...page, after: cursors.at(-1) ?? null } }),
        { most: 60 },
      )
    }
  }
  // A prefix that few have is a range of its index, to be put in order.
  await expectIndexed('few', listEvents({ order: 'OCCURRED_DESC', filter: { name: { startsWith: 'rare.' } }, page }), { most: 300 })
  await expectIndexed('none', listEvents({ order: 'OCCURRED_DESC', filter: { resource: { id: { startsWith: 'nobody.' } } }, page }), { most: 0 })
  const came = await db.run(listEvents({ order: 'RECEIVED_ASC', page: { limit: 200 } }))
  await expectIndexed('as they came', listEvents({ order: 'RECEIVED_ASC', page: { ...page, after: came.cursors.at(-1) ?? null } }), { most: 60 })
  await expectIndexed('the last that came', listEvents({ order: 'RECEIVED_ASC', page: { limit: 1, fromEnd: true } }), { most: 10 })
  await expectIndexed('by id', findEvents([newId()]), { most: 1 })
  await expectIndexed('counted', countEvents({ related: { id: 'rare' } }), { most: 600 })
  const event = { name: 'a', resource: { id: 'b', labels: {} }, related: [], payload: {}, follows: null, occurred: null, taskRunId: null }
  await expectIndexed('stored', insertEvent({ ...event, id: newId(), flowRunId: old }), { most: 1 })
})

test('slots of named limits are taken, listed and ended without a look at other runs', async () => {
  const limitId = newId()
  const { flowRunId } = await makeClaimedRun(fixture, session)
  const asked = { id: newId(), names: ['db'], slots: 1, mode: 'slots' as const, taskRunId: null, holder: 'run', flowRunId, epoch: 1 }
  await db.run(
    createConcurrencyLimit(
      { id: limitId, name: 'db', max: 1, isActive: true, slotDecayPerSecond: null, by: 'test' },
      { id: newId(), actor: 'test', action: 'test', details: {} },
    ),
  )
  const use = { release: [newId()], renew: [newId()], acquire: [asked], life: 1_000, patience: 1_000 }
  await expectIndexed('slots', useConcurrency({ ...use, runner: { flowRunId, epoch: 1 } }), { most: 10 })
  await expectIndexed('holders', listConcurrencyLeases({ limitId, waiting: false, limit: 200, silence: 90_000 }), { most: 10 })
  for (const [statement, workspaceId] of [
    [listConcurrencyLimits({ page: { limit: 50 } }), db.workspaceId],
    [expireConcurrencySlots({ mayJudge: true }), null],
  ] as [Statement<unknown>, string | null][])
    expect((await scansOf(watched, statement, workspaceId)).filter(({ table }) => HISTORY_TABLES.test(table))).toEqual([])
})

test('what is listed beside runs, changed by filter, and deleted', async () => {
  const deed = () => ({ id: newId(), actor: 'test', action: 'test', details: {} })
  const page = { limit: 50 }
  const operation = { place: null, bound: newId(), input: { filter: { state: { type: { in: ['FAILED' as const] } } } } }
  await expectIndexed('artifacts', listWorkspaceArtifacts({ page }), { most: 400 })
  await expectIndexed('artifacts of a key', listWorkspaceArtifacts({ page, filter: { key: { equals: 'none' } } }), { most: 50 })
  await expectIndexed('a step of an operation', listRunsOfOperation(operation, 200), { most: 1_000 })
  await expectIndexed('a later step', listRunsOfOperation({ ...operation, place: old }, 200), { most: 1_000 })
  await expectIndexed('without deployment', listRunsWithoutDeployment([old]), { most: 50 })
  await expectIndexed('waiting of a deployment', listWaitingRunsOfDeployment({ deploymentId: fixture.deployment.id, limit: 200 }), { most: 12_000 })
  await expectIndexed('named', nameFlowRuns([{ flowRunId: old, epoch: 1, n: 1, name: 'other' }]))
  await expectIndexed('renamed', updateFlowRun(old, { name: 'other', tags: ['x'] }), { most: 50 })
  await expectIndexed('runs deleted', deleteFlowRuns([newId()], deed()), { most: 50 })
  await expectIndexed('deployment deleted', deleteDeployment(fixture.deployment.id, deed()), { most: 12_000 })
  await database.system.inWorkspace(db.workspaceId).run(deleteFlowRuns([old], null))
  await expectIndexed('cleared away', clearDeletedFlowRuns({ most: 100 }), { system: true, most: 100 })
})
