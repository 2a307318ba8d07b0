/**
 * A control plane for one test: empty, on a free port, in a home of its own that goes with it. What makes a first start slow (initdb, migrations) was done
 * once, in a template that is kept beside the user's caches and copied.
 *
 * 1. A template is whole or not there: it is made beside its name and renamed. Its name tells the schema and the PostgreSQL it is of, so it is never brought up.
 * 2. Nothing of a test survives it, so PostgreSQL does not wait for the disk.
 */
import { execFile } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import {
  appendFileSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import pg from 'pg'
import { migrate } from '../db/migrate.ts'
import { migrationsFolder } from './built-parts.ts'
import { type ControlPlane, startControlPlane } from './control-plane.ts'
import { type Home, openHome, openSecrets, type Secrets, writeSecret } from './home.ts'
import { POSTGRES_MAJOR, SYSTEM_DIRECTORY } from './postgres/binaries.ts'
import { removePostgresData, startPostgres } from './postgres/start-postgres.ts'

/** What changes when templates are made in another way. */
const KIND = '1'

const FOR_TESTS = ['fsync = off', 'synchronous_commit = off', 'full_page_writes = off']

interface TestControlPlaneOptions {
  /** Factor for all durations of the protocol; 1 by default. */
  timeScale?: number
  /** Told what goes wrong while it serves, a line each. */
  log?: (message: string) => void
}

/** Starts one. Its `stop` also removes the home and all data. Throws ControlPlaneError. */
export async function startTestControlPlane({ timeScale, log }: TestControlPlaneOptions = {}): Promise<ControlPlane> {
  const template = await findTemplate()
  const home = openHome(realpathSync(mkdtempSync(join(tmpdir(), 'weir-test-'))))
  const remove = async () => {
    await removePostgresData(home.postgres)
    rmSync(home.root, { recursive: true, force: true })
    rmSync(home.run, { recursive: true, force: true })
  }
  try {
    await copyTemplate(template, home)
    const plane = await startControlPlane({ home: home.root, port: 0, timeScale, log })
    const { url, signInUrl, adminKey, home: root, sweep } = plane
    const stop = () => plane.stop().then(remove)
    return {
      url,
      signInUrl,
      adminKey,
      home: root,
      sweep,
      stop,
      get pids() {
        return plane.pids
      },
    }
  } catch (error) {
    await remove()
    throw error
  }
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
  const postgres = await startPostgres({ directory, password: secrets.ownerPassword, logFile, settings: { fsync: 'off' } })
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
  appendFileSync(join(directory, 'data', 'postgresql.conf'), `\n${FOR_TESTS.join('\n')}\n`)
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
