/** Throw-away folders of tests. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { SYSTEM_DIRECTORY } from '../../server/postgres/binaries.ts'

/** A new folder, removed when the test ends. */
export function temporaryFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'weir-test-')))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A name for a PostgreSQL folder that its unprivileged user can reach. The test removes what it makes there. */
export function postgresFolder(): string {
  if (process.getuid?.() !== 0) return join(mkdtempSync(join(tmpdir(), 'weir-test-')), 'postgres')
  mkdirSync(SYSTEM_DIRECTORY, { recursive: true, mode: 0o755 })
  return mkdtempSync(join(SYSTEM_DIRECTORY, 'test-'))
}
