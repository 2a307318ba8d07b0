import { expect, test } from 'vitest'
import { metrics } from '../../api/maintenance/metrics.ts'
import { makeLog } from '../../api/log.ts'
import { TIMINGS } from '../../core/timings.ts'
import { makeWorkspace as makeEngineWorld, TestWorker } from '../support/engine-world.ts'
import { bindings, CREATE, makeStage, send } from './support.ts'

const TOKEN = { authorization: 'Bearer metrics-of-the-tests' }

/** Values by name and labels, as Prometheus sees them. */
const read = async (answer: Response): Promise<Map<string, number>> => {
  expect(answer.status).toBe(200)
  expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
  const lines = (await answer.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]))
}

test('metrics count what is open and what is late over all workspaces, and name no workspace, pool or run', async () => {
  const before = await read(await send('/metrics', { headers: TOKEN }))
  const { ask, deployment, workspaceId } = await makeStage()
  for (const scheduledTime of [null, '2020-01-01T00:00:00Z']) {
    const { data } = await ask(CREATE, { input: { deploymentId: deployment.id, scheduledTime } })
    expect(data.createFlowRun.__typename).toBe('CreateFlowRunSuccess')
  }
  const answer = await send('/metrics', { headers: TOKEN })
  expect(await answer.clone().text()).not.toContain(workspaceId)
  const after = await read(answer)
  const grown = (name: string) => (after.get(name) ?? 0) - (before.get(name) ?? 0)
  expect(after.get('weir_up')).toBe(1)
  expect(grown('weir_flow_runs{state="SCHEDULED"}')).toBeGreaterThanOrEqual(2)
  expect(grown('weir_flow_runs_recent{state="SCHEDULED"}')).toBeGreaterThanOrEqual(2)
  expect(after.get('weir_flow_runs_late')).toBeGreaterThanOrEqual(1)
  expect(after.get('weir_flow_runs_late_seconds')).toBeGreaterThan(3600)
  expect(grown('weir_work_pools')).toBeGreaterThanOrEqual(1)
  expect(after.get('weir_flow_runs_recent{state="CRASHED"}')).toBeTypeOf('number')
  expect(after.get('weir_database_bytes')).toBeGreaterThan(1_000_000)
  expect([...after.values()].every(Number.isFinite)).toBe(true)
})

test('metrics add up the places of connected workers, the runs that they hold, and the limits that are full', async () => {
  const world = await makeEngineWorld()
  const pool = await world.makePool({ limit: 1 })
  const before = await read(await send('/metrics', { headers: TOKEN }))
  const worker = await TestWorker.start(world, pool.name)
  await pool.offer()
  await worker.takes(1)
  const after = await read(await send('/metrics', { headers: TOKEN }))
  const grown = (name: string) => (after.get(name) ?? 0) - (before.get(name) ?? 0)
  expect(['weir_worker_sessions', 'weir_leases', 'weir_limits_full'].map(grown)).toEqual([1, 1, 1])
  expect(grown('weir_slots')).toBeGreaterThanOrEqual(1)
})

test('metrics are shown to whoever has the token; without one, only on a laptop', async () => {
  for (const headers of [{}, { authorization: 'Bearer wrong' }, { authorization: 'metrics-of-the-tests' }] as Record<string, string>[]) {
    const refused = await send('/metrics', { headers })
    expect([refused.status, ((await refused.json()) as { error: { code: string } }).error.code]).toEqual([401, 'UNAUTHENTICATED'])
  }
  const door = (env: object) =>
    metrics({
      request: new Request('https://weir.example/metrics') as never,
      env: { ...bindings, METRICS_TOKEN: undefined, ...env } as never,
      timings: TIMINGS,
      log: makeLog({}, () => {}),
      requestId: 'x',
      note() {},
      waitUntil() {},
    })
  await expect(door({ CELL: 'one' })).rejects.toMatchObject({ code: 'NOT_FOUND', hint: expect.stringContaining('METRICS_TOKEN') })
  await read((await door({ CELL: 'local' })) as never)
})

test('a database that is away is a metric; what this machine has counted itself is still told', async () => {
  const fetcher = { fetch: () => Promise.reject(new TypeError('away')) }
  const answer = await metrics({
    request: new Request('https://weir.example/metrics') as never,
    env: { ...bindings, SQL: fetcher, METRICS_TOKEN: '', CELL: 'local' } as never,
    timings: TIMINGS,
    log: makeLog({}, () => {}),
    requestId: 'x',
    note() {},
    waitUntil() {},
  })
  const shown = [...(await read(answer as never))]
  expect(shown.filter(([name]) => !name.startsWith('weir_request'))).toEqual([['weir_up', 0]])
  expect(shown.length).toBeGreaterThan(1)
})

test('every answer names its request, as the log does', async () => {
  for (const path of ['/healthz', '/readyz', '/metrics', '/nothing', '/reports']) {
    const answer = await send(path)
    expect(answer.headers.get('x-request-id'), path).toMatch(/^[0-9a-f-]{36}$/)
    await answer.body?.cancel()
  }
})
