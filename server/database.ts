/** The record of a local control plane: an embedded PostgreSQL that is started again when it ends, or a server that somebody else runs. */
import pg from 'pg'
import { ControlPlaneError } from './errors.ts'
import type { Home, Secrets } from './home.ts'
import { type RunningPostgres, startPostgres } from './postgres/start-postgres.ts'

/** How to reach it, as its owner. */
export interface Database {
  owner: pg.ClientConfig
  /** Of the embedded server; null for somebody else's. */
  readonly pid: number | null
  /** Resolves when it is gone, or after 3 s while it ends: it is not killed over its last checkpoint. */
  stop(): Promise<void>
}

const FIRST_PAUSE = 100
const LONGEST_PAUSE = 5000
/** How long `stop` waits for the last checkpoint: the control plane ends within 5 s, and `endPostgres` goes on without it. */
const CHECKPOINT_PATIENCE = 3000

/** Starts the embedded PostgreSQL of a home. `log` is told when it ends by itself; it is started again until `stop`. */
export async function startEmbeddedDatabase(home: Home, secrets: Secrets, logFile: string, log: (message: string) => void): Promise<Database> {
  const start = () => startPostgres({ directory: home.postgres, password: secrets.ownerPassword, logFile, log })
  let stopping = false
  let pause: { over: Promise<void>; end: () => void } | null = null
  let comingBack: Promise<void> = Promise.resolve()
  let running: RunningPostgres = await start()

  const watch = () =>
    running.onCrash((message) => {
      log(`${message}; it starts again`)
      comingBack = comeBack()
    })
  const comeBack = async () => {
    for (let wait = FIRST_PAUSE; !stopping; wait = Math.min(wait * 2, LONGEST_PAUSE)) {
      pause = makePause(wait)
      await pause.over
      if (stopping) return
      try {
        running = await start()
        watch()
        log('PostgreSQL is back')
        return
      } catch (error) {
        log((error as Error).message)
      }
    }
  }
  watch()
  return {
    // pg takes what is not said here from PGSSLMODE and PGOPTIONS, which are meant for other servers.
    owner: {
      host: running.host,
      port: running.port,
      user: running.user,
      password: running.password,
      database: running.database,
      ssl: false,
      options: '-c client_encoding=UTF8',
    },
    get pid() {
      return running.pid
    },
    stop: async () => {
      stopping = true
      pause?.end()
      const ended = comingBack.then(() => running.stop())
      const patience = makePause(CHECKPOINT_PATIENCE)
      const inTime = await Promise.race([ended.then(() => true), patience.over.then(() => false)]).finally(patience.end)
      if (!inTime)
        log(
          `PostgreSQL (process ${running.pid}) is still ending, which a slow disk draws out. It is left to end by itself; the next start waits for it.`,
        )
    },
  }
}

function makePause(milliseconds: number): { over: Promise<void>; end: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, milliseconds)
  return {
    over: promise,
    end: () => {
      clearTimeout(timer)
      resolve()
    },
  }
}

/** What `sslmode` may be; the driver takes anything else for a wish to verify. */
const SSL_MODES = ['disable', 'no-verify', 'prefer', 'require', 'verify-ca', 'verify-full']

/** Codes of certificates that nobody here vouches for. */
const UNTRUSTED = /CERT|UNABLE_TO_VERIFY/

/** A PostgreSQL that somebody else runs (`--database-url`), 15 or later; its user must be allowed to make roles. Throws DATABASE_NOT_READY. */
export async function useDatabase(url: string, connections = 1): Promise<Database> {
  const refused = (message: string, hint: string) => new ControlPlaneError('DATABASE_NOT_READY', message, hint)
  const parsed = URL.parse(url)
  if (parsed === null || !/^postgres(ql)?:$/.test(parsed.protocol))
    throw refused('The database URL is not one of PostgreSQL.', 'It looks like postgres://user:password@host:5432/database.')
  const sslmode = parsed.searchParams.get('sslmode')
  if (sslmode !== null && !SSL_MODES.includes(sslmode))
    throw refused(`The database URL has sslmode=${sslmode.slice(0, 50)}.`, `Expected one of ${SSL_MODES.join(', ')}.`)
  let client: pg.Client
  try {
    client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 })
  } catch (error) {
    throw refused(
      `The database URL cannot be used: ${(error as Error).message}.`,
      'sslrootcert, sslcert and sslkey name files that this process can read.',
    )
  }
  client.on('error', () => {})
  try {
    await client.connect()
    const { rows } = await client.query<{ version: string; text: string; most: number }>(
      "select current_setting('server_version_num')::int as version, version() as text, current_setting('max_connections')::int as most",
    )
    if (Number(rows[0]?.version) < 150_000) throw refused(`${parsed.host} runs ${rows[0]?.text}.`, 'Weir needs PostgreSQL 15 or later.')
    if (connections > Number(rows[0]?.most))
      throw refused(
        `${parsed.host} lets in ${rows[0]?.most} connections, and ${connections} are wanted.`,
        'Start with a smaller --database-connections, or raise max_connections.',
      )
  } catch (error) {
    if (error instanceof ControlPlaneError) throw error
    const { code = '' } = error as { code?: string }
    if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
      throw refused(`The certificate of ${parsed.host} is for another name: ${(error as Error).message}`, 'Name the host as its certificate does.')
    if (UNTRUSTED.test(code))
      throw refused(
        `The certificate of ${parsed.host} is not trusted (${code}).`,
        'Add sslrootcert=FILE to the URL, with the certificate of its authority.',
      )
    throw refused(
      `The database at ${parsed.host}${parsed.pathname} cannot be used: ${(error as Error).message}.`,
      'Look at the address, the user and the password.',
    )
  } finally {
    await client.end().catch(() => {})
  }
  return { owner: { connectionString: url }, pid: null, stop: async () => {} }
}
