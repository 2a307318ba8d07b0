/** Where a PostgreSQL of a test or a bench keeps its data: in reach of the unprivileged user that it runs as when we are root. */
import { mkdirSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SYSTEM_DIRECTORY } from '../../server/postgres/binaries.ts'

/** The folder above all of them. */
export const postgresRoot = (): string => (process.getuid?.() === 0 ? SYSTEM_DIRECTORY : tmpdir())

/** A new, empty folder of this prefix. `startPostgres` gives it to the right user; whoever made it removes it. */
export function makePostgresDirectory(prefix: string): string {
  mkdirSync(postgresRoot(), { recursive: true, mode: 0o755 })
  return mkdtempSync(join(postgresRoot(), prefix))
}
