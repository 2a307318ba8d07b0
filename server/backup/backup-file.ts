/**
 * A backup as a file: gzip over frames of one letter, four bytes of length and a payload.
 *   H  what it is, as JSON (`BackupHeader`)
 *   T  a table begins: its name and columns, as JSON
 *   D  rows of it, in the text format of COPY
 *   E  it ends: how many rows and bytes, and their SHA-256, as JSON
 *   Z  the end: how many tables. A file without it was cut off.
 * It is written beside its name and renamed, readable by its owner only: whoever has it can sign in.
 */
import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream, renameSync, rmSync, statSync } from 'node:fs'
import { once } from 'node:events'
import { createGunzip, createGzip } from 'node:zlib'
import { ControlPlaneError } from '../errors.ts'

/** Raised when older programs could misread a file. */
export const BACKUP_VERSION = 1
const FORMAT = 'weir-backup'
/** Rows are gathered to frames of about this. */
const FRAME = 64 * 1024
const MAX_FRAME = 1024 * 1024 * 1024

export interface BackupHeader {
  format: typeof FORMAT
  version: number
  createdAt: string
  /** Of weirflow-server. */
  product: string
  /** Number of the newest migration of its record. */
  schemaVersion: number
  /** What keys and tokens that were handed out are worth; passwords of the database are not in it. */
  secrets: { tokenSecret: string; adminKey: string | null }
}

export interface BackedUpTable {
  name: string
  columns: string[]
}

interface TableEnd {
  rows: number
  bytes: number
  sha256: string
}

export interface BackupWriter {
  table(table: BackedUpTable, rows: (write: (line: Buffer) => Promise<void>) => Promise<void>): Promise<TableEnd>
  /** The file is whole and stands under its name. */
  finish(): Promise<void>
  /** Nothing is left of it. */
  abandon(): void
}

export async function writeBackupFile(path: string, header: Omit<BackupHeader, 'format' | 'version'>): Promise<BackupWriter> {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory())
    throw new ControlPlaneError('BACKUP_FAILED', `${path} is a folder.`, 'Name a file in it; nothing was changed.')
  const partial = `${path}.${process.pid}.partial`
  const gzip = createGzip()
  const file = createWriteStream(partial, { mode: 0o600, flags: 'wx' })
  let trouble: Error | null = null
  let resume = () => {}
  const fail = (error: NodeJS.ErrnoException) => {
    trouble ??= new ControlPlaneError(
      'BACKUP_FAILED',
      `Cannot write ${path}: ${error.message}.`,
      'Look at the folder and its free space; nothing was changed.',
    )
    resume()
  }
  file.on('error', fail)
  gzip.on('error', fail)
  gzip.pipe(file)
  const frame = async (kind: string, payload: Buffer) => {
    if (trouble) throw trouble
    const head = Buffer.alloc(5)
    head.write(kind, 0, 'latin1')
    head.writeUInt32BE(payload.length, 1)
    gzip.write(head)
    if (!gzip.write(payload) && !trouble) {
      await new Promise<void>((resolve) => {
        resume = resolve
        gzip.once('drain', resolve)
      })
    }
    if (trouble) throw trouble
  }
  const json = (kind: string, value: unknown) => frame(kind, Buffer.from(JSON.stringify(value)))
  let tables = 0
  await json('H', { format: FORMAT, version: BACKUP_VERSION, ...header } satisfies BackupHeader)
  return {
    async table(table, writeRows) {
      await json('T', table)
      const hash = createHash('sha256')
      const end = { rows: 0, bytes: 0 }
      let gathered: Buffer[] = []
      let size = 0
      const flush = async () => {
        if (size === 0) return
        const payload = Buffer.concat(gathered)
        gathered = []
        size = 0
        hash.update(payload)
        end.bytes += payload.length
        await frame('D', payload)
      }
      await writeRows(async (line) => {
        gathered.push(line)
        size += line.length
        end.rows += 1
        if (size >= FRAME) await flush()
      })
      await flush()
      const ended = { ...end, sha256: hash.digest('hex') }
      await json('E', ended)
      tables += 1
      return ended
    },
    async finish() {
      await json('Z', { tables })
      const closed = once(file, 'close')
      gzip.end()
      await closed
      if (trouble) throw trouble
      renameSync(partial, path)
    },
    abandon() {
      gzip.destroy()
      file.destroy()
      rmSync(partial, { force: true })
    },
  }
}

export interface BackupReader {
  header: BackupHeader
  /**
   * Each table in the order of the file, with its rows as they come. All rows of one must have been read before the next. Throws BACKUP_DAMAGED where the file
   * is not what was written.
   */
  tables(): AsyncGenerator<BackedUpTable & { rows: AsyncGenerator<Buffer> }>
  close(): void
}

/** Opens a file and reads what it is. Throws BACKUP_DAMAGED, BACKUP_NEWER. */
export async function readBackupFile(path: string): Promise<BackupReader> {
  const file = createReadStream(path)
  const gunzip = createGunzip()
  file.on('error', (error) => gunzip.destroy(error))
  file.pipe(gunzip)
  const frames = readFrames(gunzip, path)
  const nextOrEnd = async () => {
    try {
      return (await frames.next()).value ?? null
    } catch (error) {
      if (error instanceof ControlPlaneError) throw error
      const { code, message } = error as NodeJS.ErrnoException
      if (code === 'ENOENT' || code === 'EACCES' || code === 'EISDIR')
        throw new ControlPlaneError('BACKUP_DAMAGED', `Cannot read ${path}: ${message}.`, 'Name a file that "weir server backup" has written.')
      throw damaged(path, message)
    }
  }
  const next = async () => {
    const frame = await nextOrEnd()
    if (frame === null) throw damaged(path, 'it ends too early')
    return frame
  }
  const close = () => {
    file.destroy()
    gunzip.destroy()
  }
  const header = await next()
    .then(({ kind, payload }) => {
      const read = kind === 'H' ? jsonOf<BackupHeader>(payload, path) : null
      if (read?.format !== FORMAT) throw damaged(path, 'it is no backup of Weir')
      return read
    })
    .catch((error) => {
      close()
      throw error
    })
  if (header.version > BACKUP_VERSION) {
    close()
    const hint = `Restore it with weirflow-server ${header.product} or newer.`
    throw new ControlPlaneError('BACKUP_NEWER', `${path} was written by a newer version of Weir (${header.product}).`, hint)
  }
  return {
    header,
    async *tables() {
      let count = 0
      for (;;) {
        const { kind, payload } = await next()
        if (kind === 'Z') {
          if (jsonOf<{ tables: number }>(payload, path).tables !== count) throw damaged(path, 'tables are missing')
          // To the end of the file, where gzip says whether all of it was right.
          if ((await nextOrEnd()) !== null) throw damaged(path, 'it goes on after its end')
          return
        }
        if (kind !== 'T') throw damaged(path, 'a table was expected')
        const table = jsonOf<BackedUpTable>(payload, path)
        count += 1
        yield { ...table, rows: readRows(table.name) }
      }
    },
    close,
  }

  async function* readRows(name: string): AsyncGenerator<Buffer> {
    const hash = createHash('sha256')
    for (;;) {
      const { kind, payload } = await next()
      if (kind === 'D') {
        hash.update(payload)
        yield payload
      } else if (kind === 'E') {
        const { sha256 } = jsonOf<TableEnd>(payload, path)
        if (hash.digest('hex') !== sha256) throw damaged(path, `the rows of ${name} have another checksum`)
        return
      } else throw damaged(path, `the rows of ${name} are cut off`)
    }
  }
}

const damaged = (path: string, why: string): ControlPlaneError =>
  new ControlPlaneError('BACKUP_DAMAGED', `${path} cannot be restored: ${why}.`, 'Nothing was restored. Use another backup.')

/** What a frame says. Throws BACKUP_DAMAGED: gzip tells a damage only at the end of the file. */
function jsonOf<T>(payload: Buffer, path: string): T {
  try {
    return JSON.parse(payload.toString('utf8'))
  } catch (error) {
    throw damaged(path, (error as Error).message)
  }
}

async function* readFrames(source: AsyncIterable<Buffer>, path: string): AsyncGenerator<{ kind: string; payload: Buffer }> {
  let held: Buffer = Buffer.alloc(0)
  let parts: Buffer[] = []
  let size = 0
  let wanted = 5
  let kind: string | null = null
  for await (const part of source) {
    parts.push(part)
    size += part.length
    while (size >= wanted) {
      held = parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts)
      const piece = held.subarray(0, wanted)
      parts = [held.subarray(wanted)]
      size = held.length - wanted
      if (kind === null) {
        kind = piece.toString('latin1', 0, 1)
        wanted = piece.readUInt32BE(1)
        if (!'HTDEZ'.includes(kind) || wanted > MAX_FRAME) throw damaged(path, 'it is no backup of Weir')
      } else {
        yield { kind, payload: Buffer.from(piece) }
        kind = null
        wanted = 5
      }
    }
  }
}
