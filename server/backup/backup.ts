/**
 * `weir server backup`: the whole record at one instant, while the control plane serves. One read-only transaction; nobody waits for it, and it holds no live
 * view back, because it writes nothing.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { startEmbeddedDatabase, useDatabase } from '../database.ts'
import { ControlPlaneError } from '../errors.ts'
import { defaultHome, openHome, openSecrets } from '../home.ts'
import { readLock, takeLock } from '../lock.ts'
import { stillRuns } from '../processes/identity.ts'
import { type BackedUpTable, writeBackupFile } from './backup-file.ts'
import { copyOut } from './copy.ts'
import { PRODUCT_VERSION } from './product-version.ts'
import { listTables, quote, quoteAll } from './tables.ts'

interface BackupOptions {
  /** Where to write; a file that is there is replaced when the new one is whole. */
  file: string
  /** As of `startControlPlane`. */
  home?: string
  databaseUrl?: string
}

export interface BackupSummary {
  tables: number
  rows: number
  /** Rows as text, before they were packed. */
  bytes: number
  schemaVersion: number
}

/** Throws ControlPlaneError. */
export async function backUp({ file, home: path = defaultHome(), databaseUrl }: BackupOptions): Promise<BackupSummary> {
  const home = openHome(path)
  if (!existsSync(home.secrets))
    throw new ControlPlaneError('BACKUP_FAILED', `There is no control plane in ${home.root}.`, 'Set WEIR_HOME to the folder of the one to back up.')
  const { secrets } = openSecrets(home)
  const ends: (() => Promise<void> | void)[] = []
  try {
    const client = new pg.Client(await reach())
    client.on('error', () => {})
    await client.connect()
    ends.push(() => client.end())
    await client.query('begin isolation level repeatable read read only')
    await client.query('set local statement_timeout = 0')
    await client.query('set local role weir_system')
    const { rows } = await client.query<{ version: number }>('select max(number) as version from migrations')
    const schemaVersion = Number(rows[0]?.version)
    const adminKey = existsSync(home.adminKey) ? readFileSync(home.adminKey, 'utf8').trim() : null
    const writer = await writeBackupFile(file, {
      createdAt: new Date().toISOString(),
      product: PRODUCT_VERSION,
      schemaVersion,
      secrets: { tokenSecret: secrets.tokenSecret, adminKey },
    })
    try {
      const summary: BackupSummary = { tables: 0, rows: 0, bytes: 0, schemaVersion }
      for (const table of await listTables(client)) {
        const { rows, bytes } = await writer.table(table, (write) => copyOut(client, selectOf(table), write))
        summary.tables += 1
        summary.rows += rows
        summary.bytes += bytes
      }
      await client.query('commit')
      await writer.finish()
      return summary
    } catch (error) {
      writer.abandon()
      throw error
    }
  } catch (error) {
    if (error instanceof ControlPlaneError) throw error
    const hint = 'Nothing was written, and nothing of the record was changed.'
    throw new ControlPlaneError('BACKUP_FAILED', `The backup failed: ${(error as Error).message}.`, hint)
  } finally {
    for (const end of ends.reverse()) await end()
  }

  /** A control plane that serves has its database open; one that does not is opened for a moment. */
  async function reach(): Promise<pg.ClientConfig> {
    if (databaseUrl !== undefined) return (await useDatabase(databaseUrl)).owner
    const lock = readLock(home.lock)
    if (lock && stillRuns(lock.owner) && existsSync(join(home.postgres, 'sockets')))
      return { host: join(home.postgres, 'sockets'), port: 5432, user: 'weir', password: secrets.ownerPassword, database: 'postgres', ssl: false }
    if (!existsSync(join(home.postgres, 'data')))
      throw new ControlPlaneError(
        'BACKUP_FAILED',
        `There is no database in ${home.postgres}.`,
        'If the control plane uses a PostgreSQL of your own, name it with --database-url.',
      )
    const taken = await takeLock(home.lock)
    ends.push(() => taken.release())
    const database = await startEmbeddedDatabase(home, secrets, join(home.logs, 'postgres.log'), () => {})
    ends.push(() => database.stop())
    return database.owner
  }
}

const selectOf = ({ name, columns }: BackedUpTable): string => `select ${quoteAll(columns)} from ${quote(name)}`
