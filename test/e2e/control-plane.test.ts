import { randomUUID } from 'node:crypto'
import { chmodSync, chownSync, copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import type { ControlPlane } from '../../server/index.ts'
import { openHome } from '../../server/home.ts'
import { removePostgresData, startPostgres } from '../../server/postgres/start-postgres.ts'
import { isAlive } from '../../server/processes/end-process.ts'
import { ask, fill, makeFilledHome, makeHome, removeHome, startBuiltControlPlane } from '../support/control-plane.ts'
import { postgresFolder, temporaryFolder } from '../support/folder.ts'

function temporaryHome(): string {
  const home = makeHome()
  onTestFinished(() => removeHome(home))
  return home
}

async function filledHome(): Promise<string> {
  const home = temporaryHome()
  await fill(home)
  return home
}

/** One for all tests that leave it as it is, or bring it back. */
let plane: ControlPlane
const log: string[] = []
beforeAll(async () => {
  plane = await startBuiltControlPlane({ home: await makeFilledHome(), log: (message) => log.push(message) })
})
afterAll(async () => {
  await plane?.stop()
  if (plane) await removeHome(plane.home)
})

async function start(options: Parameters<typeof startBuiltControlPlane>[0]) {
  const plane = await startBuiltControlPlane(options)
  onTestFinished(() => plane.stop())
  return plane
}

const makePool = (plane: { url: string; adminKey: string }, name: string) =>
  ask(plane, 'mutation ($name: String!) { createWorkPool(input: { name: $name }) { __typename } }', { name })

const poolNames = async (plane: { url: string; adminKey: string }): Promise<string[]> => {
  const { workPools } = await ask<{ workPools: { nodes: { name: string }[] } }>(plane, '{ workPools { nodes { name } } }')
  return workPools.nodes.map(({ name }) => name)
}

/** Raw HTTP, so that the Host header is ours to choose. */
function get(url: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const call = request(url, { headers }, (response) => resolve(response.resume().statusCode ?? 0))
    call.on('error', reject)
    call.end()
  })
}

test('a busy port is named, and nothing is left behind; a second start has the same data and the same key; a clean one begins empty, with a new key, and keeps the profiles', async () => {
  const home = temporaryHome()
  const other = createServer()
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  const { port } = other.address() as AddressInfo
  await expect(startBuiltControlPlane({ home, port })).rejects.toMatchObject({ code: 'PORT_IN_USE', message: expect.stringContaining(String(port)) })
  other.close()
  const first = await start({ home, port })
  expect(first.url).toBe(`http://127.0.0.1:${port}`)
  await makePool(first, 'kept')
  const { postgres, workerd } = first.pids
  await first.stop()
  expect([postgres, workerd].map((pid) => isAlive(pid as number))).toEqual([false, false])
  expect(existsSync(join(home, 'control-plane.lock'))).toBe(false)
  writeFileSync(join(home, 'profiles.toml'), 'active = "local"\n')
  const second = await start({ home })
  expect(second.adminKey).toBe(first.adminKey)
  expect(await poolNames(second)).toEqual(['kept'])
  expect(await second.sweep()).toBe(true)
  await second.stop()
  const third = await start({ home, clean: true })
  expect(await poolNames(third)).toEqual([])
  expect(third.adminKey).not.toBe(first.adminKey)
  expect(readFileSync(join(home, 'profiles.toml'), 'utf8')).toBe('active = "local"\n')
})

test('keys and passwords are readable by their owner only', () => {
  for (const name of ['local.key', 'secrets.json', 'secrets.key', 'control-plane.lock', 'run/workerd.capnp'])
    expect(`${name} ${statSync(join(plane.home, name)).mode & 0o777}`).toBe(`${name} ${0o600}`)
  expect(readFileSync(join(plane.home, 'local.key'), 'utf8').trim()).toBe(plane.adminKey)
})

test('a home that is in use is refused with who has it, and goes on working', async () => {
  const { home } = plane
  await expect(startBuiltControlPlane({ home })).rejects.toMatchObject({ code: 'ALREADY_RUNNING', message: expect.stringContaining(plane.url) })
  expect(await poolNames(plane)).toEqual([])
})

test('a home that cannot be a folder is refused', async () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'file'), '')
  await expect(startBuiltControlPlane({ home: join(folder, 'file', 'below') })).rejects.toMatchObject({ code: 'HOME_NOT_WRITABLE' })
})

test('a database of a newer version is refused by the name of its migration, and left as it is', async () => {
  const home = await filledHome()
  const { ownerPassword } = JSON.parse(readFileSync(join(home, 'secrets.json'), 'utf8'))
  const directory = openHome(home).postgres
  const alter = async (text: string) => {
    const postgres = await startPostgres({ directory, password: ownerPassword, logFile: join(home, 'logs', 'postgres.log') })
    const client = new pg.Client({ ...postgres, host: postgres.host })
    await client.connect()
    const { rows } = await client.query(text)
    await client.end()
    await postgres.stop()
    return rows
  }
  await alter(`insert into migrations (number, name, checksum) values (9999, '9999_from_the_future.sql', 'x')`)
  await expect(startBuiltControlPlane({ home })).rejects.toMatchObject({
    code: 'DATA_DIRECTORY_NEWER',
    message: expect.stringContaining('9999_from_the_future.sql'),
  })
  expect(await alter('delete from migrations where number = 9999 returning number')).toEqual([{ number: 9999 }])
  await start({ home })
})

test.each([
  ['a time scale of zero', { timeScale: 0 }],
  ['a negative time scale', { timeScale: -1 }],
  ['a time scale that is no number', { timeScale: Number.NaN }],
  ['an endless time scale', { timeScale: Number.POSITIVE_INFINITY }],
  ['a negative port', { port: -1 }],
  ['a port that is too large', { port: 65_536 }],
  ['half a port', { port: 80.5 }],
])('%s is refused before anything is touched', async (_name, options) => {
  const home = temporaryHome()
  await expect(startBuiltControlPlane({ home, ...options })).rejects.toMatchObject({ code: 'INVALID_SETTING', hint: expect.stringMatching(/./) })
  expect(readdirSync(home)).toEqual([])
})

test('a broken data directory is refused with what to do', async () => {
  const home = temporaryHome()
  const data = join(openHome(home).postgres, 'data')
  mkdirSync(data, { recursive: true })
  writeFileSync(join(data, 'letter.txt'), 'not a database')
  await expect(startBuiltControlPlane({ home })).rejects.toMatchObject({ code: 'DATA_DIRECTORY_BROKEN', hint: expect.stringContaining('--fresh') })
})

test('secrets that do not belong to the database are refused as broken', async () => {
  const home = await filledHome()
  const secrets = JSON.parse(readFileSync(join(home, 'secrets.json'), 'utf8'))
  writeFileSync(join(home, 'secrets.json'), JSON.stringify({ ...secrets, ownerPassword: 'another-password-of-its-kind' }))
  await expect(startBuiltControlPlane({ home })).rejects.toMatchObject({
    code: 'DATA_DIRECTORY_BROKEN',
    message: expect.stringContaining('secrets.json'),
  })
  writeFileSync(join(home, 'secrets.json'), '{"ownerPassw')
  await expect(startBuiltControlPlane({ home })).rejects.toMatchObject({ code: 'DATA_DIRECTORY_BROKEN' })
})

test.each(['workerd', 'postgres'] as const)('a killed %s is started again and the data is there', async (victim) => {
  const name = `made before ${victim} was killed`
  await makePool(plane, name)
  const pid = plane.pids[victim] as number
  log.splice(0)
  process.kill(pid, 'SIGKILL')
  await expect.poll(() => poolNames(plane).catch(() => null), { timeout: 20_000 }).toContain(name)
  await expect.poll(() => plane.pids[victim] !== pid, { timeout: 20_000 }).toBe(true)
  expect(log.join('\n')).toContain('SIGKILL')
})

test('what goes wrong is found in the logs of the home under the id of its answer; what goes well leaves no line there', async () => {
  const lines = (name: string) =>
    readFileSync(join(plane.home, 'logs', name), 'utf8')
      .trim()
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Record<string, unknown>)
  const fine = (await fetch(`${plane.url}/readyz`)).headers.get('x-request-id')
  const refused = (await fetch(`${plane.url}/reports`, { method: 'POST', body: '{}' })).headers.get('x-request-id')
  await expect
    .poll(() => lines('workerd.log').find(({ requestId }) => requestId === refused))
    .toMatchObject({ level: 'info', door: 'reports', status: 401 })
  expect(lines('workerd.log').find(({ requestId }) => requestId === fine)).toBeUndefined()
  const requestId = randomUUID()
  const socketPath = join(openHome(plane.home).run, 'sql.sock')
  await new Promise((resolve, reject) => {
    const stranger = { 'neon-connection-string': 'postgres://nobody:x@local/weir', 'x-request-id': requestId }
    request({ socketPath, path: '/sql', method: 'POST', headers: stranger }, (answer) => resolve(answer.resume()))
      .once('error', reject)
      .end('{}')
  })
  await expect
    .poll(() => lines('sql-door.log').at(-1))
    .toMatchObject({ level: 'warn', message: 'a batch could not be run', requestId, code: '28P01' })
  expect(statSync(join(plane.home, 'logs', 'sql-door.log')).mode & 0o077).toBe(0)
})

test('other hosts and the pages of other origins are refused; programs without an origin are not', async () => {
  const { host } = new URL(plane.url)
  for (const path of ['/', '/graphql', '/healthz']) {
    expect(await get(`${plane.url}${path}`, { host: 'evil.example' })).toBe(403)
    expect(await get(`${plane.url}${path}`, { host, origin: 'http://evil.example' })).toBe(403)
  }
  expect(await get(`${plane.url}/healthz`, { host })).toBe(200)
  expect(await get(`${plane.url}/healthz`, { host: host.replace('127.0.0.1', 'localhost'), origin: plane.url })).toBe(200)
})

test('the sign-in link works once and leads to the workspace', async () => {
  const first = await fetch(plane.signInUrl, { redirect: 'manual' })
  expect([first.status, first.headers.get('location')]).toEqual([303, '/'])
  expect(first.headers.get('set-cookie')).toMatch(/^weir_session=.*HttpOnly.*SameSite=Strict/)
  expect((await fetch(plane.signInUrl, { redirect: 'manual' })).status).toBe(410)
})

test('files of the workspace come with type, caching and walls; pages fall back to the application, missing files do not', async () => {
  const page = await fetch(`${plane.url}/runs/some-run`)
  expect([page.status, page.headers.get('content-type'), page.headers.get('cache-control')]).toEqual([200, 'text/html; charset=utf-8', 'no-cache'])
  expect(page.headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
  const script = /\/_app\/immutable\/[^"']+\.js/.exec(await page.text())?.[0]
  const asset = await fetch(`${plane.url}${script}`)
  expect([asset.status, asset.headers.get('content-type'), asset.headers.get('cache-control')]).toEqual([
    200,
    'text/javascript; charset=utf-8',
    'public, max-age=31536000, immutable',
  ])
  expect(Number(asset.headers.get('content-length'))).toBe((await asset.arrayBuffer()).byteLength)
  expect((await fetch(`${plane.url}${script}`, { headers: { 'if-none-match': asset.headers.get('etag') ?? '' } })).status).toBe(304)
  expect((await fetch(`${plane.url}/_app/immutable/missing.js`)).status).toBe(404)
  expect((await fetch(plane.url, { method: 'DELETE' })).status).toBe(405)
  expect((await fetch(`${plane.url}/..%2f..%2f..%2fetc/passwd`)).headers.get('content-type')).toBe('text/html; charset=utf-8')
})

test('a PostgreSQL of the user is used with --database-url, over TLS that is verified and with so many connections, and a wrong address is told without the password', async () => {
  const directory = postgresFolder()
  const home = temporaryHome()
  const probe = createServer()
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
  const { port } = probe.address() as AddressInfo
  await new Promise((resolve) => probe.close(resolve))
  const tls = join(import.meta.dirname, '..', 'support', 'tls')
  // PostgreSQL takes a key only from a file of its own user that nobody else can read.
  mkdirSync(directory, { recursive: true })
  const key = join(directory, 'server-key.pem')
  copyFileSync(join(tls, 'server-key.pem'), key)
  chmodSync(key, 0o600)
  if (process.getuid?.() === 0) chownSync(key, 65534, 65534)
  copyFileSync(join(tls, 'server.pem'), join(directory, 'server.pem'))
  const ssl = { ssl: 'on', ssl_key_file: key, ssl_cert_file: join(directory, 'server.pem') }
  const settings = { listen_addresses: '127.0.0.1', port: String(port), fsync: 'off', ...ssl }
  const postgres = await startPostgres({ directory, password: 'owner', logFile: join(temporaryFolder(), 'own.log'), settings })
  onTestFinished(async () => {
    await postgres.stop()
    await removePostgresData(directory)
  })
  const address = `postgres://weir:owner@127.0.0.1:${port}/postgres`
  const verified = `${address}?sslmode=verify-full&sslrootcert=${join(tls, 'authority.pem')}`
  const plane = await start({ home, databaseUrl: verified, databaseConnections: 5 })
  expect(plane.pids.postgres).toBeNull()
  await makePool(plane, 'elsewhere')
  expect(await poolNames(plane)).toEqual(['elsewhere'])
  // Nobody may read for a moment: the reads that come meanwhile need every connection there is.
  const owner = new pg.Client({ connectionString: verified })
  await owner.connect()
  await owner.query('begin')
  await owner.query('lock table work_pools')
  const reads = Promise.all(Array.from({ length: 30 }, () => poolNames(plane)))
  const connections = async () => {
    // A transaction sees its first picture of the activity until it is told to look again.
    await owner.query('select pg_stat_clear_snapshot()')
    const { rows } = await owner.query<{ user: string; count: number; secure: boolean }>(
      `select usename as user, count(*)::int, bool_and(ssl) as secure from pg_stat_activity join pg_stat_ssl using (pid)
       where usename in ('weir_app', 'weir_system') group by usename order by usename`,
    )
    return rows
  }
  await expect.poll(connections, { timeout: 4_000, interval: 20 }).toEqual([
    { user: 'weir_app', count: 4, secure: true },
    { user: 'weir_system', count: 1, secure: true },
  ])
  await owner.query('rollback')
  await owner.end()
  await reads
  await plane.stop()
  const wrong: [string, RegExp][] = [
    [`${address}?sslmode=verify-full`, /is not trusted/],
    [`${verified.replace('authority.pem', 'missing.pem')}`, /missing\.pem/],
    [verified.replace('verify-full', 'verify'), /has sslmode=verify\./],
    [`postgres://weir:wrong-password@127.0.0.1:${port}/postgres`, /password authentication failed/],
    ['mysql://x', /not one of PostgreSQL/],
    ['postgres://weir:wrong-password@127.0.0.1:1/postgres', /ECONNREFUSED/],
  ]
  for (const [databaseUrl, message] of wrong) {
    const error = await startBuiltControlPlane({ home, databaseUrl }).catch((refused: Error) => refused as Error & { code: string })
    expect(error).toMatchObject({ code: 'DATABASE_NOT_READY', message: expect.stringMatching(message) })
    expect((error as Error).message).not.toContain('wrong-password')
  }
})
