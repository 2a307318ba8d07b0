import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { newId } from '../../../core/ids.ts'
import type { ReportAnswer } from '../../../core/protocol/reports.ts'
import { makeState } from '../../../core/states.ts'
import { coordinatorsOf } from '../../../api/context.ts'
import type { IngestContext } from '../../../api/ingest/batch.ts'
import { takeReports } from '../../../api/ingest/take-reports.ts'
import { makeLog } from '../../../api/log.ts'
import { readReportRequest } from '../../../core/protocol/read-report-request.ts'
import { type Db, DatabaseError } from '../../../db/client.ts'
import { mintRunToken } from '../../../api/auth/mint-run-token.ts'
import { TIMINGS } from '../../../core/timings.ts'
import { env, makeWorkspace, postReports, query, RunningRun, TestWorker, type World } from '../../support/engine-world.ts'
import { HOSTILE_BODIES, HOSTILE_FACTS } from '../../support/hostile-messages.ts'

async function startRun() {
  const world = await makeWorkspace()
  const pool = await world.makePool()
  const worker = await TestWorker.start(world, pool.name)
  await pool.offer()
  const [assignment] = await worker.takes(1)
  return { world, pool, worker, run: new RunningRun(assignment!), assignment: assignment! }
}

const batch = (reports: object[], more: object = {}) => ({ protocol: 1, sentAt: Date.now(), sessionId: null, reports, holderFacts: [], ...more })
const answerOf = async (answer: Response): Promise<ReportAnswer> => {
  expect(answer.status, await answer.clone().text()).toBe(200)
  return (await answer.json()) as ReportAnswer
}
const task = (run: RunningRun, over: object = {}) => ({
  kind: 'task-run' as const,
  taskRunId: newId(),
  flowRunId: run.flowRunId,
  name: 'load',
  taskKey: 'load',
  dynamicKey: '0',
  tags: [],
  runCount: 1,
  states: [makeState({ id: newId(), type: 'COMPLETED', timestamp: Date.now() })],
  startTime: Date.now(),
  endTime: Date.now(),
  runTime: 5,
  upstream: [],
  parentTaskRunId: null,
  ...over,
})
/** What the door hands to `takeReports`. */
const ingest = (world: World): IngestContext => {
  const log = makeLog({}, () => {})
  const coordinators = coordinatorsOf(env, TIMINGS, log, () => {})
  return { workspaceId: world.workspaceId, db: world.db, coordinators, timings: TIMINGS, log, tokenSecret: env.TOKEN_SECRET, newId }
}
const count = async (table: string, world: World) => {
  const [row] = await query<{ count: number }>(
    sql`select count(*)::int as count from ${sql.identifier(table)} where workspace_id = ${world.workspaceId}`,
  )
  return row?.count
}

test('a report may name its run, and one of an epoch that is over does not', async () => {
  const { world, worker, run } = await startRun()
  const nameOf = async () => {
    const [row] = await query<{ name: string }>(sql`select name from flow_runs where workspace_id = ${world.workspaceId} and id = ${run.flowRunId}`)
    return row?.name
  }
  const named = (name: string) => Object.assign(run.becomes('RUNNING').facts.at(-1) as object, { name })
  named('weather of Rome')
  expect((await worker.reports(run))[0]).toMatchObject({ acknowledged: 1 })
  expect(await nameOf()).toBe('weather of Rome')
  await query(sql`update flow_runs set epoch = epoch + 1 where workspace_id = ${world.workspaceId} and id = ${run.flowRunId}`)
  named('weather of nowhere')
  await worker.reports(run)
  expect(await nameOf()).toBe('weather of Rome')
})

test('a report is stored as a whole and acknowledged with the record of its run', async () => {
  const { world, worker, run } = await startRun()
  run
    .becomes('RUNNING')
    .logs('one', 'two')
    .facts.push(task(run), {
      kind: 'artifact',
      artifactId: newId(),
      flowRunId: run.flowRunId,
      taskRunId: null,
      key: 'table',
      type: 'table',
      description: null,
      data: [{ a: 1 }],
      time: Date.now(),
    })
  const [answer] = await worker.reports(run)
  const facts = await world.readRun(run.flowRunId)
  expect(answer).toEqual({
    flowRunId: run.flowRunId,
    epoch: 1,
    acknowledged: 1,
    stateId: facts.state.id,
    stateType: 'RUNNING',
    fence: 75_000,
    directives: [],
  })
  expect([await count('task_runs', world), await count('log_chunks', world), await count('artifacts', world)]).toEqual([1, 1, 1])
})

test('the same report again is acknowledged and not stored again; a later one is answered with the number that is expected', async () => {
  const { world, worker, run } = await startRun()
  const first = run.becomes('RUNNING').logs('once').next()
  const send = async (report: object) =>
    (await answerOf(await postReports(world.workerKey.text, batch([report], { sessionId: worker.sessionId })))).runs[0]
  expect(await send(first)).toMatchObject({ acknowledged: 1 })
  expect(await send(first)).toMatchObject({ acknowledged: 1 })
  expect(await count('log_chunks', world)).toBe(1)
  expect(await send({ ...first, n: 5 })).toMatchObject({ acknowledged: 1 })
  expect(await count('log_chunks', world)).toBe(1)
  expect(await send({ ...first, n: 2, facts: [] })).toMatchObject({ acknowledged: 2 })
})

test('a batch of many runs is two round trips to the record and answers each of them', async () => {
  const world = await makeWorkspace()
  const pool = await world.makePool()
  const worker = await TestWorker.start(world, pool.name, { slots: 20 })
  await Promise.all(Array.from({ length: 20 }, () => pool.offer()))
  const runs = (await worker.takes(20)).map((assignment) => new RunningRun(assignment))
  const before = world.db.roundTrips
  const read = readReportRequest(
    batch(
      runs.map((run) => run.becomes('RUNNING').logs('hello').next()),
      { sessionId: worker.sessionId },
    ),
  )
  const sender = {
    kind: 'key' as const,
    workspaceId: world.workspaceId,
    actor: {
      kind: 'api-key' as const,
      workspaceId: world.workspaceId,
      role: 'WORKER' as const,
      apiKeyId: 'x',
      name: 'x',
      expiresAt: null,
      scopes: null,
      serviceAccount: null,
    },
  }
  const answer = await takeReports(ingest(world), sender, read)
  expect(answer.runs.map(({ acknowledged, stateType }) => [acknowledged, stateType])).toEqual(runs.map(() => [1, 'RUNNING']))
  expect(world.db.roundTrips - before).toBe(2)
})

test('an old epoch is told to stop, and nothing of it is written', async () => {
  const { world, worker, run } = await startRun()
  await query(sql`update flow_runs set epoch = 2 where id = ${run.flowRunId}`)
  const [answer] = await worker.reports(run.becomes('COMPLETED').logs('too late'))
  expect(answer).toMatchObject({ epoch: 1, acknowledged: 0, directives: [{ kind: 'stop', reason: expect.stringMatching(/epoch 2/) }] })
  expect((await world.readRun(run.flowRunId)).state.type).toBe('PENDING')
  expect(await count('log_chunks', world)).toBe(0)
})

test('a run that is being cancelled learns it with its next answer, and its outcome is kept as history', async () => {
  const { worker, run } = await startRun()
  await worker.reports(run.becomes('RUNNING'))
  const id = newId()
  await query(
    sql`update flow_runs set state_id = ${id}, state_type = 'CANCELLING', state_name = 'Cancelling', state_timestamp = now() where id = ${run.flowRunId}`,
  )
  expect((await worker.reports(run.logs('working')))[0]).toMatchObject({ acknowledged: 2, stateId: id, directives: [{ kind: 'cancel' }] })
  expect((await worker.reports(run.becomes('COMPLETED')))[0]).toMatchObject({ acknowledged: 3, stateType: 'CANCELLED' })
  const history = await query<{ type: string }>(sql`select type from flow_run_states where flow_run_id = ${run.flowRunId} and is_history`)
  expect(history).toEqual([{ type: 'COMPLETED' }])
})

test('a watched run is told so, until when', async () => {
  const { worker, run } = await startRun()
  await query(sql`update flow_runs set watched_until = now() + interval '30 seconds' where id = ${run.flowRunId}`)
  expect((await worker.reports(run.becomes('RUNNING')))[0]?.directives).toEqual([{ kind: 'watch', until: expect.any(Number) }])
})

test('a runner reports with its run token alone, and gets a new one when half of its life is over', async () => {
  const { world, run } = await startRun()
  expect((await answerOf(await postReports(run.runToken, batch([run.becomes('RUNNING').next()])))).runs[0]).toMatchObject({ acknowledged: 1 })
  const settings = { workspaceId: world.workspaceId, flowRunId: run.flowRunId, epoch: 1 }
  const old = await mintRunToken(env.TOKEN_SECRET, TIMINGS, { ...settings, now: Date.now() - 2 * TIMINGS.runTokenLife })
  const { runs } = await answerOf(await postReports(old, batch([{ ...run.next(), n: 2, facts: [], runToken: old }])))
  expect(runs[0]).toMatchObject({ acknowledged: 2, runToken: expect.stringMatching(/^weir_run_/) })
  expect(
    (await answerOf(await postReports(runs[0]!.runToken!, batch([{ ...run.next(), n: 3, facts: [], runToken: runs[0]!.runToken }])))).runs[0],
  ).toMatchObject({ acknowledged: 3 })
  const ancient = await mintRunToken(env.TOKEN_SECRET, TIMINGS, { ...settings, now: Date.now() - 8 * 86_400_000 })
  expect((await postReports(ancient, batch([]))).status).toBe(401)
})

test('a worker may not report on runs of another session, and a token speaks for no run but its own', async () => {
  const { world, worker, run } = await startRun()
  const other = await startRun()
  const stranger = { ...run.becomes('COMPLETED').next(), runToken: '' }
  const refused = [{ refused: { code: 'not_your_run' }, stateId: null }]
  expect((await answerOf(await postReports(world.workerKey.text, batch([stranger], { sessionId: newId() })))).runs).toMatchObject(refused)
  expect(
    (await answerOf(await postReports(world.workerKey.text, batch([{ ...stranger, runToken: other.run.runToken }], { sessionId: newId() })))).runs,
  ).toMatchObject(refused)
  // A key of another workspace, naming session and token of this one.
  expect((await answerOf(await postReports(other.world.workerKey.text, batch([run.next()], { sessionId: worker.sessionId })))).runs).toMatchObject(
    refused,
  )
  expect((await answerOf(await postReports(other.run.runToken, batch([run.next()])))).runs).toMatchObject(refused)
  expect(await world.readRun(run.flowRunId)).toMatchObject({ state: { type: 'PENDING' }, lastN: 0 })
  // Its token delivers it, whoever sends it.
  expect((await answerOf(await postReports(world.workerKey.text, batch([run.next()], { sessionId: newId() })))).runs).toMatchObject([
    { acknowledged: 1, stateType: 'COMPLETED' },
  ])
})

test('facts about a run that is none of its own are not stored', async () => {
  const { world, worker, run } = await startRun()
  const { run: victim, world: same } = {
    run: await (async () => {
      const pool = await world.makePool()
      return pool.insertRun()
    })(),
    world,
  }
  run
    .becomes('RUNNING')
    .facts.push(task(run, { flowRunId: victim }), { kind: 'logs', flowRunId: victim, lines: [{ time: 1, level: 'info', message: 'forged' }] })
  await worker.reports(run)
  const rows = await query(
    sql`select 1 from task_runs where flow_run_id = ${victim} union all select 1 from log_chunks where flow_run_id = ${victim}`,
  )
  expect(rows).toEqual([])
  expect((await same.readRun(victim)).state.type).toBe('SCHEDULED')
})

test('without a credential, or with one that may not, nothing is taken', async () => {
  const { world, run } = await startRun()
  expect((await postReports(null, batch([run.next()]))).status).toBe(401)
  expect((await postReports('weir_run_forged.token', batch([run.next()]))).status).toBe(401)
  expect((await postReports(world.viewerKey.text, batch([run.next()]))).status).toBe(403)
})

test.each(HOSTILE_BODIES)('a body that is %s is refused with its code, and nothing is written', async (_, body) => {
  const { world, workerKey } = await (async () => {
    const made = await makeWorkspace()
    return { world: made, workerKey: made.workerKey.text }
  })()
  const answer = await postReports(workerKey, body)
  expect(answer.status).toBe(400)
  expect(await answer.json()).toMatchObject({ error: { code: 'BAD_USER_INPUT', message: expect.any(String) } })
  expect(await count('flow_runs', world)).toBe(0)
})

test('a hostile fact is refused alone, the record says so, and what came with it is stored', async () => {
  const { world, worker, run } = await startRun()
  await worker.reports(run.becomes('RUNNING'))
  for (const [name, fact] of HOSTILE_FACTS) {
    const [answer] = (
      await answerOf(await postReports(world.workerKey.text, batch([{ ...run.next(), facts: [fact] }], { sessionId: worker.sessionId })))
    ).runs
    expect(answer, name).toMatchObject({ acknowledged: run.n + 1, stateType: 'RUNNING' })
    run.hear(answer)
  }
  expect(await count('log_chunks', world)).toBe(HOSTILE_FACTS.length)
  expect((await worker.reports(run.becomes('COMPLETED')))[0]).toMatchObject({ acknowledged: HOSTILE_FACTS.length + 2, stateType: 'COMPLETED' })
})

test('text that PostgreSQL cannot keep is stored as what it can', async () => {
  const { world, worker, run } = await startRun()
  await worker.reports(run.becomes('RUNNING', { message: 'nul \u0000 and \ud800' }).logs('nul \u0000 and \udfff'))
  expect((await world.readRun(run.flowRunId)).state.message).toBe('nul \uFFFD and \uFFFD')
})

/** The record, except that it refuses every statement in which this text stands, as it would a value that it cannot keep. */
const refusing = (db: Db, text: string): Db => ({
  workspaceId: db.workspaceId,
  roundTrips: 0,
  batch: (...statements) => db.batch(...statements),
  run: (statement) => {
    const built = statement.build({ execute: (query: unknown) => query } as never, db.workspaceId)
    if (JSON.stringify(built).includes(text)) throw new DatabaseError({ code: '22P05', constraint: undefined, message: 'refused' })
    return db.run(statement)
  },
})

test('what the database refuses costs neither the states of its run nor other reports', async () => {
  const { world, pool, worker, run } = await startRun()
  await pool.offer()
  const [assignment] = await worker.takes(1)
  const good = new RunningRun(assignment!)
  const sender = { kind: 'runner' as const, workspaceId: world.workspaceId, token: run.runToken }
  const read = readReportRequest(batch([run.becomes('RUNNING').logs('poison').next(), good.becomes('RUNNING').next()]))
  const { runs } = await takeReports({ ...ingest(world), db: refusing(world.db, 'poison') }, sender, read)
  expect(runs).toMatchObject([
    { acknowledged: 1, stateType: 'RUNNING' },
    { acknowledged: 1, stateType: 'RUNNING' },
  ])
  expect((await world.readRun(good.flowRunId)).state.type).toBe('RUNNING')
  expect(await count('log_chunks', world)).toBe(1)
})

test('a state that the database refuses is passed over with its report, and the sequence goes on', async () => {
  const { world, run } = await startRun()
  const sender = { kind: 'runner' as const, workspaceId: world.workspaceId, token: run.runToken }
  const read = readReportRequest(batch([run.becomes('RUNNING', { message: 'poison' }).next()]))
  const { runs } = await takeReports({ ...ingest(world), db: refusing(world.db, 'poison') }, sender, read)
  expect(runs).toMatchObject([{ acknowledged: 1, stateType: 'PENDING', refused: { code: 'unstorable' } }])
})

test('a task run and an artifact that come several times in one report are stored as they stood last', async () => {
  const { world, worker, run } = await startRun()
  const taskRunId = newId()
  const artifact = {
    kind: 'artifact' as const,
    artifactId: newId(),
    flowRunId: run.flowRunId,
    taskRunId,
    key: 'done',
    type: 'progress' as const,
    description: null,
    time: Date.now(),
  }
  run
    .becomes('RUNNING')
    .facts.push(task(run, { taskRunId, name: 'first' }), { ...artifact, data: 1 }, task(run, { taskRunId, name: 'last' }), { ...artifact, data: 2 })
  expect((await worker.reports(run))[0]).not.toHaveProperty('refused')
  expect(await query(sql`select name from task_runs where workspace_id = ${world.workspaceId}`)).toEqual([{ name: 'last' }])
  expect(await query(sql`select data from artifacts where workspace_id = ${world.workspaceId}`)).toEqual([{ data: 2 }])
})
