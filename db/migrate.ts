/**
 * Brings a database to this code's schema: roles, then every file of db/migrations that the ledger does not name, one transaction a file.
 * Runs in Node, over one connection whose user may create roles (a superuser, or Neon's owner role); PostgreSQL 15 or later.
 * A ledger that knows more than this code, or knows another text of the same file, stops it: nothing is touched.
 */
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'

/** One connection: a `pg` Client, or whatever looks like one. */
export interface MigrationClient {
  query(text: string, values?: unknown[]): Promise<{ rows: Record<string, unknown>[] }>
}

interface MigrateOptions {
  /** Passwords to give to the two roles; left out = they keep theirs. Refused where they are another control plane's. */
  passwords?: { app: string; system: string }
  /** Where the `.sql` files are: a folder's URL with a slash at its end. */
  folder?: URL
  /** No file after this number; all by default. */
  upTo?: number
}

interface Migrated {
  /** Names of the files applied now. */
  applied: string[]
  /** Number of the newest file. */
  schemaVersion: number
}

/** Why a database cannot be used by this code. */
export class MigrationError extends Error {
  readonly code: 'DATABASE_NEWER' | 'DATABASE_CHANGED' | 'DATABASE_SHARED' | 'DATABASE_TOO_OLD' | 'MIGRATION_FAILED'
  readonly hint: string
  constructor(code: MigrationError['code'], message: string, hint: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'MigrationError'
    this.code = code
    this.hint = hint
  }
}

const OLDEST_SERVER = 15
/** Partitions are made so many days ahead. */
const PARTITION_DAYS_AHEAD = 14

/** Idempotent; two at once wait for each other. */
export async function migrate(
  client: MigrationClient,
  { passwords, folder = new URL('./migrations/', import.meta.url), upTo = Number.POSITIVE_INFINITY }: MigrateOptions = {},
): Promise<Migrated> {
  await requireServer(client)
  const files = (await readMigrations(folder)).filter(({ number }) => number <= upTo)
  await client.query('select pg_advisory_lock(hashtextextended($1, 0))', ['weir/migrate'])
  try {
    if (passwords) await requireServerOfItsOwn(client)
    await makeRoles(client, passwords)
    const applied = await applyMissing(client, files)
    await asSystem(client, () => client.query('select make_partitions($1)', [PARTITION_DAYS_AHEAD]))
    return { applied, schemaVersion: files.at(-1)?.number ?? 0 }
  } finally {
    await client.query('select pg_advisory_unlock(hashtextextended($1, 0))', ['weir/migrate'])
  }
}

interface MigrationFile {
  number: number
  name: string
  text: string
  checksum: string
}

async function readMigrations(folder: URL): Promise<MigrationFile[]> {
  const names = (await readdir(folder)).filter((name) => /^\d{4}_[a-z0-9_]+\.sql$/.test(name)).sort()
  return Promise.all(
    names.map(async (name) => {
      const text = await readFile(new URL(name, folder), 'utf8')
      return { number: Number(name.slice(0, 4)), name, text, checksum: createHash('sha256').update(text).digest('hex') }
    }),
  )
}

async function requireServer(client: MigrationClient): Promise<void> {
  const { rows } = await client.query('show server_version_num')
  const major = Math.floor(Number(rows[0]?.server_version_num) / 10_000)
  if (major >= OLDEST_SERVER) return
  throw new MigrationError('DATABASE_TOO_OLD', `The database is PostgreSQL ${major}; Weir needs ${OLDEST_SERVER} or later.`, 'Use a newer server.')
}

/**
 * Roles belong to a whole server: giving them new passwords for a new database would lock out the control plane of another one. Throws DATABASE_SHARED for a
 * database without a record, beside one that has one.
 */
export async function requireServerOfItsOwn(client: MigrationClient): Promise<void> {
  const { rows } = await client.query(
    `select datname from pg_shdepend join pg_database d on d.oid = dbid
     where refclassid = 'pg_authid'::regclass and refobjid = (select oid from pg_roles where rolname = 'weir_system')
       and datname <> current_database() and to_regclass('public.migrations') is null
     limit 1`,
  )
  if (rows[0] === undefined) return
  throw new MigrationError(
    'DATABASE_SHARED',
    `The database "${rows[0].datname}" of this server has a record of Weir, and the roles weir_app and weir_system, which belong to the whole server, are in its use.`,
    'Give each control plane a PostgreSQL server (a project at Neon) of its own, or drop that database when nobody needs it.',
  )
}

async function makeRoles(client: MigrationClient, passwords: MigrateOptions['passwords']): Promise<void> {
  for (const [role, password] of [
    ['weir_app', passwords?.app],
    ['weir_system', passwords?.system],
  ] as const) {
    const { rows } = await client.query('select 1 from pg_roles where rolname = $1', [role])
    // Nothing is said of BYPASSRLS: a new role has none, and on managed servers only a superuser may say so.
    if (rows.length === 0) await client.query(`create role ${role} login`)
    if (password !== undefined) {
      const { rows: statements } = await client.query('select format($1, $2::text) as text', [`alter role ${role} password %L`, password])
      await client.query(String(statements[0]?.text))
    }
  }
  // The oldest transaction holds every live view back (db/schema/changes.ts), so none of ours lasts long. Files of db/migrations run over a connection of
  // another role, whose own setting holds.
  for (const role of ['weir_app', 'weir_system']) await client.query(`alter role ${role} set statement_timeout = '5s'`)
  // Since PostgreSQL 16 whoever makes a role without being a superuser may give it to others, and has to give it to itself before becoming it.
  const { rows: versions } = await client.query(`select current_setting('server_version_num')::int >= 160000 as knows_set`)
  const privilege = versions[0]?.knows_set === true ? 'set' : 'member'
  const { rows } = await client.query(`select pg_has_role(current_user, 'weir_system', $1) as may`, [privilege])
  if (rows[0]?.may !== true) await client.query('grant weir_system to current_user')
  await client.query('grant usage, create on schema public to weir_system')
}

async function applyMissing(client: MigrationClient, files: MigrationFile[]): Promise<string[]> {
  await asSystem(client, () =>
    client.query(
      `create table if not exists migrations (number integer primary key, name text not null, checksum text not null, applied_at timestamptz not null default now())`,
    ),
  )
  const { rows } = await client.query('select number, name, checksum from migrations order by number')
  const ledger = new Map(rows.map((row) => [row.number as number, row as { name: string; checksum: string }]))
  const known = new Map(files.map((file) => [file.number, file]))
  for (const [number, row] of ledger) {
    const file = known.get(number)
    if (!file) {
      throw new MigrationError(
        'DATABASE_NEWER',
        `The database has migration ${row.name}, which this version of Weir does not know.`,
        'Use the version of Weir that made it, or a newer one; or begin with an empty database.',
      )
    }
    if (file.checksum !== row.checksum) {
      throw new MigrationError(
        'DATABASE_CHANGED',
        `Migration ${row.name} was applied to this database with another text than the one here.`,
        'The database was made by an unreleased version of Weir: begin with an empty one.',
      )
    }
  }
  const missing = files.filter((file) => !ledger.has(file.number))
  for (const file of missing) await applyFile(client, file)
  return missing.map((file) => file.name)
}

async function applyFile(client: MigrationClient, file: MigrationFile): Promise<void> {
  await client.query('begin')
  try {
    await client.query('set local role weir_system')
    await client.query(file.text)
    await client.query('insert into migrations (number, name, checksum) values ($1, $2, $3)', [file.number, file.name, file.checksum])
    await client.query('commit')
  } catch (error) {
    await client.query('rollback')
    const said = error instanceof Error ? error.message : String(error)
    throw new MigrationError(
      'MIGRATION_FAILED',
      `Migration ${file.name} failed and was rolled back: ${said}`,
      'Nothing of it was written; report it with this message.',
      error,
    )
  }
}

/** Tables belong to `weir_system`, so it makes and changes them. */
async function asSystem(client: MigrationClient, work: () => Promise<unknown>): Promise<void> {
  await client.query('set role weir_system')
  try {
    await work()
  } finally {
    await client.query('reset role')
  }
}
