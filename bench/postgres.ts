/** An embedded PostgreSQL of the bench's own, with the settings of ours, whose rows and counters it may look at. */
import { chownSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { SYSTEM_DIRECTORY } from '../server/postgres/binaries.ts'
import { startPostgres } from '../server/postgres/start-postgres.ts'

const UNPRIVILEGED = 65534
const PASSWORD = 'bench'

export interface BenchedPostgres {
  /** For `--database-url` and whoever else connects: its user may do everything. */
  url: string
  pid: number
  /** Runs one statement as that user. */
  query<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>
  stop(): Promise<void>
}

export async function startBenchedPostgres(): Promise<BenchedPostgres> {
  const isRoot = process.getuid?.() === 0
  const base = isRoot ? SYSTEM_DIRECTORY : tmpdir()
  mkdirSync(base, { recursive: true, mode: 0o755 })
  const directory = mkdtempSync(path.join(base, 'bench-'))
  if (isRoot) chownSync(directory, UNPRIVILEGED, UNPRIVILEGED)
  const postgres = await startPostgres({ directory, password: PASSWORD, logFile: path.join(directory, 'log') })
  const url = `postgres://${postgres.user}:${PASSWORD}@localhost:${postgres.port}/${postgres.database}?host=${encodeURIComponent(postgres.host)}`
  const pool = new pg.Pool({ connectionString: url, max: 2 })
  pool.on('error', () => {})
  return {
    url,
    pid: postgres.pid,
    query: async (text, values) => (await pool.query(text, values)).rows,
    stop: async () => {
      await pool.end()
      await postgres.stop()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
