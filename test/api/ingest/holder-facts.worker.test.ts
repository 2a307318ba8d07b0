import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { newId } from '../../../core/ids.ts'
import type { ReportAnswer } from '../../../core/protocol/reports.ts'
import { makeWorkspace, postReports, query, RunningRun, TestWorker } from '../../support/engine-world.ts'

async function startRun() {
  const world = await makeWorkspace()
  const pool = await world.makePool()
  const worker = await TestWorker.start(world, pool.name)
  await pool.offer()
  const [assignment] = await worker.takes(1)
  const run = new RunningRun(assignment!)
  await worker.reports(run.becomes('RUNNING'))
  return { world, pool, worker, run }
}
const exited = ({ flowRunId, epoch }: RunningRun, code: number | null, signal: string | null = null) => ({
  kind: 'exited' as const,
  flowRunId,
  epoch,
  code,
  signal,
  stderr: 'Error: boom',
  reason: null,
})

test('a process that ended badly crashes its run, with its last words', async () => {
  const { world, worker, run } = await startRun()
  expect((await worker.says(exited(run, 1)))[0]).toMatchObject({ stateType: 'CRASHED', acknowledged: 1 })
  expect(await world.readRun(run.flowRunId)).toMatchObject({
    state: { type: 'CRASHED', details: { cause: 'exit', exit: { code: 1, signal: null, stderr: 'Error: boom' } } },
    holder: null,
  })
})

test('an exit never overwrites the end that was reported', async () => {
  const { world, worker, run } = await startRun()
  await worker.reports(run.becomes('COMPLETED'))
  expect((await worker.says(exited(run, 1)))[0]).toMatchObject({ stateType: 'COMPLETED' })
  expect((await world.readRun(run.flowRunId)).state.type).toBe('COMPLETED')
})

test('report and exit in one batch: the report counts first', async () => {
  const { world, worker, run } = await startRun()
  const body = {
    protocol: 1,
    sentAt: Date.now(),
    sessionId: worker.sessionId,
    reports: [run.becomes('FAILED').next()],
    holderFacts: [exited(run, 1)],
  }
  await postReports(world.workerKey.text, body)
  expect((await world.readRun(run.flowRunId)).state.type).toBe('FAILED')
})

test('exit 0 without an end waits for the spool, and exit 75 says that one is left', async () => {
  const { world, worker, run } = await startRun()
  expect((await worker.says(exited(run, 75)))[0]).toMatchObject({ stateType: 'RUNNING' })
  expect((await worker.says(exited(run, 0)))[0]).toMatchObject({ stateType: 'RUNNING' })
  const [row] = await query<{ noted: boolean }>(sql`select exited_at is not null as noted from flow_runs where id = ${run.flowRunId}`)
  expect(row?.noted).toBe(true)
  await worker.reports(run.becomes('COMPLETED'))
  expect((await world.readRun(run.flowRunId)).state.type).toBe('COMPLETED')
})

test('what the process printed is stored once, also when it comes after the end', async () => {
  const { world, worker, run } = await startRun()
  await worker.reports(run.becomes('COMPLETED'))
  const output = {
    kind: 'output' as const,
    flowRunId: run.flowRunId,
    epoch: 1,
    chunkId: newId(),
    lines: [{ time: Date.now(), level: 'info' as const, message: 'bye', source: 'stdout' as const }],
  }
  await worker.says(output)
  await worker.says(output)
  const rows = await query<{ lines: { message: string }[] }>(sql`select lines from log_chunks where workspace_id = ${world.workspaceId}`)
  expect(rows.map(({ lines }) => lines[0]?.message)).toEqual(['bye'])
})

test('output rides along with a report in one statement, and only of its own run', async () => {
  const { world, worker, run } = await startRun()
  const other = await startRun()
  const output = (flowRunId: string) => ({
    kind: 'output',
    flowRunId,
    epoch: 1,
    chunkId: newId(),
    lines: [{ time: 1, level: 'info', message: 'printed' }],
  })
  const body = {
    protocol: 1,
    sentAt: Date.now(),
    sessionId: worker.sessionId,
    reports: [run.logs('logged').next()],
    holderFacts: [output(run.flowRunId), output(other.run.flowRunId)],
  }
  const { runs } = (await (await postReports(world.workerKey.text, body)).json()) as ReportAnswer
  expect(runs.map(({ flowRunId }) => flowRunId)).toEqual([run.flowRunId])
  const [row] = await query<{ count: number }>(
    sql`select count(*)::int as count from log_chunks where workspace_id in (${world.workspaceId}, ${other.world.workspaceId})`,
  )
  expect(row?.count).toBe(2)
})

test('a runner whose worker is gone says so with its token: the run is lost at once', async () => {
  const { world, run } = await startRun()
  const fact = { kind: 'worker-gone', flowRunId: run.flowRunId, epoch: 1 }
  const body = { protocol: 1, sentAt: Date.now(), sessionId: null, reports: [], holderFacts: [fact] }
  const other = await startRun()
  await postReports(other.run.runToken, body)
  expect((await world.readRun(run.flowRunId)).state.type).toBe('RUNNING')
  await postReports(run.runToken, body)
  expect(await world.readRun(run.flowRunId)).toMatchObject({ state: { type: 'CRASHED', details: { cause: 'lost' } }, holder: null })
})

test('an empty batch renews a session without a socket, and says what it holds', async () => {
  const { world, worker, run } = await startRun()
  await query(sql`update flow_runs set heard_at = heard_at - interval '60 seconds' where id = ${run.flowRunId}`)
  const before = (await world.readRun(run.flowRunId)).heardAt as number
  const body = { protocol: 1, sentAt: 4_711, sessionId: worker.sessionId, reports: [], holderFacts: [] }
  expect(await (await postReports(world.workerKey.text, body)).json()).toMatchObject({
    answers: 4_711,
    runs: [{ flowRunId: run.flowRunId, epoch: 1, acknowledged: 1, stateType: 'RUNNING', fence: 75_000 }],
  })
  expect((await world.readRun(run.flowRunId)).heardAt).toBeGreaterThan(before)
  const other = await makeWorkspace()
  expect(await (await postReports(other.workerKey.text, body)).json()).toMatchObject({ runs: [] })
})

test('a script that started without us is made by its first report, once', async () => {
  const world = await makeWorkspace()
  const id = newId()
  const stateId = newId()
  const creation = {
    flowName: 'nightly',
    flowVersion: '4f2a91c',
    name: 'lone-wolf',
    parameters: { day: 1 },
    tags: ['script'],
    createdAt: Date.now() - 5_000,
  }
  const report = {
    flowRunId: id,
    epoch: 1,
    n: 1,
    stateId,
    runToken: '',
    creation,
    facts: [{ kind: 'logs', flowRunId: id, lines: [{ time: Date.now(), level: 'info', message: 'alone' }] }],
  }
  const send = (key: string, more: object = {}) =>
    postReports(key, { protocol: 1, sentAt: Date.now(), sessionId: null, reports: [{ ...report, ...more }], holderFacts: [] })
  const first = (await (await send(world.editorKey.text)).json()) as ReportAnswer
  expect(first.runs).toMatchObject([{ acknowledged: 1, stateType: 'RUNNING', runToken: expect.stringMatching(/^weir_run_/) }])
  expect(((await (await send(world.editorKey.text)).json()) as ReportAnswer).runs).toMatchObject([{ acknowledged: 1, stateType: 'RUNNING' }])
  expect(await world.readRun(id)).toMatchObject({
    state: { type: 'RUNNING', details: { flowVersion: '4f2a91c' } },
    holder: { kind: 'runner' },
    workPoolId: null,
    runCount: 1,
  })
  const other = await makeWorkspace()
  expect(((await (await send(other.workerKey.text)).json()) as ReportAnswer).runs).toMatchObject([{ refused: { code: 'not_your_run' } }])
  expect(
    ((await (await send(world.editorKey.text, { flowRunId: '01000000-0000-7000-8000-000000000001' })).json()) as ReportAnswer).runs,
  ).toMatchObject([{ refused: { code: 'not_your_run' } }])
})
