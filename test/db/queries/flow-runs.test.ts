import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '../../../core/ids.ts'
import type { Db } from '../../../db/client.ts'
import type { FlowRunFilter, FlowRunOrder } from '../../../db/queries/flow-runs/flow-run-filter.ts'
import { countFlowRuns, filterFlowRuns, listFlowRuns } from '../../../db/queries/flow-runs/list-flow-runs.ts'
import type { FlowRunRow } from '../../../db/queries/flow-runs/flow-run-row.ts'
import { BadCursor, type Rows } from '../../../db/queries/page.ts'
import { insertFlowRun } from '../../../db/transitions/insert-flow-run.ts'
import { startTestDatabase, type TestDatabase } from '../../support/database.ts'
import { type Fixture, makeDeployment, makeFixture, makeSession, makeClaimedRun, newFlowRun } from '../../support/record-fixture.ts'

let database: TestDatabase
let db: Db
let fixture: Fixture
/** `a` to `g`, oldest first; their ids. */
const ids: Record<string, string> = {}
const at = Date.now() - 3_600_000

beforeAll(async () => {
  database = await startTestDatabase()
  db = await database.makeWorkspace()
  fixture = await makeFixture(db, { flowName: 'etl', name: 'nightly', workPoolName: 'pool' })
  const other: Fixture = { ...fixture, deployment: await makeDeployment(db, { workPoolName: 'pool', flowName: 'ml', name: 'train' }) }
  const tags: Record<string, string[]> = { a: ['x'], b: ['x', 'y'], c: ['y', 'it\'s "odd", {}\\'], d: [], e: ['x'], f: [], g: [] }
  for (const [index, name] of Object.keys(tags).entries()) {
    const run = newFlowRun(name === 'c' || name === 'd' ? other : fixture, {
      name: name === 'f' ? '100%_Sure' : name,
      tags: tags[name] ?? [],
      createdAt: at + index * 1000,
      scheduledTime: at + (10 - index) * 1000,
    })
    ids[name] = run.id
    await db.run(insertFlowRun(run))
  }
})
afterAll(() => database?.stop())

const nameOf = (id: string) => Object.keys(ids).find((name) => ids[name] === id) ?? '?'
const names = async (filter: FlowRunFilter | null = null, order: FlowRunOrder = 'CREATED_ASC') =>
  (await db.run(listFlowRuns({ filter, order, page: { limit: 100 } }))).rows.map((run) => nameOf(run.id)).join('')

test('the filter finds what its words say', async () => {
  const cases: [FlowRunFilter, string][] = [
    [{}, 'abcdefg'],
    [{ name: { equals: 'a' } }, 'a'],
    [{ name: { contains: '%_sURE' } }, 'f'],
    [{ name: { contains: '_' } }, 'f'],
    [{ name: { in: ['a', 'g', 'nobody'] } }, 'ag'],
    [{ tags: { all: ['x', 'y'] } }, 'b'],
    [{ tags: { any: ['x', 'y'] } }, 'abce'],
    [{ tags: { any: ['it\'s "odd", {}\\'] } }, 'c'],
    [{ tags: { any: [] } }, ''],
    [{ tags: { all: [] } }, 'abcdefg'],
    [{ flow: { name: ['ml'] } }, 'cd'],
    [{ flow: { id: [fixture.deployment.flow.id] } }, 'abefg'],
    [{ deployment: { name: ['ml/train', 'etl/none'] } }, 'cd'],
    [{ deployment: { id: [fixture.deployment.id], name: ['ml/train'] } }, 'abcdefg'],
    [{ workPool: { name: ['pool'] } }, 'abcdefg'],
    [{ workPool: { id: [newId()] } }, ''],
    [{ state: { type: { in: ['SCHEDULED'] } } }, 'abcdefg'],
    [{ state: { type: { notIn: ['SCHEDULED'] } } }, ''],
    [{ state: { type: { in: [] } } }, ''],
    [{ state: { name: { equals: 'Scheduled' } } }, 'abcdefg'],
    [{ createdAt: { after: at + 1000, before: at + 3000 } }, 'bc'],
    [{ scheduledTime: { before: at + 6000 } }, 'fg'],
    [{ startTime: { after: at } }, ''],
    [{ not: { startTime: { after: at } } }, 'abcdefg'],
    [{ not: { tags: { any: ['x'] } }, flow: { name: ['etl'] } }, 'fg'],
    [{ or: [{ name: { equals: 'a' } }, { and: [{ tags: { any: ['y'] } }, { flow: { name: ['ml'] } }] }] }, 'ac'],
    [{ or: [] }, ''],
    [{ and: [] }, 'abcdefg'],
  ]
  for (const [filter, expected] of cases) {
    expect(await names(filter), JSON.stringify(filter)).toBe(expected)
    expect(await db.run(countFlowRuns(filter))).toEqual({ count: expected.length, isExact: true })
  }
  const live = await db.run(filterFlowRuns([ids.a, ids.d, newId()] as string[], { flow: { name: ['ml'] } }))
  expect(live.map((run) => nameOf(run.id))).toEqual(['d'])
})

test('every order, and its reverse, page by page from both ends', async () => {
  expect(await names(null, 'CREATED_DESC')).toBe('gfedcba')
  expect(await names(null, 'SCHEDULED_TIME_ASC')).toBe('gfedcba')
  for (const order of ['CREATED_ASC', 'CREATED_DESC', 'START_TIME_DESC', 'SCHEDULED_TIME_ASC'] as const) {
    const whole = await names(null, order)
    let forwards = ''
    let after: string | null = null
    for (;;) {
      const page: Rows<FlowRunRow> = await db.run(listFlowRuns({ order, page: { limit: 3, after } }))
      forwards += page.rows.map((run) => nameOf(run.id)).join('')
      expect(page.hasPreviousPage).toBe(after !== null)
      after = page.cursors.at(-1) ?? null
      if (!page.hasNextPage) break
    }
    expect(forwards, order).toBe(whole)
    let backwards = ''
    let before: string | null = null
    for (;;) {
      const page: Rows<FlowRunRow> = await db.run(listFlowRuns({ order, page: { limit: 3, before, fromEnd: true } }))
      backwards = page.rows.map((run) => nameOf(run.id)).join('') + backwards
      expect(page.hasNextPage).toBe(before !== null)
      before = page.cursors[0] ?? null
      if (!page.hasPreviousPage) break
    }
    expect(backwards, order).toBe(whole)
  }
})

test('runs stand where they started; those that have not, where they are due', async () => {
  const session = await makeSession(fixture)
  await makeClaimedRun(fixture, session)
  const owner = await database.client()
  const due = await names(null, 'SCHEDULED_TIME_ASC')
  expect(await names(null, 'START_TIME_DESC')).toBe([...due].reverse().join(''))
  await owner.query(`update flow_runs set start_time = '2100-01-01' where id = any($1)`, [[ids.b, ids.d]])
  expect((await names(null, 'START_TIME_DESC')).slice(0, 2)).toBe('db')
  await owner.query(`update flow_runs set start_time = null where id = any($1)`, [[ids.b, ids.d]])
})

test('a cursor of another list, another order or no list at all is refused', async () => {
  const { cursors } = await db.run(listFlowRuns({ order: 'START_TIME_DESC', page: { limit: 1 } }))
  for (const cursor of [cursors[0] as string, 'nonsense', '', btoa('["CREATED","\' or 1=1"]'), btoa('["CREATED"]'), btoa('null')]) {
    if (cursor === '') continue
    expect(() => listFlowRuns({ order: 'CREATED_DESC', page: { limit: 1, after: cursor } }).build(null as never, db.workspaceId), cursor).toThrow(
      BadCursor,
    )
  }
})

test('hostile texts are only ever values', async () => {
  for (const text of [`'; drop table flow_runs; --`, '\\', '{', '"', '$1', '%', 'ä🙂', `a','b`, 'NULL']) {
    expect(
      await names({
        name: { in: [text], equals: text, contains: text },
        tags: { all: [text], any: [text] },
        flow: { name: [text] },
        state: { name: { in: [text] } },
      }),
    ).toBe('')
  }
  await expect(db.run(countFlowRuns({ name: { equals: 'nul\0' } }))).rejects.toMatchObject({ code: '22021' })
})
