/** What a restore that fails leaves: the control plane that was there before. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { writeBackupFile } from '../../server/backup/backup-file.ts'
import { restore } from '../../server/backup/restore.ts'
import { setAside } from '../../server/backup/set-aside.ts'
import { listTables } from '../../server/backup/tables.ts'
import { startControlPlane } from '../../server/control-plane.ts'
import { openHome } from '../../server/home.ts'
import { removePostgresData } from '../../server/postgres/start-postgres.ts'
import { reset } from '../../server/reset.ts'
import { startTestDatabase } from '../support/database.ts'
import { temporaryFolder } from '../support/folder.ts'

const HEADER = { createdAt: '2026-01-31T00:00:00.000Z', product: '0.1.0', schemaVersion: 8, secrets: { tokenSecret: 'x', adminKey: null } }

test('what is written of the tables says nothing of the transactions of one database, in whose order another one would read', async () => {
  const database = await startTestDatabase()
  onTestFinished(() => database.stop())
  const tables = await listTables(await database.client())
  expect(tables.find(({ name }) => name === 'events')?.columns).toContain('received_at')
  expect(tables.flatMap(({ columns }) => columns)).not.toContain('xid')
})

test('with --force a restore that fails replaces nothing, and one that was killed before it is undone first', async () => {
  const folder = temporaryFolder()
  const home = openHome(join(folder, 'home'))
  onTestFinished(() => removePostgresData(home.postgres))
  mkdirSync(join(home.postgres, 'data'), { recursive: true })
  writeFileSync(join(home.postgres, 'data', 'former'), 'its record')
  writeFileSync(home.secrets, '{"former": true}')
  writeFileSync(home.secretsKey, 'kept all the time')
  const file = join(folder, 'a.backup')
  await (await writeBackupFile(file, HEADER)).finish()
  // Found out of reach when everything is ready for it.
  const restoring = () => restore({ file, home: home.root, force: true, databaseUrl: 'postgres://ada@127.0.0.1:1/weir' })
  for (const killedBefore of [false, true]) {
    if (killedBefore) {
      mkdirSync(join(home.root, 'before-restore'))
      writeFileSync(join(home.root, 'before-restore', 'local.key'), 'the former key')
      writeFileSync(home.adminKey, 'of the half')
      mkdirSync(`${home.postgres}.before-restore/data`, { recursive: true })
      writeFileSync(`${home.postgres}.before-restore/data/former`, 'its record')
      writeFileSync(join(home.root, 'before-restore', 'secrets.json'), '{"former": true}')
    }
    await expect(restoring()).rejects.toMatchObject({ code: 'DATABASE_NOT_READY' })
    expect(readFileSync(join(home.postgres, 'data', 'former'), 'utf8')).toBe('its record')
    expect(readFileSync(home.secrets, 'utf8')).toBe('{"former": true}')
    expect(existsSync(home.adminKey) && readFileSync(home.adminKey, 'utf8')).toBe(killedBefore && 'the former key')
    expect([existsSync(`${home.postgres}.before-restore`), readdirSync(home.root).includes('before-restore')]).toEqual([false, false])
  }
  expect(readFileSync(home.secretsKey, 'utf8')).toBe('kept all the time')
})

test('a start brings back what a restore that was killed had put aside; a reset forgets it', async () => {
  const home = openHome(join(temporaryFolder(), 'home'))
  onTestFinished(() => removePostgresData(home.postgres))
  const leaveHalf = async () => {
    writeFileSync(home.secrets, '{"former": true}')
    await setAside(home)
    expect(existsSync(home.secrets)).toBe(false)
  }
  await leaveHalf()
  const said: string[] = []
  const options = { home: home.root, port: 0, databaseUrl: 'postgres://ada@127.0.0.1:1/weir', log: (message: string) => void said.push(message) }
  // It goes no further: secrets of the former kind are none.
  await expect(startControlPlane(options)).rejects.toThrow()
  expect(said).toEqual([expect.stringContaining('A restore was cut off here')])
  expect(readFileSync(home.secrets, 'utf8')).toBe('{"former": true}')
  await leaveHalf()
  await reset({ home: home.root })
  expect(readdirSync(home.root).sort()).toEqual(['logs', 'objects', 'run'])
})
