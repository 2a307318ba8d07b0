/**
 * What a data directory may look like when PostgreSQL is to start on it. Every state is laid over a copy of one real database: what is no obstacle starts
 * with its data, everything else is refused with code, place and next step, and is left as it was.
 */
import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { type RunningPostgres, removePostgresData, startPostgres } from '../../server/postgres/start-postgres.ts'
import { postgresFolder, temporaryFolder } from '../support/folder.ts'

const asRoot = process.getuid?.() === 0
const settings = { fsync: 'off' }
/** A database that was stopped in order, with one row. */
let template: string

beforeAll(async () => {
  template = postgresFolder()
  const server = await startPostgres({ directory: template, password: 'secret', logFile: join(dirname(template), `${process.pid}.log`), settings })
  await ask(server, 'create table kept as select 42 as n')
  await ask(server, 'checkpoint')
  await server.stop()
})
afterAll(async () => {
  await removePostgresData(template)
  rmSync(join(dirname(template), `${process.pid}.log`), { force: true })
})

async function ask(server: RunningPostgres, text: string): Promise<unknown[]> {
  const client = new pg.Client({ ...server, host: server.host })
  await client.connect()
  const { rows } = await client.query({ text, rowMode: 'array' })
  await client.end()
  return rows.flat()
}

const placeOf = (directory: string) => ({
  directory,
  data: join(directory, 'data'),
  password: 'secret',
  logFile: join(temporaryFolder(), 'postgres.log'),
  settings,
})

/** A copy of the template for a start that is refused: its files are links to those of the template, so none may be changed in place. */
function copy() {
  const directory = postgresFolder()
  onTestFinished(() => removePostgresData(directory))
  rmSync(directory, { recursive: true, force: true })
  execFileSync('cp', ['-al', template, directory])
  const place = placeOf(directory)
  const control = join(place.data, 'global', 'pg_control')
  put(control, readFileSync(control)) // PostgreSQL writes it in place, early
  return place
}

type Place = ReturnType<typeof placeOf>

/** A new file of PostgreSQL's own user, in the place of what was there. */
function put(path: string, text: string | Buffer): void {
  rmSync(path, { force: true })
  writeFileSync(path, text, { mode: 0o600 })
  if (asRoot) chownSync(path, 65534, 65534)
}

/** Leaves the first bytes of a file. */
const cut = (path: string, length: number) => put(path, readFileSync(path).subarray(0, length))

/** What is in a folder, but for what a start makes anew. */
const names = (folder: string) =>
  readdirSync(folder, { recursive: true })
    .map(String)
    .filter((name) => !/sockets|pg_internal\.init|pgstat\.stat|postmaster/.test(name))
    .sort()

test.each<[string, (place: Place) => unknown]>([
  [
    'a cut-off initdb left its half beside it',
    ({ directory, data }) => [mkdirSync(`${data}.new`), put(join(`${data}.new`, 'PG_VERSION'), '18\n'), put(join(directory, 'password.new'), 'x')],
  ],
  ['a pid file is empty', ({ data }) => put(join(data, 'postmaster.pid'), '')],
  ['a pid file is nonsense', ({ data }) => put(join(data, 'postmaster.pid'), 'nonsense\n\n\n')],
  ['a pid file names nobody', ({ data }) => put(join(data, 'postmaster.pid'), `999999\n${data}\n`)],
  ['a pid file names us', ({ data }) => put(join(data, 'postmaster.pid'), `${process.pid}\n${data}\n`)],
  ['a pid file names a group of processes', ({ data }) => put(join(data, 'postmaster.pid'), `-1\n${data}\n`)],
  [
    'the folder of sockets is a file',
    ({ directory }) => [rmSync(join(directory, 'sockets'), { recursive: true }), put(join(directory, 'sockets'), '')],
  ],
  [
    'stale sockets and their locks are there',
    ({ directory }) => [put(join(directory, 'sockets', '.s.PGSQL.5432'), ''), put(join(directory, 'sockets', '.s.PGSQL.5432.lock'), '1\n')],
  ],
  ['files of somebody else lie beside it', ({ directory }) => writeFileSync(join(directory, 'letter.txt'), 'x')],
  [
    'settings for another machine were put in',
    ({ data }) => put(join(data, 'postgresql.auto.conf'), "listen_addresses = '*'\nport = 1\nshared_buffers = '900GB'\n"),
  ],
])('it starts with its data although %s', async (_name, spoil) => {
  const place = placeOf(template)
  spoil(place)
  const server = await startPostgres(place)
  expect(await ask(server, 'select n from kept')).toEqual([42])
  expect(await ask(server, 'show listen_addresses')).toEqual([''])
  await server.stop()
})

test('a crashed server recovers what was committed', async () => {
  const place = placeOf(template)
  const first = await startPostgres(place)
  await ask(first, 'create table also as select 43 as n')
  const ended = new Promise((resolve) => first.onCrash(resolve))
  process.kill(first.pid, 'SIGKILL')
  await ended
  const second = await startPostgres(place)
  expect(await ask(second, 'select n from also')).toEqual([43])
  await second.stop()
})

test('a data directory that is a link to one elsewhere is used', async () => {
  const place = placeOf(template)
  const elsewhere = join(place.directory, 'elsewhere')
  renameSync(place.data, elsewhere)
  symlinkSync(elsewhere, place.data)
  const server = await startPostgres(place)
  expect(await ask(server, 'select n from kept')).toEqual([42])
  await server.stop()
  rmSync(place.data)
  renameSync(elsewhere, place.data)
})

test.each<[string, string, (place: Place) => unknown]>([
  ['is a file', 'DATA_DIRECTORY_BROKEN', ({ data }) => [rmSync(data, { recursive: true }), put(data, 'x')]],
  ['is a link to nothing', 'DATA_DIRECTORY_BROKEN', ({ data }) => [rmSync(data, { recursive: true }), symlinkSync('/missing/a/folder', data)]],
  ['is empty', 'DATA_DIRECTORY_BROKEN', ({ data }) => [rmSync(data, { recursive: true }), mkdirSync(data)]],
  ['has an empty version', 'DATA_DIRECTORY_BROKEN', ({ data }) => put(join(data, 'PG_VERSION'), '')],
  ['has nonsense for a version', 'DATA_DIRECTORY_BROKEN', ({ data }) => put(join(data, 'PG_VERSION'), '\u0000\u0001')],
  ['is of an older PostgreSQL', 'DATA_DIRECTORY_BROKEN', ({ data }) => put(join(data, 'PG_VERSION'), '17\n')],
  ['is of a newer PostgreSQL', 'DATA_DIRECTORY_NEWER', ({ data }) => put(join(data, 'PG_VERSION'), '19\n')],
  ['has lost its control file', 'DATA_DIRECTORY_BROKEN', ({ data }) => rmSync(join(data, 'global', 'pg_control'))],
  ['has an empty control file', 'DATA_DIRECTORY_BROKEN', ({ data }) => cut(join(data, 'global', 'pg_control'), 0)],
  ['has half a control file', 'DATA_DIRECTORY_BROKEN', ({ data }) => cut(join(data, 'global', 'pg_control'), 100)],
  [
    'has lost its write-ahead log',
    'DATA_DIRECTORY_BROKEN',
    ({ data }) => [rmSync(join(data, 'pg_wal'), { recursive: true }), mkdirSync(join(data, 'pg_wal'))],
  ],
  [
    'has a torn write-ahead log',
    'DATA_DIRECTORY_BROKEN',
    ({ data }) =>
      names(join(data, 'pg_wal'))
        .filter((name) => /^[0-9A-F]{24}$/.test(name))
        .map((name) => cut(join(data, 'pg_wal', name), 100)),
  ],
  ['has lost its commit log', 'DATA_DIRECTORY_BROKEN', ({ data }) => rmSync(join(data, 'pg_xact'), { recursive: true })],
  ['has settings that are none', 'DATA_DIRECTORY_BROKEN', ({ data }) => put(join(data, 'postgresql.conf'), 'nonsense here\n')],
  ['has no settings', 'DATA_DIRECTORY_BROKEN', ({ data }) => rmSync(join(data, 'postgresql.conf'))],
  ['lets nobody in', 'DATA_DIRECTORY_BROKEN', ({ data }) => put(join(data, 'pg_hba.conf'), 'nonsense\n')],
  ['can be read by everybody', 'DATA_DIRECTORY_BROKEN', ({ data }) => chmodSync(data, 0o777)],
  ...(asRoot
    ? [
        ['belongs to somebody else', 'DATA_DIRECTORY_BROKEN', ({ data }: Place) => chownSync(data, 12345, 12345)] as [
          string,
          string,
          (place: Place) => unknown,
        ],
      ]
    : []),
])('a data directory that %s is refused (%s) and left as it is', async (_name, code, spoil) => {
  const place = copy()
  spoil(place)
  const before = existsSync(place.data) && readdirSync(place.directory).length > 0 ? names(place.directory) : []
  const error = await startPostgres(place).catch((refused: Error) => refused as Error & { code: string; hint: string })
  expect(error).toMatchObject({ code, message: expect.stringContaining(place.data), hint: expect.stringContaining('--fresh') })
  expect((error as Error).message).not.toContain('secret')
  if (before.length > 0) expect(names(place.directory)).toEqual(expect.arrayContaining(before))
})

test('a log file that cannot be written is told as the reason', async () => {
  const place = copy()
  mkdirSync(place.logFile)
  await expect(startPostgres(place)).rejects.toMatchObject({ code: 'EISDIR', path: place.logFile })
})

test('a disk that is full while the data is made leaves no half, and the next start makes it', async () => {
  const directory = postgresFolder()
  onTestFinished(() => removePostgresData(directory))
  const logFile = join(temporaryFolder(), 'postgres.log')
  const module = new URL('../../server/postgres/start-postgres.ts', import.meta.url).href
  const script = `import { startPostgres } from ${JSON.stringify(module)}
    await startPostgres(${JSON.stringify({ directory, password: 'secret', logFile, settings })}).catch(({ code, hint }) => console.log(JSON.stringify({ code, hint })))`
  // No file may become larger than 1 MB: to PostgreSQL it is the same as no space.
  const child = spawn('/bin/sh', ['-c', 'ulimit -f 2000; exec "$@"', 'sh', process.execPath, '--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  for await (const part of child.stdout) said += part
  expect(JSON.parse(said)).toMatchObject({ code: 'DATABASE_NOT_READY', hint: expect.stringContaining('disk space') })
  expect(existsSync(join(directory, 'data'))).toBe(false)
  const server = await startPostgres({ directory, password: 'secret', logFile, settings })
  expect(await ask(server, 'select 1')).toEqual([1])
  await server.stop()
})

test('what PostgreSQL said goes to its log, and the refusal says where that is', async () => {
  const place = copy()
  cut(join(place.data, 'global', 'pg_control'), 0)
  const error = await startPostgres(place).catch((refused: Error) => refused as Error & { hint: string })
  expect((error as { hint: string }).hint).toContain(place.logFile)
  expect(readFileSync(place.logFile, 'utf8')).toContain('pg_control')
})
