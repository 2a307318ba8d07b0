import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Db } from '../../../db/client.ts'
import { type ChangePosition, readChanges } from '../../../db/queries/changes/read-changes.ts'
import { startTestDatabase, type TestDatabase } from '../../support/database.ts'

let database: TestDatabase
let db: Db

beforeAll(async () => {
  database = await startTestDatabase()
  db = await database.makeWorkspace()
})
afterAll(() => database?.stop())

/** A connection inside a transaction that has written a change and not committed it. */
async function writeOpen(name: string) {
  const client = await database.client('weir_app')
  await client.query('begin')
  await client.query(`select set_config('app.workspace_id', $1, true)`, [db.workspaceId])
  await client.query(`insert into changes (workspace_id, topic, changed) values ($1, 'flow-runs', array[$2])`, [db.workspaceId, name])
  return client
}

const read = async (after: ChangePosition | null, limit = 100) => {
  const answer = await db.run(readChanges({ topic: 'flow-runs', after, limit }))
  return { ...answer, names: answer.changes.map((change) => change.changed[0] as string) }
}

test('what commits late is neither skipped nor seen before what began earlier', async () => {
  const start = await read(null)
  expect(start.names).toEqual([])
  const slow = await writeOpen('slow')
  const fast = await writeOpen('fast')
  await fast.query('commit')
  const between = await read(start.next)
  expect([between.names, between.isHeldBack]).toEqual([[], true])
  await slow.query('commit')
  const after = await read(between.next)
  expect(after.names).toEqual(['slow', 'fast'])
  expect((await read(after.next)).names).toEqual([])
  // The cursor of before both still gives both.
  expect((await read(start.next)).names).toEqual(['slow', 'fast'])
})

test('a transaction that is rolled back leaves no gap that anybody waits for', async () => {
  const { next } = await read(null)
  const gone = await writeOpen('gone')
  const kept = await writeOpen('kept')
  await kept.query('commit')
  await gone.query('rollback')
  expect((await read(next)).names).toEqual(['kept'])
})

test('under concurrent commits a reader sees every change once, in one order, page by page', async () => {
  const { next } = await read(null)
  let cursor = next
  const seen: string[] = []
  let writing = true
  const reader = (async () => {
    for (;;) {
      const isLast = !writing
      const page = await read(cursor, 7)
      seen.push(...page.names)
      cursor = page.next
      if (isLast && page.names.length === 0 && !page.isHeldBack) return
    }
  })()
  const writers = Array.from({ length: 8 }, async (_, writer) => {
    for (let index = 0; index < 25; index++) {
      const client = index === 0 ? await database.client('weir_app') : connections[writer]!
      connections[writer] = client
      await client.query('begin')
      await client.query(`select set_config('app.workspace_id', $1, true)`, [db.workspaceId])
      for (const part of ['a', 'b']) {
        await client.query(`insert into changes (workspace_id, topic, changed) values ($1, 'flow-runs', array[$2])`, [
          db.workspaceId,
          `${writer}.${index}.${part}`,
        ])
      }
      await client.query(index % 5 === 4 ? 'rollback' : 'commit')
    }
  })
  await Promise.all(writers)
  writing = false
  await reader
  const committed = Array.from({ length: 8 }, (_, writer) =>
    Array.from({ length: 25 }, (_, index) => index)
      .filter((index) => index % 5 !== 4)
      .flatMap((index) => [`${writer}.${index}.a`, `${writer}.${index}.b`]),
  )
  expect([...seen].sort()).toEqual(committed.flat().sort())
  // Each writer's own changes come in the order in which it committed them.
  for (const [writer, names] of committed.entries()) expect(seen.filter((name) => name.startsWith(`${writer}.`))).toEqual(names)
})
const connections: Awaited<ReturnType<TestDatabase['client']>>[] = []
