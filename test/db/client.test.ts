import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { connect, DatabaseError, DatabaseUnavailable, type Db } from '../../db/client.ts'
import { sqlStatement } from '../../db/statement.ts'
import { startTestDatabase, type TestDatabase } from '../support/database.ts'
import { TEST_DATABASE_URL } from '../support/worker-bindings.ts'

let database: TestDatabase
let db: Db

beforeAll(async () => {
  database = await startTestDatabase()
  db = await database.makeWorkspace()
})
afterAll(() => database?.stop())

const select = (text: string) =>
  sqlStatement<Record<string, unknown>, Record<string, unknown>[]>(
    () => sql.raw(text),
    (rows) => rows,
  )
const setting = select(`select current_setting('app.workspace_id', true) as workspace, current_user as role`)

test('every batch is one round trip, in one transaction, in its workspace, as weir_app', async () => {
  const requests: string[] = []
  const counting = connect({
    url: TEST_DATABASE_URL,
    fetch: (input, init) => {
      requests.push(String(init?.body))
      return database.doorFetch(input, init)
    },
  }).inWorkspace(db.workspaceId)
  const [a, b, c] = await counting.batch(
    setting,
    select('select pg_current_xact_id()::text as xid'),
    select('select pg_current_xact_id()::text as xid'),
  )
  expect(a).toEqual([{ workspace: db.workspaceId, role: 'weir_app' }])
  expect(b).toEqual(c)
  expect([requests.length, counting.roundTrips]).toEqual([1, 1])
  expect(JSON.parse(requests[0] as string).queries[0]).toMatchObject({ query: expect.stringContaining('set_config'), params: [db.workspaceId] })
})

test('two connections in one process each take their own door', async () => {
  const other = connect({ url: TEST_DATABASE_URL, fetch: () => Promise.resolve(new Response('no', { status: 500 })) }).inWorkspace(db.workspaceId)
  const [here, there] = await Promise.allSettled([db.run(setting), other.run(setting)])
  expect([here.status, there.status]).toEqual(['fulfilled', 'rejected'])
})

test('a refused statement is an error with its SQLSTATE, nothing of the batch is written, and the message has no values in it', async () => {
  const attempt = db.batch(
    select(`insert into flows select '${db.workspaceId}', gen_random_uuid(), 'half', now() returning 1`),
    select(`select ('secret' || '-value')::int`),
  )
  await expect(attempt).rejects.toBeInstanceOf(DatabaseError)
  await expect(attempt).rejects.toMatchObject({ code: '22P02' })
  expect(await db.run(select(`select 1 from flows where name = 'half'`))).toEqual([])
  await expect(db.run(select('select 1; select 2'))).rejects.toMatchObject({ code: '42601' })
})

test('a deadlock is tried again until it is through', async () => {
  const owner = await database.client()
  await owner.query(`insert into flows values ($1, $2, 'a', now()), ($1, $3, 'b', now())`, [
    db.workspaceId,
    '01900000-0000-7000-8000-00000000000a',
    '01900000-0000-7000-8000-00000000000b',
  ])
  const lock = (name: string) => select(`update flows set name = name where name = '${name}' returning 1`)
  // Each has its first row before either asks for the other's. Who is tried again finds the gate open.
  const gate = select('select pg_advisory_xact_lock_shared(4711) is null')
  await owner.query('select pg_advisory_lock(4711)')
  const working = Promise.all(
    [['a', 'b'] as const, ['b', 'a'] as const].map(async ([first, second]) => {
      const own = database.connection.inWorkspace(db.workspaceId)
      await own.batch(lock(first), gate, lock(second))
      return own.roundTrips
    }),
  )
  const waiting = async () =>
    (await owner.query(`select count(*)::int as waiting from pg_locks where locktype = 'advisory' and objid = 4711 and not granted`)).rows[0]?.waiting
  await expect.poll(waiting, { timeout: 4_000 }).toBe(2)
  await owner.query('select pg_advisory_unlock(4711)')
  const rounds = await working
  expect(Math.max(...rounds)).toBeGreaterThan(1)
  // PostgreSQL counts it a moment later.
  const deadlocks = async () =>
    (await owner.query('select deadlocks::int from pg_stat_database where datname = current_database()')).rows[0]?.deadlocks as number
  await expect.poll(deadlocks, { timeout: 15_000 }).toBeGreaterThan(0)
})

test('whatever keeps the database from answering is DatabaseUnavailable, without the connection string', async () => {
  const doors: Record<string, typeof fetch> = {
    refused: () => Promise.reject(new TypeError('fetch failed')),
    'bad gateway': () => Promise.resolve(new Response('upstream', { status: 502 })),
    'no JSON': () => Promise.resolve(new Response('<html>', { status: 200 })),
    'cannot connect': () => Promise.resolve(Response.json({ message: 'terminating connection', code: '57P01', severity: 'FATAL' }, { status: 400 })),
    'too many connections': () => Promise.resolve(Response.json({ message: 'sorry', code: '53300', severity: 'FATAL' }, { status: 400 })),
    'wrong password': () => Promise.resolve(Response.json({ message: 'no', code: '28P01', severity: 'FATAL' }, { status: 400 })),
  }
  for (const [name, door] of Object.entries(doors)) {
    const failure = await connect({ url: 'postgres://weir_app:hunter2@db.example/weir', fetch: door })
      .inWorkspace(db.workspaceId)
      .run(setting)
      .catch((error: unknown) => error)
    expect(failure, name).toBeInstanceOf(DatabaseUnavailable)
    expect(String((failure as Error).message)).not.toContain('hunter2')
  }
})

test('a server that stops in the middle is unavailable, and serves again when it is back', async () => {
  const own = await startTestDatabase()
  const workspace = await own.makeWorkspace()
  const running = workspace.run(select('select pg_sleep(4)'))
  const failed = expect(running).rejects.toBeInstanceOf(DatabaseUnavailable)
  await expect
    .poll(
      async () =>
        (await (await own.client()).query(`select 1 from pg_stat_activity where query like '%pg_sleep(4)%' and usename = 'weir_app'`)).rowCount,
    )
    .toBe(1)
  await own.postgres.stop()
  await failed
  await expect(workspace.run(setting)).rejects.toBeInstanceOf(DatabaseUnavailable)
  await own.stop()
})
