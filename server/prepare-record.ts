/** Brings a database to what this version needs: schema, the two roles' passwords, the local workspace and its admin key. */
import { createHash, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import pg from 'pg'
import { mintSignInToken, SIGN_IN_LIFE } from '../api/auth/mint-sign-in-token.ts'
import { formatApiKey, parseApiKey } from '../core/api-key.ts'
import { newId } from '../core/ids.ts'
import { bootstrap } from '../db/local/bootstrap.ts'
import { MigrationError, migrate } from '../db/migrate.ts'
import { ControlPlaneError, type ControlPlaneErrorCode } from './errors.ts'
import { type Home, type Secrets, writeSecret } from './home.ts'

/** Cell code of every control plane on a laptop. */
export const LOCAL_CELL = 'local'

/** Who opens the printed link: there are no accounts of people on a laptop. */
const LOCAL_USER = { name: 'local', role: 'ADMIN' } as const

interface RecordToPrepare {
  /** Connects as somebody who may make roles. */
  owner: pg.ClientConfig
  home: Home
  secrets: Secrets
  /** Folder of the `.sql` files. */
  migrations: string
  /** Where the control plane will serve. */
  url: string
}

/** What the one who starts is told: the key of the local workspace's admin, and a link that signs in once. */
export interface PreparedRecord {
  adminKey: string
  signInUrl: string
}

/** Idempotent. Throws ControlPlaneError when this version cannot use the database. */
export async function prepareRecord({ owner, home, secrets, migrations, url }: RecordToPrepare): Promise<PreparedRecord> {
  const client = new pg.Client({ ...owner, connectionTimeoutMillis: 10_000 })
  client.on('error', () => {})
  try {
    await client.connect()
    await migrate(client, { passwords: { app: secrets.appPassword, system: secrets.systemPassword }, folder: pathToFileURL(`${migrations}/`) })
    const adminKey = readAdminKey(home)
    const { id, secret } = adminKey
    const { workspaceId } = await bootstrap(client, { adminKey: { id, secretHash: createHash('sha256').update(secret).digest('hex') } })
    const text = formatApiKey(adminKey)
    writeSecret(home.adminKey, `${text}\n`)
    const token = await mintSignInToken(secrets.tokenSecret, { workspaceId, userId: newId(), ...LOCAL_USER }, Date.now() + SIGN_IN_LIFE)
    return { adminKey: text, signInUrl: `${url}/sign-in?token=${token}` }
  } catch (error) {
    throw explain(error)
  } finally {
    await client.end().catch(() => {})
  }
}

/** The key in `local.key`; a new one when there is none, or something else. */
function readAdminKey(home: Home): { cell: string; id: string; secret: string } {
  try {
    const key = parseApiKey(readFileSync(home.adminKey, 'utf8').trim())
    if (key) return key
  } catch {
    // the first start
  }
  return { cell: LOCAL_CELL, id: newId(), secret: randomBytes(32).toString('base64url') }
}

const CODES: Record<MigrationError['code'], ControlPlaneErrorCode> = {
  DATABASE_NEWER: 'DATA_DIRECTORY_NEWER',
  DATABASE_CHANGED: 'DATA_DIRECTORY_BROKEN',
  DATABASE_SHARED: 'DATABASE_NOT_READY',
  DATABASE_TOO_OLD: 'DATABASE_NOT_READY',
  MIGRATION_FAILED: 'DATA_DIRECTORY_BROKEN',
}

/** What is wrong with a record, not with its server. */
const BEGINS_EMPTY = new Set<MigrationError['code']>(['DATABASE_NEWER', 'DATABASE_CHANGED', 'MIGRATION_FAILED'])

function explain(error: unknown): unknown {
  if (error instanceof MigrationError)
    return new ControlPlaneError(CODES[error.code], error.message, BEGINS_EMPTY.has(error.code) ? `${error.hint} (--fresh begins empty)` : error.hint)
  const { severity, code, message } = error as { severity?: string; code?: string; message: string }
  if (code === '28P01')
    return new ControlPlaneError(
      'DATA_DIRECTORY_BROKEN',
      'The database does not accept the password in secrets.json of the home.',
      'Put secrets.json back from a backup, or begin empty with --fresh.',
    )
  if (severity)
    return new ControlPlaneError(
      'DATABASE_NOT_READY',
      `The database refuses: ${message} (${code}).`,
      'Its user must be allowed to make roles and tables.',
    )
  return error
}
