/**
 * Homes that begin with a database that is made already. What makes a first start slow (initdb, migrations) was done once, in a template that is kept beside
 * the user's caches and copied. For tests: all homes that are filled so have the same passwords.
 *
 * A template is whole or not there: it is made beside its name and renamed. Its name tells the schema and the PostgreSQL it is of, so it is never brought up.
 */
import { execFile } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import pg from 'pg'
import { migrate } from '../db/migrate.ts'
import { migrationsFolder } from './built-parts.ts'
import { type Home, openSecrets, type Secrets, writeSecret } from './home.ts'
import { POSTGRES_MAJOR, SYSTEM_DIRECTORY } from './postgres/binaries.ts'
import { removePostgresData, startPostgres } from './postgres/start-postgres.ts'

/** What changes when templates are made in another way. */
const KIND = '2'

/** Gives an empty home its database, as a first start leaves it: the schema and not one row. Throws ControlPlaneError. */
export async function fillHome(home: Home): Promise<void> {
  await copyTemplate(await findTemplate(), home)
}

/** The template's folder; made when there is none of this schema yet. */
async function findTemplate(): Promise<string> {
  const folder = templatesFolder()
  const template = join(folder, `template-${schemaHash()}`)
  if (existsSync(join(template, 'secrets.json'))) return template
  const partial = mkdtempSync(join(folder, 'making-'))
  try {
    await makeTemplate(partial)
    renameSync(partial, template)
  } catch (error) {
    // Another start may have been faster.
    if (!existsSync(join(template, 'secrets.json'))) throw error
  } finally {
    await removePostgresData(partial)
  }
  return template
}

/** Where PostgreSQL's user can read it when root runs it; else the user's folder for what can be made again. */
function templatesFolder(): string {
  const asRoot = process.getuid?.() === 0
  const folder = asRoot ? join(SYSTEM_DIRECTORY, 'templates') : join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'weir')
  mkdirSync(folder, { recursive: true, mode: asRoot ? 0o755 : 0o700 })
  return folder
}

function schemaHash(): string {
  const hash = createHash('sha256').update(`${KIND} ${POSTGRES_MAJOR}`)
  const folder = migrationsFolder()
  for (const name of readdirSync(folder).sort()) hash.update(name).update(readFileSync(join(folder, name)))
  return hash.digest('hex').slice(0, 16)
}

async function makeTemplate(directory: string): Promise<void> {
  const make = (bytes: number) => randomBytes(bytes).toString('base64url')
  const secrets: Secrets = { ownerPassword: make(24), appPassword: make(24), systemPassword: make(24), tokenSecret: make(32) }
  const logFile = join(tmpdir(), `weir-template-${process.pid}.log`)
  // Little of the write-ahead log is kept: all of it is copied.
  const settings = { fsync: 'off', min_wal_size: '32MB' }
  const postgres = await startPostgres({ directory, password: secrets.ownerPassword, logFile, settings })
  try {
    const { host, port, user, password, database } = postgres
    const client = new pg.Client({ host, port, user, password, database, ssl: false, options: '-c client_encoding=UTF8' })
    await client.connect()
    try {
      const passwords = { app: secrets.appPassword, system: secrets.systemPassword }
      await migrate(client, { passwords, folder: pathToFileURL(`${migrationsFolder()}/`) })
    } finally {
      await client.end()
    }
  } finally {
    await postgres.stop()
    rmSync(logFile, { force: true })
  }
  rmSync(join(directory, 'sockets'), { recursive: true, force: true })
  writeSecret(join(directory, 'secrets.json'), `${JSON.stringify(secrets)}\n`)
}

/** The home gets the template's data and passwords, and a token secret of its own. */
async function copyTemplate(template: string, home: Home): Promise<void> {
  const secrets = JSON.parse(readFileSync(join(template, 'secrets.json'), 'utf8')) as Secrets
  writeSecret(home.secrets, `${JSON.stringify({ ...secrets, tokenSecret: randomBytes(32).toString('base64url') })}\n`)
  openSecrets(home)
  const { uid, gid } = statSync(join(template, 'data'))
  mkdirSync(home.postgres, { recursive: true, mode: 0o700 })
  if (process.getuid?.() === 0) chownSync(home.postgres, uid, gid)
  // Owners, modes and times as they are, which copying by Node does not keep.
  await promisify(execFile)('cp', ['-Rp', join(template, 'data'), join(home.postgres, 'data')])
}
