import { createExecutionContext, createScheduledController, evictDurableObject, waitOnExecutionContext } from 'cloudflare:test'
import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import worker from '../../../api/index.ts'
import { sealerOf } from '../../../api/blocks/sealer.ts'
import { coordinatorsOf, retentionDaysOf } from '../../../api/context.ts'
import { makeLog } from '../../../api/log.ts'
import type { Duty, MaintenanceContext } from '../../../api/maintenance/duty.ts'
import { clearDeletedFlowRuns } from '../../../api/maintenance/clear-deleted-flow-runs.ts'
import { forgetOldRuns } from '../../../api/maintenance/forget-old-runs.ts'
import { sweep } from '../../../api/maintenance/run-maintenance.ts'
import { newId } from '../../../core/ids.ts'
import { makeState } from '../../../core/states.ts'
import { TIMINGS } from '../../../core/timings.ts'
import { sqlStatement } from '../../../db/statement.ts'
import { claimFlowRuns } from '../../../db/transitions/claim-flow-runs.ts'
import { startFlowRun } from '../../../db/transitions/start-flow-run.ts'
import { env, eventually, makeWorkspace, query, RunningRun, system, TestWorker, type World } from '../../support/engine-world.ts'

/** The minute cron, as the platform fires it. */
async function tick(): Promise<void> {
  const execution = createExecutionContext()
  await worker.scheduled(createScheduledController({ scheduledTime: new Date(), cron: '* * * * *' }), env, execution)
  await waitOnExecutionContext(execution)
}

/** The sweep looked so many seconds ago. */
async function sweptAgo(seconds: number): Promise<void> {
  await query(sql`delete from judges where name = 'sweep'`)
  await query(
    sql`insert into judges (workspace_id, name, judged_at) values ('00000000-0000-0000-0000-000000000000', 'sweep', now() - ${seconds} * interval '1 second')`,
  )
}

/** A run without a worker: its runner holds it. */
async function startScript(world: World): Promise<string> {
  const id = newId()
  const now = Date.now()
  const state = makeState({ id: newId(), type: 'RUNNING', timestamp: now })
  await world.db.run(
    startFlowRun({ id, flowId: newId(), flowName: 'script', name: 'script', parameters: {}, tags: [], createdAt: now, createdBy: null, state }),
  )
  return id
}

test('a silent script is lost by the sweep; one that was just heard is not', async () => {
  const world = await makeWorkspace()
  const [silent, alive] = [await startScript(world), await startScript(world)]
  await query(sql`update flow_runs set heard_at = now() - interval '100 seconds' where id = ${silent}`)
  await sweptAgo(60)
  await tick()
  expect((await world.readRun(silent)).state).toMatchObject({ type: 'CRASHED', details: { cause: 'lost' } })
  expect((await world.readRun(alive)).state.type).toBe('RUNNING')
})

test('a sweep that was away itself judges nobody', async () => {
  const world = await makeWorkspace()
  const silent = await startScript(world)
  await query(sql`update flow_runs set heard_at = now() - interval '1 hour' where id = ${silent}`)
  await sweptAgo(600)
  await tick()
  expect((await world.readRun(silent)).state.type).toBe('RUNNING')
})

test('the sweep leaves a pool to its own judge, and wakes it', async () => {
  const world = await makeWorkspace()
  const pool = await world.makePool()
  const worker = await TestWorker.start(world, pool.name)
  await pool.offer()
  const run = new RunningRun((await worker.takes(1))[0]!)
  await worker.reports(run.becomes('RUNNING'))
  await pool.wasJudged(5)
  await query(sql`update flow_runs set heard_at = now() - interval '100 seconds' where id = ${run.flowRunId}`)
  await evictDurableObject(pool.stub as never)
  await sweptAgo(60)
  await tick()
  await eventually(async () => (await world.readRun(run.flowRunId)).state.type === 'CRASHED')
})

test('what a superseded object claimed for a worker is sent to it again by the object that has its socket', async () => {
  const world = await makeWorkspace()
  const pool = await world.makePool()
  const worker = await TestWorker.start(world, pool.name)
  const flowRunId = await pool.insertRun({ scheduledTime: Date.now() + 60_000 })
  const [session] = await query<{ worker_id: string }>(sql`select worker_id from worker_sessions where id = ${worker.sessionId}`)
  const claim = { flowRunId, stateId: newId(), sessionId: worker.sessionId, workerId: session!.worker_id }
  // Due and claimed at once: the pool's own object, which looks when a worker has come, sees neither without the other.
  const due = sqlStatement(
    (workspaceId) => sql`update flow_runs set scheduled_time = now() where workspace_id = ${workspaceId}::uuid and id = ${flowRunId}::uuid`,
    () => null,
  )
  const [, claimed] = await world.db.batch(due, claimFlowRuns({ workPoolId: pool.id, claims: [claim] }))
  expect(claimed).toMatchObject({ outcome: 'claimed' })
  await query(sql`update flow_runs set heard_at = now() - interval '20 seconds' where id = ${flowRunId}`)
  await sweptAgo(60)
  await tick()
  expect(await worker.takes(1)).toMatchObject([{ flowRunId, stateId: claim.stateId, epoch: 1 }])
})

test('a cancellation that nobody confirms for five minutes is confirmed by the sweep', async () => {
  const world = await makeWorkspace()
  const [old, young] = [await startScript(world), await startScript(world)]
  for (const [id, seconds] of [
    [old, 400],
    [young, 100],
  ] as const) {
    await query(
      sql`update flow_runs set state_id = ${newId()}, state_type = 'CANCELLING', state_name = 'Cancelling', state_timestamp = now() - ${seconds} * interval '1 second' where id = ${id}`,
    )
  }
  await tick()
  expect(await world.readRun(old)).toMatchObject({ state: { type: 'CANCELLED' }, holder: null })
  expect((await world.readRun(young)).state.type).toBe('CANCELLING')
})

test('a run that nobody took in time says that it is late, once, and is still due at its time', async () => {
  const world = await makeWorkspace()
  const pool = await world.makePool()
  const scheduledTime = Date.now() - 60_000
  const [late, young] = [await pool.insertRun({ scheduledTime }), await pool.insertRun()]
  await tick()
  const marked = (await world.readRun(late)).state
  expect(marked).toMatchObject({ type: 'SCHEDULED', name: 'Late', details: { scheduledTime: expect.closeTo(scheduledTime, 0) } })
  expect((await world.readRun(young)).state.name).toBe('Scheduled')
  await tick()
  expect((await world.readRun(late)).state.id).toBe(marked.id)
})

test('a due run whose ring was lost is given out by the sweep, a late one too', async () => {
  const world = await makeWorkspace()
  const pool = await world.makePool()
  const worker = await TestWorker.start(world, pool.name)
  const runs = [await pool.insertRun(), await pool.insertRun({ scheduledTime: Date.now() - 60_000 })]
  await tick()
  expect((await worker.takes(2)).map(({ flowRunId }) => flowRunId).sort()).toEqual(runs.sort())
})

test('a duty that fails is logged, stops no other, and fails the sweep as a whole', async () => {
  const done: string[] = []
  const duty = (name: string, error?: Error): Duty => ({
    name,
    runOnce: async () => {
      if (error) throw error
      done.push(name)
    },
  })
  const lines: string[] = []
  const log = makeLog({}, (_, line) => lines.push(line))
  const ctx: MaintenanceContext = {
    db: system,
    coordinators: coordinatorsOf(env, TIMINGS, log, () => {}),
    timings: TIMINGS,
    log,
    newId,
    sealer: sealerOf(env.SECRETS_KEY),
    retentionDays: null,
    now: Date.now(),
  }
  await expect(sweep(ctx, [duty('one'), duty('two', new Error('boom')), duty('three')])).rejects.toThrow('1 of 3 duties of the sweep failed')
  expect(done).toEqual(['one', 'three'])
  expect(lines.filter((line) => line.includes('"duty":"two"') && line.includes('boom'))).toHaveLength(1)
})

test('on the hour, partitions are made ahead and old changes dropped', async () => {
  const hour = Math.floor(Date.now() / 3_600_000) * 3_600_000
  const execution = createExecutionContext()
  await worker.scheduled(createScheduledController({ scheduledTime: new Date(hour), cron: '* * * * *' }), env, execution)
  await waitOnExecutionContext(execution)
  const [row] = await query<{ count: number }>(sql`select count(*)::int as count from pg_inherits where inhparent = 'task_runs'::regclass`)
  expect(row?.count).toBeGreaterThanOrEqual(3)
})

test('runs that ended longer ago than they are kept are deleted with all that belongs to them; without a retention none are', async () => {
  const world = await makeWorkspace()
  const [old, fresh, open] = [await startScript(world), await startScript(world), await startScript(world)]
  for (const id of [old, fresh]) await end(id)
  await query(
    sql`update flow_runs set created_at = now() - interval '41 days', start_time = now() - interval '41 days' where id in (${old}, ${open})`,
  )
  await query(sql`update flow_runs set end_time = now() - interval '31 days' where id = ${old}`)
  const left = async () =>
    (await query<{ id: string }>(sql`select id from flow_runs where workspace_id = ${world.workspaceId}`)).map(({ id }) => id).sort()
  const timings = TIMINGS
  const log = makeLog({}, () => {})
  const context = {
    db: system,
    coordinators: coordinatorsOf(env, timings, log, () => {}),
    timings,
    log,
    newId,
    sealer: sealerOf(env.SECRETS_KEY),
    now: Date.now(),
  }
  await sweep({ ...context, retentionDays: null }, [forgetOldRuns])
  expect(await left()).toEqual([old, fresh, open].sort())
  await sweep({ ...context, retentionDays: 30 }, [forgetOldRuns, clearDeletedFlowRuns])
  expect(await left()).toEqual([fresh, open].sort())
  expect(await query(sql`select id from flow_run_states where flow_run_id = ${old}`)).toEqual([])
  expect([
    retentionDaysOf({}),
    retentionDaysOf({ RETENTION_DAYS: '' }),
    retentionDaysOf({ RETENTION_DAYS: '0' }),
    retentionDaysOf({ RETENTION_DAYS: '90' }),
  ]).toEqual([...[null, null, null, 90]])

  async function end(id: string): Promise<void> {
    await query(sql`
      update flow_runs set state_type = 'COMPLETED', state_name = 'Completed', end_time = now(), holder_kind = null, holder_session_id = null
      where id = ${id}`)
  }
})
