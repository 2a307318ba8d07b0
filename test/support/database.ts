/**
 * A real PostgreSQL for a test file: a copy of a data directory that was initialised and migrated once, started on Unix sockets of its own, with the SQL
 * door in front of it. So tests take the way of the Worker (Neon's driver, HTTP, role `weir_app`), and files can run at once.
 */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import http from 'node:http'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import pg from 'pg'
import { newId } from '../../core/ids.ts'
import { type Connection, connect, type Db } from '../../db/client.ts'
import { migrate } from '../../db/migrate.ts'
import { connectSystem, type SystemDb } from '../../db/system.ts'
import { type RunningPostgres, startPostgres } from '../../server/postgres/start-postgres.ts'
import { openSqlDoor } from '../../server/sql-door/sql-door.ts'
import { makePostgresDirectory, postgresRoot } from './postgres-directory.ts'
import { TEST_DATABASE_URL, TEST_SYSTEM_DATABASE_URL } from './worker-bindings.ts'

export interface TestDatabase {
  /** Role `weir_app`, through the SQL door. */
  connection: Connection
  /** Role `weir_system`, through the SQL door. */
  system: SystemDb
  /** The door's socket, for a Worker under test. */
  sqlSocket: string
  /** Sends requests to the door, like a service binding. */
  doorFetch: typeof fetch
  /** A connection straight to the server, as superuser or as one of the roles. Closed by `stop`. */
  client(role?: 'weir_app' | 'weir_system'): Promise<pg.Client>
  /** A new workspace, seen as `weir_app`. */
  makeWorkspace(): Promise<Db>
  /** The server: to stop it under load, to look at its pid. */
  postgres: RunningPostgres
  /** Ends the server and removes its data. */
  stop(): Promise<void>
}

const PASSWORD = 'owner'
const ROLE_PASSWORDS = { weir_app: 'app', weir_system: 'system' } as const
/** Durability is not what tests of rows are about. */
const SETTINGS = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }

/** Ready in a few hundred milliseconds, the first time on a machine in about two seconds. `connections`: of the door, for each role. */
export async function startTestDatabase({ connections = 16 }: { connections?: number } = {}): Promise<TestDatabase> {
  const template = await ensureTemplate()
  const directory = makePostgresDirectory('test-')
  await promisify(execFile)('cp', ['-a', join(template, 'data'), join(directory, 'data')])
  const postgres = await startPostgres({ directory, password: PASSWORD, logFile: join(directory, 'log'), settings: SETTINGS })
  const at = { host: postgres.host, port: postgres.port, database: postgres.database }
  const sqlSocket = join(directory, 'sql.sock')
  const door = await openSqlDoor(sqlSocket, [
    { connectionString: TEST_DATABASE_URL, connect: { ...at, user: 'weir_app', password: ROLE_PASSWORDS.weir_app }, connections },
    { connectionString: TEST_SYSTEM_DATABASE_URL, connect: { ...at, user: 'weir_system', password: ROLE_PASSWORDS.weir_system }, connections },
  ])
  const agent = new http.Agent({ keepAlive: true })
  const doorFetch = fetchThrough(sqlSocket, agent)
  const connection = connect({ url: TEST_DATABASE_URL, fetch: doorFetch })
  const clients: pg.Client[] = []
  const client: TestDatabase['client'] = async (role) => {
    const opened = new pg.Client({ ...at, user: role ?? postgres.user, password: role ? ROLE_PASSWORDS[role] : PASSWORD })
    opened.on('error', () => {})
    await opened.connect()
    clients.push(opened)
    return opened
  }
  let owner: Promise<pg.Client> | null = null
  return {
    connection,
    system: connectSystem({ url: TEST_SYSTEM_DATABASE_URL, fetch: doorFetch }),
    sqlSocket,
    doorFetch,
    client,
    makeWorkspace: async () => {
      owner ??= client()
      const id = newId()
      await (await owner).query(
        `with account as (insert into accounts (id, name, created_at) values ($1, 'test', now()) returning id)
         insert into workspaces (id, account_id, name, handle, created_at) select $1, id, 'test', $2, now() from account`,
        [id, `w-${id}`],
      )
      return connection.inWorkspace(id)
    },
    postgres,
    stop: async () => {
      agent.destroy()
      await Promise.all(clients.map((opened) => opened.end().catch(() => {})))
      await door.close()
      await postgres.stop()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

/** The migrated data directory of this schema: made once, by whoever comes first. */
async function ensureTemplate(): Promise<string> {
  const template = join(postgresRoot(), `test-template-${schemaHash()}`)
  const lock = `${template}.lock`
  while (!existsSync(template)) {
    try {
      mkdirSync(postgresRoot(), { recursive: true, mode: 0o755 })
      mkdirSync(lock)
    } catch {
      // Somebody makes it; a lock that is a minute old was left by one who died.
      if (Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()) > 60_000) rmSync(lock, { recursive: true, force: true })
      await pause(50)
      continue
    }
    try {
      if (!existsSync(template)) await makeTemplate(template)
    } finally {
      rmSync(lock, { recursive: true, force: true })
    }
  }
  return template
}

async function makeTemplate(template: string): Promise<void> {
  const directory = makePostgresDirectory('test-')
  try {
    const postgres = await startPostgres({ directory, password: PASSWORD, logFile: join(directory, 'log'), settings: SETTINGS })
    try {
      const client = new pg.Client({ host: postgres.host, port: postgres.port, user: postgres.user, password: PASSWORD, database: postgres.database })
      await client.connect()
      await migrate(client, { passwords: { app: ROLE_PASSWORDS.weir_app, system: ROLE_PASSWORDS.weir_system } })
      await client.end()
    } finally {
      await postgres.stop()
    }
    renameSync(directory, template)
  } catch (error) {
    rmSync(directory, { recursive: true, force: true })
    throw error
  }
}

/** Of everything that shapes the template: the migrations, and the partitions of this week and today. */
function schemaHash(): string {
  const folder = new URL('../../db/migrations/', import.meta.url)
  const hash = createHash('sha256').update(new Date().toISOString().slice(0, 10))
  for (const name of readdirSync(folder).sort()) hash.update(name).update(readFileSync(new URL(name, folder)))
  return hash.digest('hex').slice(0, 12)
}

/** `fetch` over a Unix socket: Node's own cannot. */
const fetchThrough =
  (socketPath: string, agent: http.Agent): typeof fetch =>
  async (input, init) => {
    const url = new URL(String(input))
    const headers = Object.fromEntries(new Headers(init?.headers))
    return await new Promise<Response>((resolve, reject) => {
      const request = http.request(
        { socketPath, agent, path: url.pathname, method: init?.method ?? 'GET', headers: { ...headers, host: url.host } },
        (answer) => {
          const parts: Buffer[] = []
          answer.on('data', (part: Buffer) => parts.push(part))
          answer.on('end', () => resolve(new Response(Buffer.concat(parts), { status: answer.statusCode ?? 500 })))
          answer.on('error', reject)
        },
      )
      request.on('error', reject)
      request.end(init?.body as string)
    })
  }
