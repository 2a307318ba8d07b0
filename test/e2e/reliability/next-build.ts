/** The version after this one, as an upgrade brings it: other code in the Worker, and a migration that the database has not seen. */
import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { expect } from 'vitest'
import { BUILT_SERVER } from '../../support/control-plane.ts'
import { temporaryFolder } from './worker.ts'

export interface NextBuild {
  /** Its module, as BUILT_SERVER. */
  server: string
  migrations: URL
}

/** It touches the table that every claim and every report writes. */
const MIGRATION = `
alter table flow_runs add column next_version text not null default 'next';
create index flow_runs_by_next_version on flow_runs (workspace_id, next_version);
`

/** Makes it from the present build; its `/healthz` names it. Removed at the end of the file. */
export function makeNextBuild(): NextBuild {
  const home = temporaryFolder()
  const dist = join(home, 'dist')
  const present = dirname(fileURLToPath(BUILT_SERVER))
  cpSync(present, dist, { recursive: true })
  symlinkSync(join(present, '..', '..', 'node_modules'), join(home, 'node_modules'))
  const about = JSON.parse(readFileSync(join(present, '..', 'package.json'), 'utf8')) as object
  writeFileSync(join(home, 'package.json'), JSON.stringify({ ...about, version: '9999.0.0' }))
  const worker = join(dist, 'worker', 'index.js')
  const code = readFileSync(worker, 'utf8')
  const changed = code.replace('c.json({ status: "ok" })', 'c.json({ status: "ok", build: "next" })')
  expect(changed).not.toBe(code)
  writeFileSync(worker, changed)
  writeFileSync(join(dist, 'migrations', '9999_next.sql'), MIGRATION)
  return { server: pathToFileURL(join(dist, 'index.mjs')).href, migrations: pathToFileURL(`${join(dist, 'migrations')}/`) }
}
