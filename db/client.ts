/**
 * The way to the record: Neon's HTTP wire, one statement or one non-interactive batch = one round trip.
 * 1. Every batch first says which workspace it is for; row-level security lets nothing else through (role `weir_app` has no way around it).
 * 2. A deadlock (40P01) or serialization failure (40001) has written nothing, so the batch is sent again.
 * 3. A batch of a credential that does not hold any more is refused by the database itself, before anything of it runs: `CredentialEnded`.
 * 4. Whatever keeps Postgres from answering is a `DatabaseUnavailable`; every other failure is a `DatabaseError` with its SQLSTATE.
 *    Neither message carries SQL, parameters or credentials.
 */
import { type NeonDbError, neon, neonConfig } from '@neondatabase/serverless'
import { type SQL, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/neon-http'
import type { Query, QueryBuilder, Statement } from './statement.ts'

/** The record as one workspace sees it. */
export interface Db {
  readonly workspaceId: string
  /** Batches sent so far, each one round trip (re-sends included). */
  readonly roundTrips: number
  /** One statement, one round trip. */
  run<Answer>(statement: Statement<Answer>): Promise<Answer>
  /** Several statements in one transaction and one round trip, in order. Each sees what those before it wrote. */
  batch<const Statements extends readonly Statement<unknown>[]>(...statements: Statements): Promise<Answers<Statements>>
}

export type Answers<Statements extends readonly Statement<unknown>[]> = {
  -readonly [Index in keyof Statements]: Statements[Index] extends Statement<infer Answer> ? Answer : never
}

/** What a request showed to be let in. Every batch sent for it asks whether it still holds. */
export type Credential = { apiKeyId: string } | { sessionId: string }

export interface Connection {
  /** The record seen as this workspace. Cheap: made once per request. With a credential, batches throw CredentialEnded once it does not hold any more. */
  inWorkspace(workspaceId: string, credential?: Credential | null): Db
}

export interface ConnectOptions {
  /** `postgres://role:password@host/database`. */
  url: string
  /** How requests travel; the `SQL` service binding's `fetch` locally, the runtime's own otherwise. */
  fetch?: typeof fetch
}

/** Postgres cannot be reached, or refuses to serve for the moment. Nothing is known to be written; the caller may try again. */
export class DatabaseUnavailable extends Error {
  readonly code = 'DATABASE_UNAVAILABLE'
  constructor(cause: unknown) {
    super('The database cannot be reached.', { cause })
    this.name = 'DatabaseUnavailable'
  }
}

/** Postgres refused a statement: a violated constraint, a policy, a mistake of ours. Nothing of the batch was written. */
export class DatabaseError extends Error {
  /** SQLSTATE. */
  readonly code: string
  readonly constraint: string | null
  constructor(cause: Pick<NeonDbError, 'code' | 'constraint' | 'message'>) {
    super(`The database refused a statement (${cause.code ?? 'unknown'}): ${cause.message}`, { cause })
    this.name = 'DatabaseError'
    this.code = cause.code ?? 'XX000'
    this.constraint = cause.constraint ?? null
  }
}

/** The API key was revoked or has expired, or the session has ended, since its request was let in. Nothing of the batch was written. */
export class CredentialEnded extends Error {
  readonly code = 'CREDENTIAL_ENDED'
  constructor() {
    super('The credential does not hold any more.')
    this.name = 'CredentialEnded'
  }
}

const ATTEMPTS = 5

/** Opens no connection: every batch is a request of its own. */
export function connect(options: ConnectOptions): Connection {
  const query = queryBuilder(options)
  return { inWorkspace: (workspaceId, credential = null) => new WorkspaceDb(query, workspaceId, credential) }
}

class WorkspaceDb implements Db {
  readonly workspaceId: string
  readonly #query: QueryBuilder
  readonly #credential: Credential | null
  #roundTrips = 0

  constructor(query: QueryBuilder, workspaceId: string, credential: Credential | null) {
    this.#query = query
    this.workspaceId = workspaceId
    this.#credential = credential
  }

  get roundTrips(): number {
    return this.#roundTrips
  }

  async run<Answer>(statement: Statement<Answer>): Promise<Answer> {
    const [answer] = await this.batch(statement)
    return answer as Answer
  }

  async batch<const Statements extends readonly Statement<unknown>[]>(...statements: Statements): Promise<Answers<Statements>> {
    const enter = () => this.#query.execute(enterWorkspace(this.workspaceId, this.#credential)) as unknown as Query
    const results = await send(
      this.#query,
      () => [enter(), ...statements.map((one) => one.build(this.#query, this.workspaceId))],
      () => {
        this.#roundTrips += 1
      },
    )
    return statements.map((one, index) => one.read(results[index + 1])) as unknown as Answers<Statements>
  }
}

/** Says for which workspace a batch is; with a credential, refuses the batch when that does not hold any more (`enter_workspace` of db/migrations). */
const enterWorkspace = (workspaceId: string, credential: Credential | null): SQL => {
  if (credential === null) return sql`select set_config('app.workspace_id', ${workspaceId}, true)`
  const { apiKeyId = null, sessionId = null } = credential as Partial<Record<'apiKeyId' | 'sessionId', string>>
  return sql`select enter_workspace(${workspaceId}::uuid, ${apiKeyId}::uuid, ${sessionId}::uuid)`
}

/** Sends a batch; a deadlock is tried again. `queries` builds anew for each attempt, `onRoundTrip` is told of each. */
export async function send(query: QueryBuilder, queries: () => Query[], onRoundTrip: () => void): Promise<unknown[]> {
  for (let attempt = 1; ; attempt++) {
    onRoundTrip()
    try {
      return (await query.batch(queries() as [Query, ...Query[]])) as unknown[]
    } catch (error) {
      const failure = failureOf(error)
      if (!(failure instanceof DatabaseError) || !RETRIED.has(failure.code) || attempt === ATTEMPTS) throw failure
    }
  }
}

/** Drizzle over one connection string. */
export function queryBuilder({ url, fetch: door }: ConnectOptions): QueryBuilder {
  // The driver's fetch is process-global while doors belong to a client. What is given as fetchOptions is merged into the request's init,
  // so each client's door travels there and the one global function picks it up.
  neonConfig.fetchFunction = sendThroughDoor
  return drizzle(neon(url, { fetchOptions: { door } }))
}

const sendThroughDoor = (url: string, { door = fetch, ...init }: RequestInit & { door?: typeof fetch }) => door(url, init)

const RETRIED = new Set(['40P01', '40001'])
/** SQLSTATE with which `enter_workspace` refuses a batch. */
const CREDENTIAL_ENDED = 'WR401'

/** SQLSTATEs that say nothing of the statement: connection lost, out of resources, timed out, shutting down or starting, not let in. */
const UNAVAILABLE = /^(08|53|57014$|57P0[1-5]|3D000$|28)/

function failureOf(error: unknown): unknown {
  // Something answered that is no database: the driver could not parse it.
  if (error instanceof SyntaxError) return new DatabaseUnavailable(error)
  if (!(error instanceof Error) || error.name !== 'NeonDbError') return error
  const { code, sourceError } = error as NeonDbError
  if (code === undefined || code === '' || sourceError || UNAVAILABLE.test(code)) return new DatabaseUnavailable(error)
  if (code === CREDENTIAL_ENDED) return new CredentialEnded()
  return new DatabaseError(error as NeonDbError)
}
