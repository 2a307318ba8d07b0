/**
 * `weir server restore`: a backup into an empty control plane, in one transaction. The record is made as the backup had it, filled, checked, and brought to this
 * version. What was running then is judged when the control plane starts: its workers come back, or they are silent.
 */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import pg from 'pg'
import { MigrationError, migrate } from '../../db/migrate.ts'
import { migrationsFolder } from '../built-parts.ts'
import { type Database, startEmbeddedDatabase, useDatabase } from '../database.ts'
import { ControlPlaneError } from '../errors.ts'
import { defaultHome, type Home, openHome, openSecrets, writeSecret } from '../home.ts'
import { takeLock } from '../lock.ts'
import { type BackupReader, readBackupFile } from './backup-file.ts'
import { copyIn } from './copy.ts'
import { bringBack, forgetAside, setAside, undoRestore } from './set-aside.ts'
import { listTables, quote, quoteAll } from './tables.ts'

interface RestoreOptions {
  file: string
  /** As of `startControlPlane`. */
  home?: string
  databaseUrl?: string
  /** Remove the control plane that is in the home now. A database of your own is never emptied. */
  force?: boolean
}

export interface RestoreSummary {
  tables: number
  /** When the backup was made. */
  createdAt: string
  /** Blocks with secrets for which this home has no key yet: `secrets.key` is to be put into it before it is started. */
  blocksWithoutKey: number
}

/** Throws ControlPlaneError; then nothing was restored, and what was there before still is. */
export async function restore({ file, home: path = defaultHome(), databaseUrl, force = false }: RestoreOptions): Promise<RestoreSummary> {
  // All of it once, before anything is touched.
  await check(file)
  const reader = await readBackupFile(file)
  const ends: (() => Promise<void> | void)[] = [() => reader.close()]
  try {
    const home = openHome(path)
    const lock = await takeLock(home.lock)
    ends.push(() => lock.release())
    await makeRoom(home, force)
    try {
      const database = await openDatabase(home, databaseUrl, ends)
      const { tables, sealedBlocks } = await fill(database, home, reader)
      forgetAside(home)
      return { tables, createdAt: reader.header.createdAt, blocksWithoutKey: existsSync(home.secretsKey) ? 0 : sealedBlocks }
    } catch (error) {
      for (const end of ends.splice(2).reverse()) await end()
      await undoRestore(home)
      throw error
    }
  } catch (error) {
    if (error instanceof ControlPlaneError) throw error
    if (error instanceof MigrationError) throw new ControlPlaneError('RESTORE_FAILED', error.message, error.hint)
    throw new ControlPlaneError('RESTORE_FAILED', `The restore failed: ${(error as Error).message}.`, 'Nothing was restored.')
  } finally {
    for (const end of ends.reverse()) await end()
  }
}

/** Whether the whole file is what was written, and of a schema that this version knows. */
async function check(file: string): Promise<void> {
  const reader = await readBackupFile(file)
  try {
    const { schemaVersion, product } = reader.header
    const known = Math.max(...readdirSync(migrationsFolder()).map((name) => Number.parseInt(name, 10) || 0))
    if (schemaVersion > known) throw newer(schemaVersion, known, product)
    for await (const { rows } of reader.tables()) for await (const _ of rows);
  } finally {
    reader.close()
  }
}

const newer = (wanted: number, known: number, product: string): ControlPlaneError =>
  new ControlPlaneError(
    'BACKUP_NEWER',
    `The backup is of schema version ${wanted}, and this version of Weir knows ${known}.`,
    `Restore it with weirflow-server ${product} or newer.`,
  )

async function makeRoom(home: Home, force: boolean): Promise<void> {
  await bringBack(home)
  if (!existsSync(home.secrets) && !existsSync(join(home.postgres, 'data'))) return
  if (!force)
    throw new ControlPlaneError(
      'HOME_NOT_EMPTY',
      `There is a control plane in ${home.root} already.`,
      'Set WEIR_HOME to another folder, or replace that one for good with --force.',
    )
  await setAside(home)
}

async function openDatabase(home: Home, databaseUrl: string | undefined, ends: (() => Promise<void> | void)[]): Promise<Database> {
  const { secrets } = openSecrets(home)
  const database =
    databaseUrl === undefined ? await startEmbeddedDatabase(home, secrets, join(home.logs, 'postgres.log'), () => {}) : await useDatabase(databaseUrl)
  ends.push(() => database.stop())
  return database
}

/** Answers how many tables were filled, and how many blocks have secrets. */
async function fill(database: Database, home: Home, reader: BackupReader): Promise<{ tables: number; sealedBlocks: number }> {
  const { header } = reader
  const { secrets } = openSecrets(home)
  const client = new pg.Client(database.owner)
  client.on('error', () => {})
  await client.connect()
  try {
    const { rows } = await client.query<{ used: boolean }>(`select to_regclass('public.migrations') is not null as used`)
    if (rows[0]?.used)
      throw new ControlPlaneError(
        'HOME_NOT_EMPTY',
        'There is a record in that database already.',
        'Name an empty one: drop and create it, or use another name.',
      )
    const folder = pathToFileURL(`${migrationsFolder()}/`)
    const passwords = { app: secrets.appPassword, system: secrets.systemPassword }
    const { schemaVersion } = await migrate(client, { passwords, folder, upTo: header.schemaVersion })
    if (schemaVersion !== header.schemaVersion) throw newer(header.schemaVersion, schemaVersion, header.product)
    const known = new Set((await listTables(client)).map(({ name }) => name))
    let tables = 0
    await client.query('begin')
    await client.query('set local statement_timeout = 0')
    await client.query('set local role weir_system')
    for await (const { name, columns, rows } of reader.tables()) {
      if (!known.has(name)) throw new Error(`the backup has a table ${name}, which schema version ${schemaVersion} has not`)
      // Not straight into the table: COPY refuses one with row-level security from everybody but a superuser.
      await client.query(`create temp table arriving on commit drop as select ${quoteAll(columns)} from ${quote(name)} with no data`)
      await copyIn(client, `arriving (${quoteAll(columns)})`, rows)
      await client.query(`insert into ${quote(name)} (${quoteAll(columns)}) select ${quoteAll(columns)} from arriving`)
      await client.query('drop table arriving')
      tables += 1
    }
    await client.query('commit')
    await migrate(client, { folder })
    writeSecret(home.secrets, `${JSON.stringify({ ...secrets, tokenSecret: header.secrets.tokenSecret }, null, 2)}\n`)
    if (header.secrets.adminKey !== null) writeSecret(home.adminKey, `${header.secrets.adminKey}\n`)
    await client.query('set role weir_system')
    const { rows: blocks } = await client.query<{ sealed: string }>(`select count(*) as sealed from blocks where key_ids <> '{}'`)
    return { tables, sealedBlocks: Number(blocks[0]?.sealed) }
  } finally {
    await client.end().catch(() => {})
  }
}
