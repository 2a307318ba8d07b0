import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, expect, onTestFinished, test, vi } from 'vitest'
import { startEmbeddedDatabase } from '../../server/database.ts'
import { openHome, openSecrets } from '../../server/home.ts'
import { isAlive, waitForEnd } from '../../server/processes/end-process.ts'
import { removePostgresData, startPostgres } from '../../server/postgres/start-postgres.ts'
import { postgresFolder, temporaryFolder } from '../support/folder.ts'

function place() {
  const directory = postgresFolder()
  onTestFinished(() => removePostgresData(directory))
  return { directory, password: 'secret', logFile: join(temporaryFolder(), 'postgres.log'), settings: { fsync: 'off' } }
}

/** What a first start has made, stopped in order. */
let made = ''
afterAll(() => (made === '' ? undefined : removePostgresData(made)))

/** A place whose data were made before: for tests that are not about making them. */
async function madePlace() {
  if (made === '') {
    made = postgresFolder()
    await (await startPostgres({ ...place(), directory: made })).stop()
  }
  const options = place()
  rmSync(options.directory, { recursive: true, force: true })
  execFileSync('cp', ['-a', made, options.directory])
  return options
}

async function ask(config: pg.ClientConfig, text: string): Promise<unknown[]> {
  const client = new pg.Client(config)
  await client.connect()
  const { rows } = await client.query({ text, rowMode: 'array' })
  await client.end()
  return rows.flat()
}

test('data outlives a stop; there is no TCP port and no way in without the password', async () => {
  const options = place()
  const first = await startPostgres(options)
  await ask(first, 'create table kept as select 42 as n')
  await first.stop()
  expect(isAlive(first.pid)).toBe(false)
  const second = await startPostgres(options)
  expect(await ask(second, 'select n from kept')).toEqual([42])
  expect(await ask(second, 'show listen_addresses')).toEqual([''])
  await expect(ask({ ...second, password: 'wrong' }, 'select 1')).rejects.toMatchObject({ code: '28P01' })
  expect(statSync(second.host).mode & 0o077).toBe(0)
  await second.stop()
})

test('a server that a killed control plane left behind is ended and its data used', async () => {
  const options = await madePlace()
  // A postmaster of its own session without a leash, as if the leash had failed.
  const data = join(options.directory, 'data')
  const user = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {}
  const { findPostgres } = await import('../../server/postgres/binaries.ts')
  const program = join(findPostgres(process.getuid?.() === 0), 'bin', 'postgres')
  const settings = ['-c', 'listen_addresses=', '-c', `unix_socket_directories=${join(options.directory, 'sockets')}`]
  const orphan = spawn(program, ['-D', data, ...settings], { ...user, detached: true, stdio: 'ignore', env: { LC_ALL: 'C' }, cwd: options.directory })
  const ready = () => {
    try {
      return readFileSync(join(data, 'postmaster.pid'), 'utf8').includes('ready')
    } catch {
      return false
    }
  }
  while (!ready()) await new Promise((resolve) => setTimeout(resolve, 20))
  const ended = once(orphan, 'exit')
  const server = await startPostgres(options)
  await ended
  expect(await ask(server, 'select 1')).toEqual([1])
  await server.stop()
})

/** A backend that holds its server up, as a slow disk does; it goes on when asked, or when the test ends. */
async function holdBackend(config: pg.ClientConfig): Promise<{ pid: number; letGo: () => void }> {
  const client = new pg.Client(config)
  client.on('error', () => {})
  await client.connect()
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
  const pid = rows[0]?.pid as number
  process.kill(pid, 'SIGSTOP')
  const letGo = () => {
    if (isAlive(pid)) process.kill(pid, 'SIGCONT')
  }
  onTestFinished(letGo)
  return { pid, letGo }
}

test('a server that needs its time to end is not killed: the stop leaves it to end, and the next start waits for it and has nothing to recover', async () => {
  const home = openHome(temporaryFolder())
  onTestFinished(() => removePostgresData(home.postgres))
  const { directory, password } = await madePlace()
  const secrets = { ...openSecrets(home).secrets, ownerPassword: password }
  rmSync(home.postgres, { recursive: true, force: true })
  execFileSync('cp', ['-a', directory, home.postgres])
  const logFile = join(home.logs, 'postgres.log')
  const said: string[] = []
  const start = () => startEmbeddedDatabase(home, secrets, logFile, (message) => said.push(message))

  const first = await start()
  const firstPid = first.pid as number
  const { letGo } = await holdBackend(first.owner)
  await first.stop()
  expect(isAlive(firstPid)).toBe(true)
  expect(said).toEqual([expect.stringContaining(`process ${firstPid}) is still ending, `)])

  const second = start()
  await vi.waitFor(() => expect(said[1]).toContain(`(process ${firstPid}) is still ending`), 10_000)
  letGo()
  const { owner, stop } = await second
  expect(isAlive(firstPid)).toBe(false)
  expect(await ask(owner, 'select 1')).toEqual([1])
  expect(readFileSync(logFile, 'utf8')).not.toContain('not properly shut down')
  await stop()
  expect(said).toHaveLength(2)
})

test('a start waits for what a killed server has left behind, and says so', async () => {
  const said: string[] = []
  const options = { ...(await madePlace()), log: (message: string) => said.push(message) }
  const killed = await startPostgres(options)
  await ask(killed, 'create table kept as select 42 as n')
  const { letGo } = await holdBackend(killed)
  process.kill(killed.pid, 'SIGKILL')
  expect(await waitForEnd(killed.pid, 5000)).toBe(true)
  const starting = startPostgres(options)
  await vi.waitFor(() => expect(said).toEqual([expect.stringContaining(`${join(options.directory, 'data')} have not ended yet`)]), 10_000)
  expect(existsSync(join(options.directory, 'data', 'postmaster.pid'))).toBe(true)
  letGo()
  const server = await starting
  expect(await ask(server, 'select n from kept')).toEqual([42])
  await server.stop()
  expect(said).toHaveLength(1)
})

test('a pid file whose process is somebody else now is no obstacle', async () => {
  const options = await madePlace()
  const stranger = spawn('/bin/sleep', ['60'], { stdio: 'ignore' })
  writeFileSync(join(options.directory, 'data', 'postmaster.pid'), `${stranger.pid}\n${join(options.directory, 'data')}\n`)
  const server = await startPostgres(options)
  expect(isAlive(stranger.pid as number)).toBe(true)
  await server.stop()
  stranger.kill('SIGKILL')
})

test('a server that is killed is reported', async () => {
  const server = await startPostgres(await madePlace())
  const crashed = new Promise<string>((resolve) => server.onCrash(resolve))
  process.kill(server.pid, 'SIGKILL')
  expect(await crashed).toContain('SIGKILL')
  expect(await waitForEnd(server.pid, 5000)).toBe(true)
})

test('data of a newer PostgreSQL is refused by name and left as it is', async () => {
  const options = await madePlace()
  const version = join(options.directory, 'data', 'PG_VERSION')
  writeFileSync(version, '99\n')
  await expect(startPostgres(options)).rejects.toMatchObject({ code: 'DATA_DIRECTORY_NEWER', message: expect.stringContaining('PostgreSQL 99') })
  expect(readFileSync(version, 'utf8')).toBe('99\n')
})

test.each([
  ['is empty', () => {}],
  ['holds something else', (data: string) => writeFileSync(join(data, 'photo.jpg'), 'x')],
  ['has lost its control file', (data: string) => writeFileSync(join(data, 'PG_VERSION'), '18\n')],
])('a data directory that %s is refused and left as it is', async (_name, spoil) => {
  const options = place()
  const data = join(options.directory, 'data')
  mkdirSync(data)
  spoil(data)
  await expect(startPostgres(options)).rejects.toMatchObject({
    code: 'DATA_DIRECTORY_BROKEN',
    message: expect.stringContaining(data),
    hint: expect.stringContaining('--fresh'),
  })
  rmSync(data, { recursive: true })
})

test('a data directory with a damaged control file is refused with what PostgreSQL says', async () => {
  const options = await madePlace()
  writeFileSync(join(options.directory, 'data', 'global', 'pg_control'), Buffer.alloc(8192, 1))
  await expect(startPostgres(options)).rejects.toMatchObject({ code: 'DATA_DIRECTORY_BROKEN', message: expect.stringContaining('FATAL') })
})
