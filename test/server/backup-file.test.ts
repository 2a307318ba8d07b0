import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { readBackupFile, writeBackupFile } from '../../server/backup/backup-file.ts'
import { temporaryFolder } from '../support/folder.ts'

const HEADER = { createdAt: '2026-01-31T00:00:00.000Z', product: '0.1.0', schemaVersion: 8, secrets: { tokenSecret: 'x', adminKey: null } }

async function write(path: string, tables: Record<string, string[]>): Promise<void> {
  const writer = await writeBackupFile(path, HEADER)
  for (const [name, lines] of Object.entries(tables))
    await writer.table({ name, columns: ['a'] }, async (say) => {
      for (const line of lines) await say(Buffer.from(`${line}\n`))
    })
  await writer.finish()
}

async function read(path: string): Promise<Record<string, string[]>> {
  const reader = await readBackupFile(path)
  const found: Record<string, string[]> = {}
  for await (const { name, rows } of reader.tables()) {
    let text = ''
    for await (const chunk of rows) text += chunk.toString('utf8')
    found[name] = text.split('\n').slice(0, -1)
  }
  return found
}

test('what is written is read, over any number of frames, and nothing else lies in the folder', async () => {
  const folder = temporaryFolder()
  const path = join(folder, 'a.backup')
  const tables = { empty: [], one: ['eins'], many: Array.from({ length: 20_000 }, (_, index) => `row ${index} — ${'x'.repeat(index % 97)}`) }
  await write(path, tables)
  expect(await read(path)).toEqual(tables)
  expect(readdirSync(folder)).toEqual(['a.backup'])
  expect((await readBackupFile(path)).header).toMatchObject({ format: 'weir-backup', version: 1, ...HEADER })
})

test('a folder is no place for a backup, and nothing is written beside it', async () => {
  const folder = temporaryFolder()
  const inside = join(folder, 'inside')
  mkdirSync(inside)
  await expect(writeBackupFile(inside, HEADER)).rejects.toMatchObject({ code: 'BACKUP_FAILED', message: `${inside} is a folder.` })
  expect(readdirSync(folder)).toEqual(['inside'])
})

test('a file that was cut off anywhere, or in which anything was changed, is refused', async () => {
  const folder = temporaryFolder()
  const path = join(folder, 'a.backup')
  await write(path, { one: ['eins', 'zwei'], two: ['drei'] })
  const whole = gunzipSync(readFileSync(path))
  const tried = join(folder, 'b.backup')
  for (let length = 0; length < whole.length; length += 3) {
    writeFileSync(tried, gzipSync(whole.subarray(0, length), { level: 1 }))
    await expect(read(tried), `${length} of ${whole.length} bytes`).rejects.toMatchObject({ code: 'BACKUP_DAMAGED' })
  }
  const changed = Buffer.from(whole)
  changed.write('DREI', changed.indexOf('drei'))
  writeFileSync(tried, gzipSync(changed))
  await expect(read(tried)).rejects.toMatchObject({
    code: 'BACKUP_DAMAGED',
    message: expect.stringContaining('the rows of two have another checksum'),
  })
})

test('whatever byte of a file is another one, it is told as damaged, with its name', async () => {
  const folder = temporaryFolder()
  const path = join(folder, 'a.backup')
  await write(path, { one: ['eins', 'zwei'], two: ['drei'] })
  const whole = readFileSync(path)
  const tried = join(folder, 'b.backup')
  // Not the name of the operating system in gzip's header, and what it says of its speed and time.
  for (let place = 10; place < whole.length; place++) {
    writeFileSync(tried, whole.with(place, (whole[place] as number) ^ 0x55))
    await expect(read(tried), `byte ${place} of ${whole.length}`).rejects.toMatchObject({
      code: 'BACKUP_DAMAGED',
      message: expect.stringContaining('b.backup'),
    })
  }
  const unpacked = gunzipSync(whole)
  const misspelt = Buffer.from(unpacked)
  misspelt.write('!', misspelt.indexOf('"columns"'))
  writeFileSync(tried, gzipSync(misspelt))
  await expect(read(tried)).rejects.toMatchObject({ code: 'BACKUP_DAMAGED' })
})

test('a file of a newer version is refused with the version to use, and one that is not there with its name', async () => {
  const folder = temporaryFolder()
  const path = join(folder, 'a.backup')
  await write(path, {})
  const text = gunzipSync(readFileSync(path))
  text.write('"version":9', text.indexOf('"version":1'))
  writeFileSync(path, gzipSync(text))
  await expect(readBackupFile(path)).rejects.toMatchObject({ code: 'BACKUP_NEWER', hint: expect.stringContaining('0.1.0') })
  await expect(readBackupFile(join(folder, 'missing'))).rejects.toMatchObject({ code: 'BACKUP_DAMAGED', message: expect.stringContaining('missing') })
})
