/**
 * The SQL door: speaks the HTTP format of Neon's `/sql` on a Unix socket and hands the statements to PostgreSQL, so that the Worker on a laptop uses the
 * driver it uses when hosted.
 *
 * 1. Only the two connection strings it was opened with are let in; each has a pool of its own, connected as its role.
 * 2. A batch is one transaction, sent down one connection without waiting between its statements; after an error everything is rolled back.
 * 3. It never queues without bound: with `MAX_WAITING` requests waiting, the next is refused with 53300, which may be tried again.
 * 4. Statements are prepared under a name, so that a connection plans each text once: planning a join takes longer than running it.
 * 5. An answer is 200, or 400 with a PostgreSQL error as its body. 08001 says that nothing was executed, 08006 that nobody knows.
 * 6. A batch that could not be run, or took long, has a line in the log under the id of the request that it was sent for. Never with SQL or values.
 */
import { rmSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import pg from 'pg'
import { DATABASE_POOLS_PATH, type DatabasePool } from '../../core/protocol/database-pools.ts'
import type { LineLog } from '../line-log.ts'
import { parameterText, readStatement, type WireError, type WireResult, type WireStatement, wireError } from './statement.ts'

/** Requests that may wait for a connection of one role. */
const MAX_WAITING = 1000
/** Statements that connections keep prepared, by text. The product has about two hundred, its lists some more by their filters. */
const MAX_PREPARED = 500
/** Neon's limit for one request. */
const MAX_BODY_BYTES = 64 * 1024 * 1024
/** From here on a batch is told as slow, in milliseconds. */
const SLOW = 1_000

/** Where the database is and as whom to connect. */
export interface Role {
  /** What the Worker sends in `Neon-Connection-String`. */
  connectionString: string
  connect: pg.ClientConfig
  /** Connections at most. */
  connections: number
}

/** One that lets statements in. */
export interface SqlDoor {
  /** Waits for open answers, then closes the pools. */
  close(): Promise<void>
}

/** Refused with a PostgreSQL error as the body. */
class Refusal extends Error {
  readonly body: WireError
  constructor(body: WireError) {
    super(body.message)
    this.body = body
  }
}

const refusal = (code: string, message: string): Refusal => new Refusal({ message, code, severity: 'ERROR' })

/** The connections of one role, and what went through them. */
interface RolePool {
  role: string
  connections: pg.Pool
  batches: DatabasePool['batches']
  waitSeconds: number
}

/** Listens on `socket` (a path; a stale file is removed) for statements of the given roles. `log` is told what goes wrong. */
export async function openSqlDoor(socket: string, roles: Role[], log: LineLog = () => {}): Promise<SqlDoor> {
  const pools = new Map(roles.map((role) => [identity(role.connectionString), makePool(role)]))
  const server = createServer((request, response) => {
    if (request.method === 'GET' && request.url === DATABASE_POOLS_PATH) return send(response, 200, [...pools.values()].map(showPool))
    return void answer(pools, request, response, log)
  })
  server.keepAliveTimeout = 0
  server.headersTimeout = 0
  server.requestTimeout = 0
  rmSync(socket, { force: true })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(socket, resolve)
  })
  return {
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeIdleConnections()
      const patience = setTimeout(() => server.closeAllConnections(), 1000)
      await closed
      clearTimeout(patience)
      await Promise.all([...pools.values()].map(({ connections }) => connections.end()))
    },
  }
}

/** The driver rewrites a connection string before it sends it (scheme, application name); user, password, host and database stay. */
function identity(connectionString: string): string | null {
  const url = URL.parse(connectionString)
  return url && JSON.stringify([url.username, url.password, url.host, url.pathname])
}

/** Connections of a role that are not closed for being idle. */
const KEPT_OPEN = 2

function makePool({ connectionString, connect, connections }: Role): RolePool {
  const pool = new pg.Pool({
    ...connect,
    max: connections,
    // A burst opens many, each with some 8 MiB of plans and caches. A few stay, so that the first request after a quiet hour finds them warm.
    idleTimeoutMillis: 10_000,
    min: KEPT_OPEN,
    connectionTimeoutMillis: 10_000,
    idle_in_transaction_session_timeout: 10_000,
    application_name: 'weir',
    // Values leave as the text that PostgreSQL wrote: the driver in the Worker parses them.
    types: { getTypeParser: () => (text: string) => text },
    pipeline: true,
  } as pg.PoolConfig)
  // A connection may be cut at any moment, also between its release and its end: whoever waits on it is told, nobody else needs to be.
  pool.on('error', () => {})
  pool.on('connect', (client) => void client.on('error', () => {}))
  return { role: new URL(connectionString).username, connections: pool, batches: { done: 0, refused: 0, failed: 0 }, waitSeconds: 0 }
}

const showPool = ({ role, connections, batches, waitSeconds }: RolePool): DatabasePool => ({
  role,
  max: connections.options.max,
  used: connections.totalCount - connections.idleCount,
  idle: connections.idleCount,
  waiting: connections.waitingCount,
  batches,
  waitSeconds,
})

/** SQLSTATEs that say nothing of what was asked: no connection, not let in, out of resources, ended or timed out, a broken system or database. */
const FAILED = /^(08|28|53|57|58|XX)/

async function answer(pools: Map<string | null, RolePool>, request: IncomingMessage, response: ServerResponse, log: LineLog): Promise<void> {
  const begin = performance.now()
  const pool = pools.get(identity(String(request.headers['neon-connection-string'] ?? '')))
  let waited = 0
  let failure: WireError | null = null
  try {
    if (!pool) throw refusal('28P01', 'This connection string is not known here.')
    const { connections } = pool
    if (connections.waitingCount >= MAX_WAITING) throw refusal('53300', 'Too many requests are waiting for a database connection.')
    const body = await readBody(request)
    const onConnected = (milliseconds: number) => {
      waited += milliseconds
      pool.waitSeconds += milliseconds / 1_000
    }
    const result = await withFreshPlans(connections, onConnected, (client) => execute(client, body, request.headers))
    send(response, 200, result)
  } catch (error) {
    failure = error instanceof Refusal ? error.body : wireError(error, '08006')
    send(response, 400, failure)
  }
  const outcome = failure === null ? 'done' : FAILED.test(failure.code) ? 'failed' : 'refused'
  if (pool) pool.batches[outcome] += 1
  const milliseconds = Math.round(performance.now() - begin)
  if (outcome !== 'failed' && milliseconds < SLOW) return
  log('warn', outcome === 'failed' ? 'a batch could not be run' : 'a batch was slow', {
    requestId: requestIdOf(request),
    role: pool?.role,
    ...(failure === null ? {} : { code: failure.code, reason: failure.message }),
    milliseconds,
    waitedMilliseconds: Math.round(waited),
  })
}

/** As the Worker sent it; nobody else may write anything of their own into the log. */
const requestIdOf = (request: IncomingMessage): string | undefined => /^[0-9a-f-]{36}$/.exec(String(request.headers['x-request-id']))?.[0]

function send(response: ServerResponse, status: number, body: unknown): void {
  const text = Buffer.from(JSON.stringify(body))
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': text.length })
  response.end(text)
}

async function readBody(request: IncomingMessage): Promise<Record<string, unknown>> {
  const parts: Buffer[] = []
  let bytes = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length
    if (bytes > MAX_BODY_BYTES) throw refusal('54000', 'The request is larger than 64 MB.')
    parts.push(part)
  }
  try {
    const body: unknown = JSON.parse(Buffer.concat(parts).toString('utf8'))
    if (typeof body === 'object' && body !== null) return body as Record<string, unknown>
  } catch {
    // told below
  }
  throw refusal('08P01', 'The body is not a JSON object.')
}

/** A connection that prepared a statement before a migration changed its columns refuses it, nothing done (0A000): another connection is asked. */
async function withFreshPlans<Result>(
  pool: pg.Pool,
  onConnected: (milliseconds: number) => void,
  use: (client: pg.PoolClient) => Promise<Result>,
): Promise<Result> {
  for (let stale = 0; ; stale++) {
    try {
      return await withConnection(pool, onConnected, use)
    } catch (error) {
      if (!isStalePlan(error) || stale >= pool.options.max) throw error
    }
  }
}

const isStalePlan = (error: unknown): boolean =>
  (error as { code?: string }).code === '0A000' && (error as Error).message.includes('cached plan must not change result type')

/** Runs `use` on a connection of the pool; a connection that broke, or whose plans are out of date, is thrown away. `onConnected` is told how long it took to get one. */
async function withConnection<Result>(
  pool: pg.Pool,
  onConnected: (milliseconds: number) => void,
  use: (client: pg.PoolClient) => Promise<Result>,
): Promise<Result> {
  const begin = performance.now()
  const client = await pool
    .connect()
    .catch((error: unknown) => {
      throw new Refusal(wireError(error, '08001'))
    })
    .finally(() => onConnected(performance.now() - begin))
  let broken: Error | undefined
  const onError = (error: Error) => {
    broken = error
  }
  client.on('error', onError)
  try {
    return await use(client)
  } catch (error) {
    if (!(error instanceof Refusal) && ((error as { severity?: string }).severity !== 'ERROR' || isStalePlan(error))) broken = error as Error
    throw error
  } finally {
    client.off('error', onError)
    client.release(broken)
  }
}

async function execute(client: pg.PoolClient, body: Record<string, unknown>, headers: IncomingHttpHeaders): Promise<unknown> {
  const asArray = headers['neon-array-mode'] === 'true'
  if (Array.isArray(body.queries)) {
    const statements = body.queries.map(statementOrRefuse)
    return { results: await executeBatch(client, beginStatement(headers), statements, asArray) }
  }
  return await executeOne(client, statementOrRefuse(body), asArray)
}

function statementOrRefuse(value: unknown): WireStatement {
  const statement = readStatement(value)
  if (statement === null) throw refusal('08P01', 'A statement is {"query": text, "params": array}.')
  return statement
}

const preparedNames = new Map<string, string>()

/** The name under which a connection keeps a statement parsed and planned; undefined when too many are kept already. */
function preparedName(text: string): string | undefined {
  const known = preparedNames.get(text)
  if (known !== undefined || preparedNames.size >= MAX_PREPARED) return known
  const name = `weir_${preparedNames.size}`
  preparedNames.set(text, name)
  return name
}

const ISOLATION: Record<string, string> = {
  ReadUncommitted: 'READ UNCOMMITTED',
  ReadCommitted: 'READ COMMITTED',
  RepeatableRead: 'REPEATABLE READ',
  Serializable: 'SERIALIZABLE',
}

function beginStatement(headers: IncomingHttpHeaders): string {
  const named = headers['neon-batch-isolation-level']
  const level = named === undefined ? undefined : ISOLATION[String(named)]
  if (named !== undefined && level === undefined) throw refusal('22023', `Unknown isolation level ${String(named)}.`)
  const readOnly = headers['neon-batch-read-only'] === 'true' ? ' READ ONLY' : ''
  const deferrable = headers['neon-batch-deferrable'] === 'true' ? ' DEFERRABLE' : ''
  return `BEGIN${level ? ` ISOLATION LEVEL ${level}` : ''}${readOnly}${deferrable}`
}

/** BEGIN, the statements and COMMIT leave together. After a failed statement PostgreSQL refuses the rest and turns COMMIT into ROLLBACK by itself. */
async function executeBatch(client: pg.PoolClient, begin: string, statements: WireStatement[], asArray: boolean): Promise<WireResult[]> {
  const outcomes = await Promise.allSettled([
    client.query(begin),
    ...statements.map((statement) => executeOne(client, statement, asArray)),
    client.query('COMMIT'),
  ])
  const failed = outcomes.find((outcome) => outcome.status === 'rejected')
  if (failed) throw failed.reason
  return outcomes.slice(1, -1).map((outcome) => (outcome as PromiseFulfilledResult<WireResult>).value)
}

async function executeOne(client: pg.PoolClient, { query, params = [] }: WireStatement, asArray: boolean): Promise<WireResult> {
  const name = preparedName(query)
  const config = {
    text: query,
    values: params.map(parameterText),
    queryMode: 'extended',
    ...(name === undefined ? {} : { name }),
    ...(asArray ? { rowMode: 'array' } : {}),
  }
  const result = (await client.query(config as pg.QueryConfig)) as pg.QueryResult<Record<string, string | null>>
  return {
    command: result.command,
    rowCount: result.rowCount,
    rowAsArray: asArray,
    fields: result.fields.map(({ name, dataTypeID, tableID, columnID, dataTypeSize, dataTypeModifier, format }) => ({
      name,
      dataTypeID,
      tableID,
      columnID,
      dataTypeSize,
      dataTypeModifier,
      format,
    })),
    rows: result.rows,
  }
}
