/** Events as the record keeps them: each id once, found by what they say, in the order in which they occurred or came. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '../../../core/ids.ts'
import type { EventFact } from '../../../core/protocol/reports.ts'
import type { Db } from '../../../db/client.ts'
import type { NewEvent } from '../../../db/queries/events/event-row.ts'
import { insertEvent } from '../../../db/queries/events/insert-event.ts'
import { countEvents, type EventFilter, findEvents, listEvents } from '../../../db/queries/events/list-events.ts'
import { applyChanges } from '../../../db/transitions/apply-changes.ts'
import { startTestDatabase, type TestDatabase } from '../../support/database.ts'
import { makeClaimedRun, makeFixture, makeSession } from '../../support/record-fixture.ts'
import { changeOf, childFlowRunOf } from '../../support/run-writes.ts'

let database: TestDatabase
let db: Db

beforeAll(async () => {
  database = await startTestDatabase()
  db = await database.makeWorkspace()
})
afterAll(() => database?.stop())

const NOON = Date.parse('2026-01-01T12:00:00Z')

const eventOf = (init: Partial<NewEvent> = {}): NewEvent => ({
  id: newId(),
  name: 'order.shipped',
  resource: { id: 'order.1', labels: {} },
  related: [],
  payload: {},
  follows: null,
  occurred: NOON,
  flowRunId: null,
  taskRunId: null,
  ...init,
})

const page = { limit: 50 }
const find = async (filter: EventFilter, inside: Db = db) =>
  (await inside.run(listEvents({ order: 'OCCURRED_ASC', filter, page }))).rows.map(({ resource }) => resource.id)

test('an event is stored as it was told, and the same id again changes nothing, on whichever day it comes', async () => {
  const event = eventOf({
    resource: { id: 'order.told', labels: { country: 'NO' } },
    related: [{ id: 'customer.7', role: 'customer', labels: { name: 'Ada' } }],
    payload: { weights: [3, 4], a: 2 },
    follows: newId(),
  })
  expect(await db.run(insertEvent(event))).toBe(true)
  expect(await db.run(insertEvent({ ...event, name: 'other', occurred: NOON + 1, payload: {} }))).toBe(false)
  const owner = await database.client()
  for (const table of ['events', 'event_related']) await owner.query(`update ${table} set day = day - 1 where workspace_id = $1`, [db.workspaceId])
  expect(await db.run(insertEvent({ ...event, name: 'other' }))).toBe(false)
  const { id, ...told } = event
  expect(await db.run(findEvents([id]))).toEqual([{ ...told, id, receivedAt: expect.any(Number) }])
  // In the author's order, which a sorting record would lose.
  expect(JSON.stringify((await db.run(findEvents([id])))[0]?.payload)).toBe('{"weights":[3,4],"a":2}')
  expect(await find({ resource: { id: { equals: 'order.told' } } })).toHaveLength(1)
  expect(await find({ related: { id: 'customer.7' } })).toHaveLength(1)
})

test('one that does not say when it occurred did so when it came', async () => {
  const event = eventOf({ occurred: null })
  await db.run(insertEvent(event))
  const [stored] = await db.run(findEvents([event.id]))
  expect(stored?.occurred).toBe(stored?.receivedAt)
})

test('they are found by name, resource, what they are related to, time and run, whole or by how it begins', async () => {
  const mine = await database.makeWorkspace()
  const flowRunId = newId()
  const related = [
    { id: 'customer.7', role: 'customer', labels: {} },
    { id: 'customer.7', role: 'payer', labels: {} },
    { id: 'shop.2', role: 'shop', labels: {} },
  ]
  await mine.batch(
    insertEvent(eventOf({ name: 'order.made', resource: { id: 'order.1', labels: {} }, related })),
    insertEvent(eventOf({ name: 'order.shipped', resource: { id: 'order.2', labels: {} }, related: related.slice(2), occurred: NOON + 1_000 })),
    insertEvent(eventOf({ name: 'parcel_lost', resource: { id: 'parcel_3', labels: {} }, flowRunId, occurred: NOON + 2_000 })),
  )
  const cases: [EventFilter, string[]][] = [
    [{}, ['order.1', 'order.2', 'parcel_3']],
    [{ name: { equals: 'order.made' } }, ['order.1']],
    [{ name: { in: ['order.made', 'parcel_lost'] } }, ['order.1', 'parcel_3']],
    [{ name: { startsWith: 'order.' } }, ['order.1', 'order.2']],
    // No pattern: its signs mean themselves.
    [{ name: { startsWith: 'order%' } }, []],
    [{ name: { startsWith: 'parcel_' } }, ['parcel_3']],
    [{ name: { startsWith: 'order', equals: 'order.shipped' } }, ['order.2']],
    [{ resource: { id: { startsWith: 'parcel' } } }, ['parcel_3']],
    [{ resource: { id: { equals: 'order.2' } } }, ['order.2']],
    [{ related: { id: 'customer.7' } }, ['order.1']],
    [{ related: { id: 'customer.7', role: 'payer' } }, ['order.1']],
    [{ related: { id: 'customer.7', role: 'shop' } }, []],
    [{ related: { id: 'shop.2', role: 'shop' } }, ['order.1', 'order.2']],
    [{ related: { id: 'shop.2' }, name: { equals: 'order.shipped' } }, ['order.2']],
    [{ occurred: { after: NOON + 1_000 } }, ['order.2', 'parcel_3']],
    [{ occurred: { before: NOON + 1_000 } }, ['order.1']],
    [{ related: { id: 'shop.2' }, occurred: { after: NOON + 1 } }, ['order.2']],
    [{ flowRunId }, ['parcel_3']],
  ]
  for (const [filter, expected] of cases) {
    expect(await find(filter, mine), JSON.stringify(filter)).toEqual(expected)
    expect(await mine.run(countEvents(filter)), JSON.stringify(filter)).toEqual({ count: expected.length, isExact: true })
  }
})

test('pages go on where the last one ended, from both ends, also of those that are related to something', async () => {
  const mine = await database.makeWorkspace()
  const related = [{ id: 'shop.2', role: 'shop', labels: {} }]
  // Two at a time share their instant.
  await mine.batch(
    ...Array.from({ length: 7 }, (_, n) =>
      insertEvent(eventOf({ resource: { id: `order.${n}`, labels: {} }, related, occurred: NOON + Math.floor(n / 2) })),
    ),
  )
  for (const filter of [{}, { related: { id: 'shop.2' } }]) {
    for (const order of ['OCCURRED_ASC', 'OCCURRED_DESC', 'RECEIVED_ASC'] as const) {
      const all = (await mine.run(listEvents({ order, filter, page }))).rows.map(({ id }) => id)
      expect(all).toHaveLength(7)
      const read: string[] = []
      for (let after: string | null = null; ; ) {
        const { rows, cursors, hasNextPage } = await mine.run(listEvents({ order, filter, page: { limit: 3, after } }))
        read.push(...rows.map(({ id }) => id))
        if (!hasNextPage) break
        after = cursors.at(-1) as string
      }
      expect(read).toEqual(all)
      const last = await mine.run(listEvents({ order, filter, page: { limit: 2, fromEnd: true } }))
      expect(last.rows.map(({ id }) => id)).toEqual(all.slice(-2))
    }
  }
})

test('in the order in which they came, one that is stored late is neither skipped nor seen before what began earlier', async () => {
  const mine = await database.makeWorkspace()
  const names = async (after: string | null) => {
    const { rows, cursors } = await mine.run(listEvents({ order: 'RECEIVED_ASC', page: { limit: 10, after } }))
    return { names: rows.map(({ name }) => name), cursor: cursors.at(-1) ?? after }
  }
  const slow = await database.client()
  await slow.query('begin')
  await slow.query('select insert_events($1, $2)', [
    mine.workspaceId,
    JSON.stringify([{ id: newId(), name: 'slow', resource_id: 'x', resource_labels: {}, related: [], payload: '{}' }]),
  ])
  await mine.run(insertEvent(eventOf({ name: 'fast' })))
  const between = await names(null)
  expect(between.names).toEqual([])
  await slow.query('commit')
  const after = await names(between.cursor)
  expect(after.names).toEqual(['slow', 'fast'])
  expect((await names(after.cursor)).names).toEqual([])
})

test("a run's event comes with its report: related to run, task run, flow and deployment, its listeners told, and none without the report", async () => {
  const fixture = await makeFixture(db)
  const { flowRunId, stateId } = await makeClaimedRun(fixture, await makeSession(fixture))
  const { deployment } = fixture
  const fact: EventFact = { ...eventOf(), kind: 'event', eventId: newId(), flowRunId, taskRunId: newId(), occurred: null, time: NOON + 5 }
  const child = childFlowRunOf(flowRunId)
  const ofChild: EventFact = { ...fact, eventId: newId(), flowRunId: child.flowRunId, taskRunId: null, occurred: NOON }
  // A report speaks for its own run and the subflows of it.
  const ofAnother: EventFact = { ...fact, eventId: newId(), flowRunId: (await makeClaimedRun(fixture, await makeSession(fixture))).flowRunId }
  const write = { change: changeOf(flowRunId, stateId), facts: [child, fact, ofChild, ofAnother, { ...fact, eventId: fact.eventId }] }
  const { runs } = await db.run(applyChanges([write]))
  expect(runs[0]).toMatchObject({ written: true })
  const stored = await db.run(findEvents([fact.eventId, ofChild.eventId, ofAnother.eventId]))
  expect(stored).toHaveLength(2)
  const own = stored.find(({ id }) => id === fact.eventId)
  expect(own).toMatchObject({ flowRunId, taskRunId: fact.taskRunId, occurred: NOON + 5 })
  expect(own?.related).toEqual([
    { id: `weir.flow-run.${flowRunId}`, role: 'flow-run', labels: { name: 'run' } },
    { id: `weir.flow.${deployment.flow.id}`, role: 'flow', labels: { name: deployment.flow.name } },
    { id: `weir.deployment.${deployment.id}`, role: 'deployment', labels: { name: deployment.fullName } },
    { id: `weir.task-run.${fact.taskRunId}`, role: 'task-run', labels: {} },
  ])
  const below = stored.find(({ id }) => id === ofChild.eventId)
  expect(below).toMatchObject({ flowRunId: child.flowRunId, occurred: NOON })
  expect(below?.related.map(({ role }) => role)).toEqual(['flow-run', 'flow'])
  expect(await find({ related: { id: `weir.deployment.${deployment.id}`, role: 'deployment' } })).toEqual(['order.1'])
  const owner = await database.client()
  const { rows } = await owner.query(`select changed from changes where topic = $1 order by id desc limit 1`, [`flow-run/${flowRunId}`])
  expect(rows[0].changed).toContain('events')
  // The same report a second time has another guard: nothing of it is written.
  const again = await db.run(applyChanges([{ ...write, facts: [{ ...fact, eventId: newId() }] }]))
  expect(again.runs[0]).toMatchObject({ written: false })
  expect(await find({ flowRunId })).toHaveLength(1)
})
