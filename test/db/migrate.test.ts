import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import pg from 'pg'
import { newId } from '../../core/ids.ts'
import { bootstrap } from '../../db/local/bootstrap.ts'
import { migrate } from '../../db/migrate.ts'
import { startTestDatabase, type TestDatabase } from '../support/database.ts'
import { temporaryFolder } from '../support/folder.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await startTestDatabase()
})
afterAll(() => database?.stop())

/** A connection to a new, empty database of the same server. */
async function emptyDatabase(): Promise<pg.Client> {
  const name = `empty_${newId().replaceAll('-', '')}`
  await (await database.client()).query(`create database ${name}`)
  const { host, port, user, password } = database.postgres
  const client = new pg.Client({ host, port, user, password, database: name })
  await client.connect()
  return client
}

const folderOf = (path: string): URL => pathToFileURL(`${path}/`)
const migrations = fileURLToPath(new URL('../../db/migrations/', import.meta.url))

test('an empty database gets every migration, partitions for two weeks, and owes nothing the second time', async () => {
  const client = await emptyDatabase()
  const first = await migrate(client)
  expect(first.applied.length).toBe(first.schemaVersion)
  expect(await migrate(client)).toEqual({ applied: [], schemaVersion: first.schemaVersion })
  const { rows } = await client.query(`select count(*)::int as partitions from pg_inherits where inhparent = 'task_runs'::regclass`)
  expect(rows[0].partitions).toBeGreaterThanOrEqual(4)
  const { rows: owners } = await client.query(`select distinct tableowner from pg_tables where schemaname = 'public'`)
  expect(owners).toEqual([{ tableowner: 'weir_system' }])
  await client.end()
})

test('two at once wait for each other', async () => {
  const client = await emptyDatabase()
  const { host, port, user, password } = database.postgres
  const other = new pg.Client({ host, port, user, password, database: client.database })
  await other.connect()
  const [one, two] = await Promise.all([migrate(client), migrate(other)])
  expect([one.applied.length, two.applied.length].sort((a, b) => a - b)).toEqual([0, one.schemaVersion])
  await Promise.all([client.end(), other.end()])
})

test('a newer ledger, a changed file and a broken file each stop it with a name, and nothing is half written', async () => {
  const client = await emptyDatabase()
  const folder = join(temporaryFolder(), 'migrations')
  mkdirSync(folder)
  cpSync(migrations, folder, { recursive: true })
  writeFileSync(join(folder, '9001_more.sql'), 'create table more (id integer primary key)')
  await migrate(client, { folder: folderOf(folder) })
  await expect(migrate(client)).rejects.toMatchObject({ code: 'DATABASE_NEWER', message: expect.stringContaining('9001_more.sql') })
  writeFileSync(join(folder, '9001_more.sql'), 'create table other (id integer primary key)')
  await expect(migrate(client, { folder: folderOf(folder) })).rejects.toMatchObject({ code: 'DATABASE_CHANGED' })
  rmSync(join(folder, '9001_more.sql'))
  await client.query('delete from migrations where number = 9001')
  writeFileSync(join(folder, '9002_broken.sql'), 'create table half (id integer primary key); select nonsense')
  await expect(migrate(client, { folder: folderOf(folder) })).rejects.toMatchObject({
    code: 'MIGRATION_FAILED',
    message: expect.stringContaining('9002_broken.sql'),
  })
  expect((await client.query(`select to_regclass('half') as half`)).rows[0].half).toBeNull()
  await client.end()
})

test('roles get the passwords that are given, quoted or not, and no statement of theirs lasts longer than 5 s', async () => {
  const client = await emptyDatabase()
  await migrate(client)
  await migrate(client, { passwords: { app: `it's "odd" \\ $1 %L`, system: 'system' } })
  const { host, port } = database.postgres
  for (const [user, password] of [
    ['weir_app', `it's "odd" \\ $1 %L`],
    ['weir_system', 'system'],
  ]) {
    const role = new pg.Client({ host, port, user, password, database: client.database })
    await role.connect()
    expect((await role.query('show statement_timeout')).rows[0].statement_timeout, user).toBe('5s')
    await role.end()
  }
  await migrate(client, { passwords: { app: 'app', system: 'system' } })
  await client.end()
})

test('a new database beside one with a record does not take its roles', async () => {
  const client = await emptyDatabase()
  await expect(migrate(client, { passwords: { app: 'other', system: 'other' } })).rejects.toMatchObject({
    code: 'DATABASE_SHARED',
    message: expect.stringMatching(/^The database "\w+" of this server has a record/),
    hint: expect.stringContaining('of its own'),
  })
  expect((await client.query(`select to_regclass('migrations') as made`)).rows[0].made).toBeNull()
  const { host, port } = database.postgres
  const former = new pg.Client({ host, port, user: 'weir_app', password: 'app', database: client.database })
  await former.connect()
  await Promise.all([former.end(), client.end()])
})

test('the local workspace is made once; a new admin key takes the place of the old one', async () => {
  const client = await emptyDatabase()
  await migrate(client)
  const key = () => ({ id: newId(), secretHash: newId().replaceAll('-', '').repeat(2) })
  const [first, second] = [key(), key()]
  const made = await bootstrap(client, { adminKey: first })
  expect(made.created).toBe(true)
  expect(await bootstrap(client, { adminKey: first })).toEqual({ workspaceId: made.workspaceId, created: false })
  expect(await bootstrap(client, { adminKey: second })).toEqual({ workspaceId: made.workspaceId, created: false })
  const { rows } = await client.query('select id, role, revoked_at is null as is_valid from api_keys order by created_at')
  expect(rows).toEqual([
    { id: first.id, role: 'ADMIN', is_valid: false },
    { id: second.id, role: 'ADMIN', is_valid: true },
  ])
  await client.end()
})
