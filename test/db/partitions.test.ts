import { afterAll, beforeAll, expect, test } from 'vitest'
import { newIdAt } from '../../core/ids.ts'
import type { Db } from '../../db/client.ts'
import { listFlowRunStates } from '../../db/queries/flow-run-states/list-flow-run-states.ts'
import { dropOldChanges, dropOldEvents, makePartitions } from '../../db/queries/maintenance/maintain-partitions.ts'
import { insertFlowRun } from '../../db/transitions/insert-flow-run.ts'
import { startTestDatabase, type TestDatabase } from '../support/database.ts'
import { makeFixture, newFlowRun } from '../support/record-fixture.ts'

let database: TestDatabase
let db: Db

beforeAll(async () => {
  database = await startTestDatabase()
  db = await database.makeWorkspace()
})
afterAll(() => database?.stop())

const DAY = 86_400_000
const partitionOf = async (flowRunId: string): Promise<string> =>
  (await (await database.client()).query('select tableoid::regclass::text as name from flow_run_states where flow_run_id = $1', [flowRunId])).rows[0]
    ?.name

test('they reach two weeks ahead, and making them again makes nothing', async () => {
  expect(await database.system.run(makePartitions({ daysAhead: 14 }))).toEqual({ made: [], moved: 0 })
  const fixture = await makeFixture(db)
  for (const days of [0, 7, 14]) {
    const run = newFlowRun(fixture, { id: newIdAt(Date.now() + days * DAY) })
    await db.run(insertFlowRun(run))
    expect(await partitionOf(run.id)).toMatch(/^flow_run_states_\d{8}$/)
  }
})

test('a run outside of them lies in DEFAULT until its week is made, then moves with all it has', async () => {
  const fixture = await makeFixture(db)
  const [past, future, odd] = [newIdAt(Date.now() - 60 * DAY), newIdAt(Date.now() + 30 * DAY), '00000000-0000-4000-8000-000000000001']
  for (const id of [past, future, odd]) {
    await db.run(insertFlowRun(newFlowRun(fixture, { id })))
    expect(await partitionOf(id)).toBe('flow_run_states_default')
  }
  const report = await database.system.run(makePartitions({ daysAhead: 14 }))
  expect(report.moved).toBe(2)
  expect(report.made).toHaveLength(2)
  expect(await partitionOf(past)).toMatch(/^flow_run_states_\d{8}$/)
  expect(await partitionOf(future)).toMatch(/^flow_run_states_\d{8}$/)
  // No week can be read from an id that is no UUID v7.
  expect(await partitionOf(odd)).toBe('flow_run_states_default')
  const states = await db.run(listFlowRunStates([past, future, odd]))
  expect(states.map((state) => state.flowRunId).sort()).toEqual([past, future, odd].sort())
  expect(await database.system.run(makePartitions({ daysAhead: 14 }))).toEqual({ made: [], moved: 0 })
  await db.run(insertFlowRun(newFlowRun(fixture, { id: newIdAt(Date.now() - 60 * DAY) })))
})

test('days of changes are dropped once they are old, others stay', async () => {
  const owner = await database.client()
  await owner.query(`insert into changes (workspace_id, topic, changed, written_at) values ($1, 'flow-runs', '{old}', now() - interval '5 days')`, [
    db.workspaceId,
  ])
  await owner.query(`insert into changes (workspace_id, topic, changed) values ($1, 'flow-runs', '{new}')`, [db.workspaceId])
  await database.system.run(makePartitions({ daysAhead: 14 }))
  const dropped = await database.system.run(dropOldChanges({ hours: 48 }))
  expect(dropped).toHaveLength(1)
  const { rows } = await owner.query(`select changed from changes where changed && '{old,new}'`)
  expect(rows).toEqual([{ changed: ['new'] }])
  expect(await database.system.run(dropOldChanges({ hours: 48 }))).toEqual([])
})

test('days of events are dropped seven days after they have ended, others stay with what they are related to', async () => {
  const owner = await database.client()
  const days = [8, 7, 0]
  for (const ago of days) {
    await owner.query(
      `with event as (
         insert into events (workspace_id, id, day, received_at, occurred, name, resource_id, resource_labels, related, payload)
         select $1, gen_random_uuid(), (now() at time zone 'UTC')::date - $2::int, now(), now(), 'days-' || $2::int, 'x', '{}', '[]', '{}' returning *)
       insert into event_related select workspace_id, 'thing', occurred, id, day, '{part}' from event`,
      [db.workspaceId, ago],
    )
  }
  const made = await database.system.run(makePartitions({ daysAhead: 14 }))
  expect(made).toMatchObject({ moved: 4 })
  const dropped = await database.system.run(dropOldEvents({ days: 7 }))
  expect(dropped.map((name) => name.replace(/_\d{8}$/, ''))).toEqual(['event_related', 'events'])
  expect((await owner.query(`select name from events order by 1`)).rows).toEqual([{ name: 'days-0' }, { name: 'days-7' }])
  expect((await owner.query(`select count(*)::int as count from event_related`)).rows).toEqual([{ count: 2 }])
  expect(await database.system.run(dropOldEvents({ days: 7 }))).toEqual([])
})

test('weir_app can neither make nor drop them', async () => {
  const app = await database.client('weir_app')
  await expect(app.query('select make_partitions(60)')).rejects.toMatchObject({ code: '42501' })
  await app.query('select drop_old_changes(-1000)').then(
    ({ rows }) => expect(rows).toEqual([{ drop_old_changes: [] }]),
    (error) => expect(error).toMatchObject({ code: '42501' }),
  )
})
