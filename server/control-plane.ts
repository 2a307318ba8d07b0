/**
 * A whole control plane on one machine: the record (PostgreSQL), the SQL door to it, and the production Worker in workerd. All on loopback and Unix
 * sockets.
 *
 * 1. The home's lock is taken before anything in it is touched, and released last.
 * 2. Parts start so that each finds what it needs, and stop the other way round: requests, then statements, then the record.
 * 3. A part that ends by itself is started again; nobody is judged lost for it (docs/protocol.md).
 */
import { createServer } from 'node:net'
import { join } from 'node:path'
import type pg from 'pg'
import { builtParts, compatibilityOf, migrationsFolder } from './built-parts.ts'
import { type Database, startEmbeddedDatabase, useDatabase } from './database.ts'
import { bringBack } from './backup/set-aside.ts'
import { ControlPlaneError } from './errors.ts'
import { defaultHome, type Home, openHome, openSecrets, openSecretsKey, type Secrets } from './home.ts'
import { openLineLog } from './line-log.ts'
import { takeLock } from './lock.ts'
import { forget } from './reset.ts'
import { LOCAL_CELL, type PreparedRecord, prepareRecord } from './prepare-record.ts'
import { openSqlDoor, type SqlDoor } from './sql-door/sql-door.ts'
import { type RunningWorkerd, startWorkerd } from './workerd/start-workerd.ts'
import { startTicker, type Ticker } from './workerd/ticker.ts'

const DATABASE_CONNECTIONS = 30

/** How `startControlPlane` is told where to serve. A bad port or time scale throws ControlPlaneError INVALID_SETTING. */
export interface ControlPlaneOptions {
  /** Folder of data, logs and keys; default WEIR_HOME or ~/.weir. */
  home?: string
  /** Of 127.0.0.1; 0 = any free one. */
  port: number
  /** A PostgreSQL (15 or later) of your own instead of the embedded one; its user makes the roles. */
  databaseUrl?: string
  /** Connections to that PostgreSQL at most, 3 or more; 30 by default. */
  databaseConnections?: number
  /** Factor for all durations of the protocol; 1 by default. */
  timeScale?: number
  /** Runs that ended so many days ago are deleted; by default they are kept. */
  retentionDays?: number
  /** Lowest level of the Worker's lines in `logs/workerd.log`; `info` by default, `debug` has one for every request. */
  logLevel?: 'debug' | 'info' | 'warn' | 'error'
  /** Forget everything in the home first. */
  clean?: boolean
  /** Told what goes wrong while it serves, a line each. */
  log?: (message: string) => void
}

/** One that serves. */
export interface ControlPlane {
  /** `http://127.0.0.1:PORT`, without a slash at its end. */
  url: string
  /** Signs in whoever opens it first, within 15 minutes. */
  signInUrl: string
  /** Of the local workspace; also in `local.key` of the home. */
  adminKey: string
  home: string
  /** Processes of this moment; PostgreSQL is null when it is somebody else's. */
  readonly pids: { postgres: number | null; workerd: number }
  /** Fires the minute sweep now; whether it ended well. */
  sweep(): Promise<boolean>
  /** Ends everything that was started, in at most 5 s; PostgreSQL may then still write its last checkpoint, and ends by itself (`log` says so). */
  stop(): Promise<void>
}

/** Starts a control plane and resolves when it serves. Throws ControlPlaneError, having stopped whatever was started. */
export async function startControlPlane(options: ControlPlaneOptions): Promise<ControlPlane> {
  const log = options.log ?? (() => {})
  const timeScale = options.timeScale ?? 1
  const connections = (options.databaseUrl === undefined ? undefined : options.databaseConnections) ?? DATABASE_CONNECTIONS
  checkSettings(options.port, timeScale, connections, options.retentionDays)
  const parts = builtParts()
  const home = openHome(options.home ?? defaultHome())
  const lock = await takeLock(home.lock).catch((error) => Promise.reject(explain(error, home)))
  // What was started, in that order; stopped the other way round.
  const started: (() => Promise<void> | void)[] = [() => lock.release()]
  let stopped: Promise<void> | null = null
  const stop = () => {
    stopped ??= stopAll(started)
    return stopped
  }
  try {
    if (options.clean) await forget(home)
    else if (await bringBack(home)) log('A restore was cut off here: the control plane that it was to replace is back.')
    const port = await freePort(options.port)
    const url = `http://127.0.0.1:${port}`
    const { secrets } = openSecrets(home)
    const roles = { app: roleUrl('weir_app', secrets.appPassword), system: roleUrl('weir_system', secrets.systemPassword) }
    const sqlSocket = join(home.run, 'sql.sock')
    const scheduleSocket = join(home.run, 'schedule.sock')

    const recordReady = startRecord({ home, secrets, databaseUrl: options.databaseUrl, connections, roles, sqlSocket, url, log, started })
    const workerdReady = startWorkerd({
      folder: home.run,
      port,
      ...compatibilityOf(parts),
      parts,
      variables: {
        DATABASE_URL: roles.app,
        SYSTEM_DATABASE_URL: roles.system,
        TOKEN_SECRET: secrets.tokenSecret,
        SECRETS_KEY: openSecretsKey(home),
        CELL: LOCAL_CELL,
        PUBLIC_URL: url,
        ALLOWED_HOSTS: [`127.0.0.1:${port}`, `localhost:${port}`].join(','),
        TIME_SCALE: String(timeScale),
        // Nobody else is to be protected here but from a program that has gone wild.
        RATE_LIMIT: '60000',
        RETENTION_DAYS: options.retentionDays === undefined ? '' : String(options.retentionDays),
        LOG_LEVEL: options.logLevel ?? 'info',
      },
      sqlSocket,
      scheduleSocket,
      objects: home.objects,
      logFile: join(home.logs, 'workerd.log'),
      onCrash: log,
    })
    const [recordOutcome, workerdOutcome] = await Promise.allSettled([recordReady, workerdReady])
    if (workerdOutcome.status === 'fulfilled') started.push(() => workerdOutcome.value.stop())
    if (recordOutcome.status === 'rejected') throw recordOutcome.reason
    if (workerdOutcome.status === 'rejected') throw workerdOutcome.reason
    const { database, prepared } = recordOutcome.value
    const workerd: RunningWorkerd = workerdOutcome.value

    const ticker: Ticker = startTicker(scheduleSocket, timeScale, log)
    started.push(() => ticker.stop())
    await waitUntilReady(url)
    const pids = () => ({ postgres: database.pid, workerd: workerd.pid })
    lock.update({ url, port, childPids: [workerd.pid], postgresPid: database.pid })
    return {
      url,
      signInUrl: prepared.signInUrl,
      adminKey: prepared.adminKey,
      home: home.root,
      get pids() {
        return pids()
      },
      sweep: () => ticker.tick(),
      stop,
    }
  } catch (error) {
    await stop()
    throw explain(error, home)
  }
}

function checkSettings(port: number, timeScale: number, connections: number, retentionDays = 1): void {
  const invalid = (message: string, hint: string) => new ControlPlaneError('INVALID_SETTING', message, hint)
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw invalid(`Port ${port} is none.`, 'Expected 0 (any free one) to 65535.')
  if (!Number.isInteger(retentionDays) || retentionDays < 1)
    throw invalid(`Runs cannot be kept for ${retentionDays} days.`, 'Set --retention-days to a whole number from 1.')
  if (!Number.isInteger(connections) || connections < 3 || connections > 1_000)
    throw invalid(`${connections} database connections cannot be used.`, 'Set --database-connections to a whole number from 3 to 1000.')
  if (!(timeScale > 0 && timeScale <= 10))
    throw invalid(`The time scale is ${timeScale}.`, 'Set WEIR_TIME_SCALE to a number above 0, at most 10, or unset it.')
}

/** What the file system refuses is a matter of the home, whatever part of us met it. */
function explain(error: unknown, home: Home): unknown {
  if (error instanceof ControlPlaneError || (error as NodeJS.ErrnoException).syscall === undefined) return error
  return new ControlPlaneError(
    'HOME_NOT_WRITABLE',
    `Cannot use ${home.root}: ${(error as Error).message}.`,
    'Look at free disk space and at what is there now, or set WEIR_HOME to another folder.',
  )
}

interface RecordOptions {
  home: Home
  secrets: Secrets
  databaseUrl: string | undefined
  connections: number
  roles: { app: string; system: string }
  sqlSocket: string
  url: string
  log: (message: string) => void
  started: (() => Promise<void> | void)[]
}

/** The database, its schema and first rows, and the door to it. */
async function startRecord({
  home,
  secrets,
  databaseUrl,
  connections,
  roles,
  sqlSocket,
  url,
  log,
  started,
}: RecordOptions): Promise<{ database: Database; prepared: PreparedRecord }> {
  const database =
    databaseUrl === undefined
      ? await startEmbeddedDatabase(home, secrets, join(home.logs, 'postgres.log'), log)
      : await useDatabase(databaseUrl, connections)
  started.push(() => database.stop())
  const prepared = await prepareRecord({ owner: database.owner, home, secrets, migrations: migrationsFolder(), url })
  // A fifth for sweeps and key look-up; the owner's own one, at the start, comes on top.
  const forSystem = Math.max(1, Math.floor(connections / 5))
  const door: SqlDoor = await openSqlDoor(
    sqlSocket,
    [
      { connectionString: roles.app, connect: asRole(database.owner, 'weir_app', secrets.appPassword), connections: connections - forSystem },
      { connectionString: roles.system, connect: asRole(database.owner, 'weir_system', secrets.systemPassword), connections: forSystem },
    ],
    openLineLog(join(home.logs, 'sql-door.log')),
  )
  started.push(() => door.close())
  return { database, prepared }
}

/** What the Worker is told; the door knows where the database really is. */
const roleUrl = (role: string, password: string): string => `postgres://${role}:${password}@local/weir`

/** The owner's way to the database, taken by another role. */
function asRole(owner: pg.ClientConfig, user: string, password: string): pg.ClientConfig {
  if (owner.connectionString === undefined) return { ...owner, user, password }
  const url = new URL(owner.connectionString)
  url.username = user
  url.password = password
  return { connectionString: url.href }
}

async function stopAll(started: (() => Promise<void> | void)[]): Promise<void> {
  for (const end of started.reverse()) await Promise.resolve(end()).catch(() => {})
}

/** The wanted port if it is free, a free one for 0. Throws PORT_IN_USE. */
function freePort(wanted: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'EADDRINUSE' ? 'is used by another program' : `cannot be listened on (${error.code})`
      reject(
        new ControlPlaneError('PORT_IN_USE', `Port ${wanted} of 127.0.0.1 ${why}.`, 'Name another one with --port N, or --port 0 for any free one.'),
      )
    })
    probe.listen({ host: '127.0.0.1', port: wanted, exclusive: true }, () => {
      const { port } = probe.address() as { port: number }
      probe.close(() => resolve(port))
    })
  })
}

/** The whole way once: Worker, door, database. */
async function waitUntilReady(url: string): Promise<void> {
  const until = Date.now() + 30_000
  let said = ''
  while (Date.now() < until) {
    try {
      const response = await fetch(`${url}/readyz`)
      said = await response.text()
      if (response.ok) return
    } catch (error) {
      said = (error as Error).message
    }
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new ControlPlaneError(
    'WORKERD_NOT_READY',
    `The control plane does not become ready: ${said.slice(0, 500)}`,
    'Look at the logs in WEIR_HOME/logs.',
  )
}
