/**
 * The embedded PostgreSQL: a real server of our own, on a Unix socket only, with scram passwords, under an unprivileged user when root starts it.
 *
 * 1. A data directory is whole or not there: it is made beside its name and renamed.
 * 2. One control plane at a time uses it (the home's lock guards that), so a server that still runs on it is an orphan and is ended.
 */
import { execFile } from 'node:child_process'
import {
  chownSync,
  closeSync,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { ControlPlaneError } from '../errors.ts'
import { endProcess, isAlive } from '../processes/end-process.ts'
import { spawnLeashed } from '../processes/leash.ts'
import { findPostgres, POSTGRES_MAJOR } from './binaries.ts'

/** Name of the superuser. */
const OWNER = 'weir'
/** The one that initdb makes; nothing is gained by another name. */
const DATABASE = 'postgres'

/** `nobody` everywhere we know; initdb insists on a user that has a name. */
const UNPRIVILEGED = 65534

interface PostgresOptions {
  /** Folder of this server: `data/`, its sockets. Made when missing. */
  directory: string
  /** Password of the superuser `weir`; of the first start for all later ones. */
  password: string
  /** The server's own messages are appended here. */
  logFile: string
  /** Extra settings (`fsync` = `off` in tests). */
  settings?: Record<string, string>
}

/** A server that accepts connections. */
export interface RunningPostgres {
  pid: number
  /** Folder of the socket: `host` for pg. */
  host: string
  port: number
  user: string
  password: string
  database: string
  /** Called when the server ends although nobody asked it to. */
  onCrash(listener: (message: string) => void): void
  /** Fast shutdown: open transactions are rolled back; killed after 5 s. */
  stop(): Promise<void>
}

const settingsOfAll: Record<string, string> = {
  listen_addresses: '',
  port: '5432',
  unix_socket_permissions: '0700',
  max_connections: '64',
  shared_buffers: '64MB',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_locks_per_transaction: '256',
  io_method: 'sync',
  // Of an almost empty table every index looks like every other, and a plan may keep to the wrong one until the table is analysed: soon, not after a minute.
  autovacuum_naptime: '5s',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_line_prefix: '%m [%p] %q%u ',
  password_encryption: 'scram-sha-256',
}

/** Starts PostgreSQL on `directory`, making its data when there is none. Throws DATA_DIRECTORY_BROKEN, DATA_DIRECTORY_NEWER, DATABASE_NOT_READY. */
export async function startPostgres(options: PostgresOptions): Promise<RunningPostgres> {
  const asRoot = process.getuid?.() === 0
  const programs = findPostgres(asRoot)
  const owner = asRoot ? { uid: UNPRIVILEGED, gid: UNPRIVILEGED } : {}
  const data = join(options.directory, 'data')
  const sockets = join(options.directory, 'sockets')

  mkdirSync(options.directory, { recursive: true, mode: 0o700 })
  if (asRoot) chownSync(options.directory, UNPRIVILEGED, UNPRIVILEGED)
  await endOrphan(data)
  if (!lstatSync(data, { throwIfNoEntry: false })) await makeData({ programs, owner, directory: options.directory, data, password: options.password })
  checkData(data)
  rmSync(sockets, { recursive: true, force: true })
  mkdirSync(sockets, { mode: 0o700 })
  if (asRoot) chownSync(sockets, UNPRIVILEGED, UNPRIVILEGED)

  const settings = { ...settingsOfAll, unix_socket_directories: sockets, ...options.settings }
  const output = openSync(options.logFile, 'a', 0o600)
  const child = spawnLeashed(
    join(programs, 'bin', 'postgres'),
    ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    {
      endSignal: 'INT',
      output,
      environment: environmentOf(programs),
      cwd: options.directory,
      ...owner,
    },
  )
  closeSync(output)

  let stopping = false
  const listeners: ((message: string) => void)[] = []
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (code, signal) => resolve(signal ? `ended by ${signal}` : `ended with code ${code}`))
  })
  void ended.then((how) => {
    if (!stopping) for (const listener of listeners) listener(`PostgreSQL ${how}`)
  })

  await waitUntilReady(data, child.pid ?? 0, ended, options.logFile)
  return {
    pid: child.pid as number,
    host: sockets,
    port: 5432,
    user: OWNER,
    password: options.password,
    database: DATABASE,
    onCrash: (listener) => void listeners.push(listener),
    stop: async () => {
      stopping = true
      await endProcess(child.pid as number, 'SIGINT', 5000)
    },
  }
}

/** Removes the data of a server that does not run. */
export async function removePostgresData(directory: string): Promise<void> {
  await endOrphan(join(directory, 'data'))
  rmSync(directory, { recursive: true, force: true })
}

/** PostgreSQL finds its libraries by its own run path; nothing of our environment concerns it. */
const environmentOf = (programs: string): Record<string, string> => ({
  PATH: '/usr/bin:/bin',
  LC_ALL: 'C',
  TZ: 'UTC',
  LD_LIBRARY_PATH: join(programs, 'lib'),
})

interface NewData {
  programs: string
  owner: { uid?: number; gid?: number }
  directory: string
  data: string
  password: string
}

async function makeData({ programs, owner, directory, data, password }: NewData): Promise<void> {
  const partial = `${data}.new`
  const passwordFile = join(directory, 'password.new')
  rmSync(partial, { recursive: true, force: true })
  writeFileSync(passwordFile, password, { mode: 0o600 })
  if (owner.uid !== undefined) chownSync(passwordFile, owner.uid, owner.uid)
  const settings = [
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    '--no-sync',
    '--no-instructions',
  ]
  try {
    await promisify(execFile)(join(programs, 'bin', 'initdb'), ['-D', partial, '-U', OWNER, `--pwfile=${passwordFile}`, ...settings], {
      ...owner,
      cwd: directory,
      env: environmentOf(programs),
    })
  } catch (error) {
    rmSync(partial, { recursive: true, force: true })
    const said = (error as { stderr?: string }).stderr?.trim().split('\n').slice(-3).join(' ') || (error as Error).message
    throw new ControlPlaneError(
      'DATABASE_NOT_READY',
      `PostgreSQL could not make its data directory ${data}: ${said}`,
      'Look at free disk space and at the rights of the folder.',
    )
  } finally {
    rmSync(passwordFile, { force: true })
  }
  renameSync(partial, data)
}

function checkData(data: string): void {
  const fresh = 'Begin empty with --fresh, or put the folder back from a backup.'
  if (!statSync(data, { throwIfNoEntry: false })?.isDirectory())
    throw new ControlPlaneError('DATA_DIRECTORY_BROKEN', `${data} is not a folder, or a link to none.`, fresh)
  const version = existsSync(join(data, 'PG_VERSION')) ? readFileSync(join(data, 'PG_VERSION'), 'utf8').trim() : null
  if (version === null || !existsSync(join(data, 'global', 'pg_control')))
    throw new ControlPlaneError(
      'DATA_DIRECTORY_BROKEN',
      `${data} is not a whole PostgreSQL data directory (${readdirSync(data).length} entries).`,
      fresh,
    )
  if (version !== POSTGRES_MAJOR)
    throw new ControlPlaneError(
      Number(version) > Number(POSTGRES_MAJOR) ? 'DATA_DIRECTORY_NEWER' : 'DATA_DIRECTORY_BROKEN',
      `${data} is of PostgreSQL ${version}; this Weir brings PostgreSQL ${POSTGRES_MAJOR}.`,
      'Use the Weir version that made it, or begin empty with --fresh.',
    )
}

/** Ends a server that an earlier control plane left behind, and removes a pid file that nobody stands behind. */
async function endOrphan(data: string): Promise<void> {
  const file = join(data, 'postmaster.pid')
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) return
  const pid = Number.parseInt(readFileSync(file, 'utf8'), 10)
  if (pid > 1 && isAlive(pid) && runsOn(pid, data)) await endProcess(pid, 'SIGINT', 5000)
  rmSync(file, { force: true })
}

/** Whether that process is a PostgreSQL of this data directory, and not a stranger who got the pid later. */
function runsOn(pid: number, data: string): boolean {
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
    return words.includes(data) && words[0]?.endsWith('/postgres') === true
  } catch {
    return existsSync('/proc/self') === false // without /proc: the pid file is all we know
  }
}

/** The eighth line of the pid file says `ready` once connections are accepted. */
async function waitUntilReady(data: string, pid: number, ended: Promise<string>, logFile: string): Promise<void> {
  const file = join(data, 'postmaster.pid')
  let failure: string | null = null
  void ended.then((how) => {
    failure = how
  })
  const until = Date.now() + 60_000
  while (failure === null && Date.now() < until) {
    const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : []
    if (lines[0] === String(pid) && lines[7]?.trim() === 'ready') return
    await new Promise((resolve) => setTimeout(resolve, 4))
  }
  const last = readFileSync(logFile, 'utf8').trim().split('\n').slice(-4).join('\n')
  // What the machine lacks is no fault of the data.
  const broken = failure !== null && !/No space left|Cannot allocate|shared memory|semaphores|could not (bind|create) .*socket/.test(last)
  throw new ControlPlaneError(
    broken ? 'DATA_DIRECTORY_BROKEN' : 'DATABASE_NOT_READY',
    `PostgreSQL on ${data} ${failure ?? 'did not become ready within 60 s'}:\n${last}`,
    `The whole story is in ${logFile}. Put the folder back from a backup, or begin empty with --fresh.`,
  )
}
