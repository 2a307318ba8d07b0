/** What the functions on the way of every run read, with plans as old as a connection. */
import { expect, onTestFinished, test } from 'vitest'
import { newId } from '../../../core/ids.ts'
import { startTestDatabase } from '../../support/database.ts'
import { insertDueRuns, makeClaimedRun, makeFixture, makeSession } from '../../support/record-fixture.ts'

test.each([
  ['when there were few', ''],
  ['when the few there were had just been analysed', 'analyze'],
])('a change, a claim and a look at what waits read the runs that they are about, also with plans that were made %s', async (_, before) => {
  // Of its own: the runs of another test would make its tables large ones.
  const database = await startTestDatabase()
  onTestFinished(() => database.stop())
  const own = await makeFixture(await database.makeWorkspace())
  const worker = await makeSession(own)
  const runs = await Promise.all(Array.from({ length: 8 }, () => makeClaimedRun(own, worker)))
  const owner = await database.client()
  /** Rows of flow_runs read by one statement of this connection, whose plans were made by the first of them. What was counted before may not have been flushed. */
  const counted = async () => {
    const { rows } = await owner.query(
      `select (seq_tup_read + coalesce(idx_tup_fetch, 0))::int as read from pg_stat_xact_user_tables where relname = 'flow_runs'`,
    )
    return rows[0].read as number
  }
  const readBy = async (text: string, values: unknown[]) => {
    await owner.query('begin')
    const soFar = await counted()
    await owner.query(text, values)
    const read = (await counted()) - soFar
    await owner.query('commit')
    return read
  }
  const change = async ({ flowRunId, stateId }: { flowRunId: string; stateId: string }) => {
    const run = { id: flowRunId, guard_state_id: stateId, guard_epoch: 1, lease: 'keep', waiting_ms: 0, starting_ms: 0, running_ms: 0, fact_count: 0 }
    const empty = { states: [], task_runs: [], logs: [], artifacts: [], children: [], changes: [] }
    const payload = { runs: [{ ...run, guards_heard_at: false, heard: false, raise_epoch: false, is_final: false }], ...empty }
    return await readBy('select * from apply_changes($1, $2)', [own.db.workspaceId, JSON.stringify(payload)])
  }
  const look = () => readBy('select * from waiting_flow_runs($1, $2, 3)', [own.db.workspaceId, own.workPoolId])
  const claim = async (flowRunId: string) => {
    const claims = [{ flowRunId, sessionId: worker.sessionId, workerId: worker.workerId, stateId: newId() }]
    return await readBy('select * from claim_flow_runs($1, $2, $3)', [own.db.workspaceId, own.workPoolId, JSON.stringify(claims)])
  }
  const [spare, ...others] = await insertDueRuns(own, 7)
  await owner.query(before)
  for (const [index, flowRunId] of others.entries()) {
    await change(runs[index] as (typeof runs)[number])
    await look()
    await claim(flowRunId)
  }
  await insertDueRuns(own, 1_500)
  expect(await change(runs[7] as (typeof runs)[number])).toBeLessThan(10)
  expect(await look()).toBeLessThan(20)
  expect(await claim(spare as string)).toBeLessThan(20)
})
