/** The record behind Worker tests: one PostgreSQL with our schema for the whole run, and the SQL door on a Unix socket, as on a laptop. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { migrate } from '../../db/migrate.ts'
import { removePostgresData, startPostgres } from '../../server/postgres/start-postgres.ts'
import { openSqlDoor } from '../../server/sql-door/sql-door.ts'
import { postgresFolder } from './folder.ts'
import { TEST_DATABASE_URL, TEST_SYSTEM_DATABASE_URL } from './worker-bindings.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    sqlSocket: string
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'weir-worker-test-'))
  const directory = postgresFolder()
  const postgres = await startPostgres({
    directory,
    password: 'owner',
    logFile: join(folder, 'postgres.log'),
    settings: { fsync: 'off', synchronous_commit: 'off' },
  })
  const owner = new pg.Client(postgres)
  await owner.connect()
  await migrate(owner, { passwords: { app: 'app', system: 'system' } })
  await owner.end()
  const socket = join(folder, 'sql.sock')
  const role = (connectionString: string, user: string, password: string) => ({
    connectionString,
    connections: 8,
    connect: { host: postgres.host, port: postgres.port, user, password, database: postgres.database },
  })
  const door = await openSqlDoor(socket, [role(TEST_DATABASE_URL, 'weir_app', 'app'), role(TEST_SYSTEM_DATABASE_URL, 'weir_system', 'system')])
  project.provide('sqlSocket', socket)
  return async () => {
    await door.close()
    await postgres.stop()
    await removePostgresData(directory)
    rmSync(folder, { recursive: true, force: true })
  }
}
