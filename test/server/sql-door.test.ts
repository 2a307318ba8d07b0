import { randomUUID } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { type RequestOptions, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { neon, neonConfig } from '@neondatabase/serverless'
import pg from 'pg'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { DATABASE_POOLS_PATH, type DatabasePool } from '../../core/protocol/database-pools.ts'
import type { LineLog } from '../../server/line-log.ts'
import { SYSTEM_DIRECTORY } from '../../server/postgres/binaries.ts'
import { type RunningPostgres, removePostgresData, startPostgres } from '../../server/postgres/start-postgres.ts'
import { openSqlDoor, type SqlDoor } from '../../server/sql-door/sql-door.ts'

const APP = 'postgres://door_app:app@local/weir'
const OTHER = 'postgres://door_other:other@local/weir'

const folder = mkdtempSync(join(tmpdir(), 'weir-door-'))
if (process.getuid?.() === 0) mkdirSync(SYSTEM_DIRECTORY, { recursive: true })
const directory = process.getuid?.() === 0 ? mkdtempSync(join(SYSTEM_DIRECTORY, 'test-')) : join(folder, 'postgres')
const socket = join(folder, 'sql.sock')
let postgres: RunningPostgres
let door: SqlDoor
/** What doors have said. */
const lines: { message: string; fields: Record<string, unknown> | undefined }[] = []
const log: LineLog = (_, message, fields) => void lines.push({ message, fields })

const role = (connectionString: string, user: string, password: string, connections = 4) => ({
  connectionString,
  connections,
  connect: { host: postgres.host, port: postgres.port, user, password, database: postgres.database },
})

beforeAll(async () => {
  postgres = await startPostgres({ directory, password: 'owner', logFile: join(folder, 'postgres.log'), settings: { fsync: 'off' } })
  const owner = new pg.Client(postgres)
  await owner.connect()
  await owner.query(`
    create role door_app login password 'app'; create role door_other login password 'other';
    create table things (id int primary key, name text not null, extra jsonb, tags text[]); grant all on things to door_app;
    create table parents (id int primary key); create table children (parent int references parents deferrable initially deferred);
    grant all on parents, children to door_app;`)
  await owner.end()
  door = await openSqlDoor(socket, [role(APP, 'door_app', 'app'), role(OTHER, 'door_other', 'other', 1)], log)
})

afterAll(async () => {
  await door?.close()
  await postgres?.stop()
  await removePostgresData(directory)
  rmSync(folder, { recursive: true, force: true })
})

/** What the Worker's fetch does, over the door's Unix socket. */
const post = (body: string, headers: Record<string, string>, path = socket) => call({ socketPath: path, path: '/sql', method: 'POST', headers }, body)
const get = (path: string) => call({ socketPath: socket, path })

function call(options: RequestOptions, body?: string): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const call = request(options, (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(parts).toString() }))
    })
    call.on('error', reject)
    call.end(body)
  })
}

neonConfig.fetchEndpoint = 'http://door/sql'
neonConfig.fetchFunction = async (_url: string, init: { body: string; headers: Record<string, string> }) => {
  const { status, text } = await post(init.body, init.headers)
  return new Response(text, { status })
}
const sql = neon(APP)

test('the hosted driver reads numbers, json, arrays, times and nulls through the door', async () => {
  const [row] =
    await sql`select ${7}::int as n, ${{ a: [1] }}::jsonb as j, ${['x', 'y "z"']}::text[] as t, null::text as nothing, '2026-01-02T03:04:05Z'::timestamptz as at`
  // A date, or a text once Drizzle has been loaded: it sets the driver's parsers for the whole process.
  expect({ ...row, at: new Date(row?.['at']) }).toEqual({
    n: 7,
    j: { a: [1] },
    t: ['x', 'y "z"'],
    nothing: null,
    at: new Date('2026-01-02T03:04:05Z'),
  })
})

test('full results carry the command, the count and the type of every field', async () => {
  const { command, rowCount, fields } = await neon(APP, { fullResults: true })`select 1::int8 as big`
  expect({ command, rowCount, name: fields[0]?.name, type: fields[0]?.dataTypeID }).toEqual({ command: 'SELECT', rowCount: 1, name: 'big', type: 20 })
})

test('a batch is one transaction: settings last until its end and all results come back', async () => {
  const results = await sql.transaction([
    sql`select set_config('app.workspace_id', ${'w1'}, true)`,
    sql`insert into things (id, name) values (1, 'one') returning id`,
    sql`select current_setting('app.workspace_id', true) as workspace`,
  ])
  expect(results[1]).toEqual([{ id: 1 }])
  expect(results[2]).toEqual([{ workspace: 'w1' }])
  const [after] = await sql`select coalesce(nullif(current_setting('app.workspace_id', true), ''), 'none') as workspace`
  expect(after).toEqual({ workspace: 'none' })
})

test('a batch that fails in the middle leaves nothing and names the error that started it', async () => {
  const batch = sql.transaction([sql`insert into things (id, name) values (2, 'two')`, sql`insert into things (id) values (3)`, sql`select 1`])
  await expect(batch).rejects.toMatchObject({ name: 'NeonDbError', code: '23502', column: 'name', table: 'things' })
  expect(await sql`select id from things where id in (2, 3)`).toEqual([])
})

test('an error that shows only at commit is an error of the batch', async () => {
  await expect(sql.transaction([sql`insert into children values (99)`])).rejects.toMatchObject({ code: '23503' })
  expect(await sql`select * from children`).toEqual([])
})

test('isolation and read-only of a batch reach PostgreSQL', async () => {
  const [[level]] = (await sql.transaction([sql`show transaction_isolation`], { isolationLevel: 'RepeatableRead' })) as [[Record<string, string>]]
  expect(level).toEqual({ transaction_isolation: 'repeatable read' })
  const write = sql.transaction([sql`insert into things (id, name) values (5, 'five')`], { readOnly: true })
  await expect(write).rejects.toMatchObject({ code: '25006' })
})

test('two statements in one text are refused', async () => {
  await expect(sql.query('select 1; select 2')).rejects.toMatchObject({ code: '42601' })
})

test('each connection string is its own role and no other one is let in', async () => {
  expect(await neon(OTHER)`select current_user as me`).toEqual([{ me: 'door_other' }])
  await expect(neon(OTHER)`select * from things`).rejects.toMatchObject({ code: '42501' })
  await expect(neon('postgres://door_app:wrong@local/weir')`select 1`).rejects.toMatchObject({ code: '28P01' })
})

test('a connection that was used for a failed batch serves the next one', async () => {
  const one = neon(OTHER)
  await expect(one.transaction([one`select 1 / 0`])).rejects.toMatchObject({ code: '22012' })
  expect(await one`select 1 as fine`).toEqual([{ fine: 1 }])
})

test('a statement is parsed once on a connection, however often it comes', async () => {
  const one = neon(OTHER)
  const ask = () => one`select ${1}::int + 41 as answer`
  for (let time = 0; time < 3; time++) expect(await ask()).toEqual([{ answer: 42 }])
  expect(await one`select count(*)::int as kept from pg_prepared_statements where statement like 'select $1::int + 41%'`).toEqual([{ kept: 1 }])
})

test('a statement that was prepared before its columns changed is planned anew on every connection', async () => {
  const owner = new pg.Client(postgres)
  await owner.connect()
  await owner.query('create table changing (id int); insert into changing values (1); grant all on changing to door_app')
  const ask = () => Promise.all(Array.from({ length: 8 }, () => sql`select * from changing`))
  await ask()
  await owner.query('alter table changing add column name text default $$new$$')
  await owner.end()
  expect(await ask()).toEqual(Array.from({ length: 8 }, () => [{ id: 1, name: 'new' }]))
})

test.each([
  ['no JSON', '{"query"'],
  ['a list', '[1]'],
  ['no query', '{}'],
  ['a query that is a number', '{"query":1}'],
  ['parameters that are no list', '{"query":"select 1","params":"x"}'],
  ['a batch of something else', '{"queries":[1]}'],
  ['nothing', ''],
])('%s is refused with a protocol error', async (_name, body) => {
  const { status, text } = await post(body, { 'neon-connection-string': APP, 'neon-array-mode': 'true' })
  expect({ status, code: JSON.parse(text).code }).toEqual({ status: 400, code: '08P01' })
})

test('simultaneous requests beyond the connections wait and are all answered', async () => {
  const answers = await Promise.all(Array.from({ length: 60 }, (_, n) => sql`select ${n}::int as n, pg_sleep(0.002)::text`))
  expect(answers.map((rows) => rows[0]?.n)).toEqual(Array.from({ length: 60 }, (_, n) => n))
})

test('connections that PostgreSQL cuts are replaced, and what was cut is a lost connection', async () => {
  const owner = new pg.Client(postgres)
  await owner.connect()
  const slow = sql`select pg_sleep(30)::text`.catch((error: unknown) => error)
  const waiting = async () => (await owner.query("select pid from pg_stat_activity where query like '%pg_sleep(30)%' and usename = 'door_app'")).rows
  while ((await waiting()).length === 0) await new Promise((resolve) => setTimeout(resolve, 10))
  await owner.query("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'door_app'")
  expect(await slow).toMatchObject({ code: '57P01' })
  const again = async (): Promise<unknown> =>
    await sql`select 1 as back`.catch((error: { code: string }) => (['08006', '57P01'].includes(error.code) ? again() : error))
  expect(await again()).toEqual([{ back: 1 }])
  await owner.end()
})

test('without a database every request is refused with 08001, which says that nothing was executed, and told under the id of its request', async () => {
  const lonely = join(folder, 'lonely.sock')
  const gone = await openSqlDoor(
    lonely,
    [{ ...role(APP, 'door_app', 'app'), connect: { host: folder, port: 1, user: 'x', password: 'x', database: 'x' } }],
    log,
  )
  onTestFinished(() => gone.close())
  const requestId = randomUUID()
  const ask = (id: string) => post('{"query":"select 1 as canary"}', { 'neon-connection-string': APP, 'x-request-id': id }, lonely)
  lines.splice(0)
  const { status, text } = await ask(requestId)
  expect({ status, code: JSON.parse(text).code }).toEqual({ status: 400, code: '08001' })
  await ask('","level":"error')
  expect(lines).toEqual(
    [requestId, undefined].map((id) => ({
      message: 'a batch could not be run',
      fields: {
        requestId: id,
        role: 'door_app',
        code: '08001',
        reason: expect.stringContaining('cannot be reached'),
        milliseconds: expect.any(Number),
        waitedMilliseconds: expect.any(Number),
      },
    })),
  )
  expect(JSON.stringify(lines)).not.toContain('canary')
})

test('a door says how its connections are used; what PostgreSQL refuses is counted, and no line', async () => {
  const pools = async () => JSON.parse((await get(DATABASE_POOLS_PATH)).text) as DatabasePool[]
  const before = (await pools()).find(({ role }) => role === 'door_other')
  lines.splice(0)
  const one = neon(OTHER)
  await one`select 1`
  await expect(one`select * from things`).rejects.toMatchObject({ code: '42501' })
  expect((await pools()).find(({ role }) => role === 'door_other')).toEqual({
    role: 'door_other',
    max: 1,
    used: 0,
    idle: 1,
    waiting: 0,
    batches: { done: (before?.batches.done ?? 0) + 1, refused: (before?.batches.refused ?? 0) + 1, failed: before?.batches.failed },
    waitSeconds: expect.any(Number),
  })
  expect(lines).toEqual([])
})

test('a batch that takes a second is told, with what of it was waiting for a connection', async () => {
  lines.splice(0)
  await neon(OTHER)`select pg_sleep(1)::text`
  expect(lines).toMatchObject([{ message: 'a batch was slow', fields: { role: 'door_other' } }])
})
