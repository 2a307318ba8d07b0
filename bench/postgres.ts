/** An embedded PostgreSQL of the bench's own, with the settings of ours, whose rows and counters it may look at. */
import { rmSync } from 'node:fs'
import path from 'node:path'
import pg from 'pg'
import { startPostgres } from '../server/postgres/start-postgres.ts'
import { makePostgresDirectory } from '../test/support/postgres-directory.ts'

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
  const directory = makePostgresDirectory('bench-')
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
