import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, expect, onTestFinished, test } from 'vitest'
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
