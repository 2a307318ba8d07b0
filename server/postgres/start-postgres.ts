/**
 * The embedded PostgreSQL: a real server of our own, on a Unix socket only, with scram passwords, under an unprivileged user when root starts it.
 *
 * 1. A data directory is whole or not there: it is made beside its name and renamed.
 * 2. One control plane at a time uses it (the home's lock guards that), so a server that still runs on it is an orphan and is ended.
 * 3. An earlier server may need its time to end. It is waited for, never killed over its last checkpoint.
 */
import { type ChildProcess, execFile } from 'node:child_process'
import {
  chownSync,
  closeSync,
  existsSync,
  fstatSync,
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
import { isAlive } from '../processes/end-process.ts'
import { spawnLeashed } from '../processes/leash.ts'
import { findPostgres, POSTGRES_MAJOR } from './binaries.ts'
import { abortPostgres, endPostgres } from './end-postgres.ts'

/** Name of the superuser. */
const OWNER = 'weir'
/** The one that initdb makes; nothing is gained by another name. */
const DATABASE = 'postgres'

/** `nobody` everywhere we know; initdb insists on a user that has a name. */
const UNPRIVILEGED = 65534

/** Whoever waits longer than this is told for what. */
const TOLD_AFTER = 1000
/** A start usually takes less than a second. */
const SLOW_START = 5000
/** How long a start waits for what is left of an earlier server, and how often it tries. */
const REMAINS_PATIENCE = 60_000
const REMAINS_PAUSE = 500
/** A server that was not shut down in order reads its log first. */
const RECOVERY_PATIENCE = 600_000

/** What PostgreSQL says while processes of an earlier server are still on its data. */
const REMAINS = /pre-existing shared memory block .* is still in use|lock file ".*" already exists/

interface PostgresOptions {
  /** Folder of this server: `data/`, its sockets. Made when missing. */
  directory: string
  /** Password of the superuser `weir`; of the first start for all later ones. */
  password: string
  /** The server's own messages are appended here. */
  logFile: string
  /** Extra settings (`fsync` = `off` in tests). */
  settings?: Record<string, string>
  /** Told what a start waits for, a line each. */
  log?: (message: string) => void
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
  /** Fast shutdown: open transactions are rolled back. Resolves when it is gone: with its last checkpoint, or without one after a minute. */
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
  const log = options.log ?? (() => {})

  mkdirSync(options.directory, { recursive: true, mode: 0o700 })
  if (asRoot) chownSync(options.directory, UNPRIVILEGED, UNPRIVILEGED)
  await endOrphan(data, log)
  if (!lstatSync(data, { throwIfNoEntry: false })) await makeData({ programs, owner, directory: options.directory, data, password: options.password })
  checkData(data)
  rmSync(sockets, { recursive: true, force: true })
  mkdirSync(sockets, { mode: 0o700 })
  if (asRoot) chownSync(sockets, UNPRIVILEGED, UNPRIVILEGED)

  const settings = { ...settingsOfAll, unix_socket_directories: sockets, ...options.settings }
  const launch = () => {
    const output = openSync(options.logFile, 'a', 0o600)
    const logBegin = fstatSync(output).size
    const child = spawnLeashed(
      join(programs, 'bin', 'postgres'),
      ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
      { endSignal: 'INT', output, environment: environmentOf(programs), cwd: options.directory, ...owner },
    )
    closeSync(output)
    const ended = new Promise<string>((resolve) => {
      child.once('error', (error) => resolve(error.message))
      child.once('exit', (code, signal) => resolve(signal ? `ended by ${signal}` : `ended with code ${code}`))
    })
    return { child, pid: child.pid ?? 0, ended, logBegin }
  }
  const { child, ended } = await untilReady({ launch, data, logFile: options.logFile, log })

  let stopping = false
  const listeners: ((message: string) => void)[] = []
  void ended.then((how) => {
    if (!stopping) for (const listener of listeners) listener(`PostgreSQL ${how}`)
  })
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
      await endPostgres(child.pid as number)
    },
  }
}

/** Removes the data of a server that does not run. */
export async function removePostgresData(directory: string): Promise<void> {
  const pid = orphanOf(join(directory, 'data'))
  if (pid !== null) await abortPostgres(pid)
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

/**
 * Ends a server that an earlier control plane left behind, or waits for it while it ends already. Removes a pid file that PostgreSQL would take for that of
 * a server; one whose process is gone is left to it, because it tells which shared memory must not be in use any more.
 */
export async function endOrphan(data: string, log: (message: string) => void = () => {}): Promise<void> {
  const file = join(data, 'postmaster.pid')
  const orphan = orphanOf(data)
  if (orphan !== null)
    await tellIfSlow(endPostgres(orphan), log, `PostgreSQL of an earlier start (process ${orphan}) is still ending; this start waits for it.`)
  else if (statSync(file, { throwIfNoEntry: false })?.isFile() && !namesTheDead(file)) rmSync(file, { force: true })
}

/** The server that runs on these data; null when none does. */
function orphanOf(data: string): number | null {
  const file = join(data, 'postmaster.pid')
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) return null
  const pid = Number.parseInt(readFileSync(file, 'utf8'), 10)
  return pid > 1 && isAlive(pid) && runsOn(pid, data) ? pid : null
}

function namesTheDead(file: string): boolean {
  const pid = Number.parseInt(readFileSync(file, 'utf8'), 10)
  return pid > 1 && !isAlive(pid)
}

async function tellIfSlow(work: Promise<void>, log: (message: string) => void, message: string): Promise<void> {
  const timer = setTimeout(() => log(message), TOLD_AFTER)
  await work.finally(() => clearTimeout(timer))
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

interface Launched {
  child: ChildProcess
  pid: number
  /** How it ended. */
  ended: Promise<string>
  /** Where in the log file its own words begin. */
  logBegin: number
}

interface Readiness {
  launch: () => Launched
  data: string
  logFile: string
  log: (message: string) => void
}

/** Launches a server, again and again while what is left of an earlier one is in its way, and resolves when it accepts connections. */
async function untilReady({ launch, data, logFile, log }: Readiness): Promise<Launched> {
  const until = Date.now() + REMAINS_PATIENCE
  for (let told = false; ; told = true) {
    const launched = launch()
    const failure = await failureToServe(launched, data, log)
    if (failure === null) return launched
    const said = readFileSync(logFile).subarray(launched.logBegin).toString('utf8').trim()
    if (!REMAINS.test(said) || Date.now() >= until) throw refusal(data, failure, said.split('\n').slice(-4).join('\n'), logFile)
    if (!told) log(`Processes of an earlier PostgreSQL on ${data} have not ended yet; this start waits for them, up to a minute.`)
    await new Promise((resolve) => setTimeout(resolve, REMAINS_PAUSE))
  }
}

/** Null once connections are accepted, which the eighth line of the pid file says (`ready`). */
async function failureToServe({ pid, ended }: Launched, data: string, log: (message: string) => void): Promise<string | null> {
  const file = join(data, 'postmaster.pid')
  let failure: string | null = null
  void ended.then((how) => {
    failure = how
  })
  const slow = setTimeout(
    () => log('PostgreSQL has not started after 5 s: it recovers from an end without a checkpoint, or the disk is slow. This start waits for it.'),
    SLOW_START,
  )
  try {
    const until = Date.now() + RECOVERY_PATIENCE
    while (failure === null && Date.now() < until) {
      const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : []
      if (lines[0] === String(pid) && lines[7]?.trim() === 'ready') return null
      await new Promise((resolve) => setTimeout(resolve, 4))
    }
  } finally {
    clearTimeout(slow)
  }
  if (failure !== null) return failure
  await abortPostgres(pid)
  return `did not become ready within ${RECOVERY_PATIENCE / 60_000} minutes`
}

function refusal(data: string, failure: string, said: string, logFile: string): ControlPlaneError {
  const story = `The whole story is in ${logFile}.`
  const refused = (code: 'DATA_DIRECTORY_BROKEN' | 'DATABASE_NOT_READY', next: string) =>
    new ControlPlaneError(code, `PostgreSQL on ${data} ${failure}:\n${said}`, `${story} ${next}`)
  if (REMAINS.test(said))
    return refused('DATABASE_NOT_READY', `Processes named postgres whose working directory is ${data} are still there: end them and start again.`)
  // What the machine lacks is no fault of the data.
  if (/^did not|No space left|Cannot allocate|shared memory|semaphores|could not (bind|create) .*socket/.test(`${failure}\n${said}`))
    return refused('DATABASE_NOT_READY', 'The data are not at fault: look at free disk space, memory and limits of this machine, then start again.')
  return refused('DATA_DIRECTORY_BROKEN', 'Put the folder back from a backup, or begin empty with --fresh.')
}
