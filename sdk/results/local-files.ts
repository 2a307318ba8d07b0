/** Results as files of a folder. */
import { createHash, randomUUID } from 'node:crypto'
import { type FileHandle, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { makeFolder } from '../client/make-folder.ts'
import { UsageError } from '../errors.ts'
import { lockFile } from './lock-file.ts'
import { checkResultKey, isResultKey, type ResultStore } from './result-store.ts'
import { describeAs } from './store-descriptions.ts'

const PIECE = 65_536
/** Milliseconds: what nobody has written to for so long was left by a process that is gone. */
const LEFT_AFTER = 86_400_000

/**
 * Results in `folder` (relative to the working directory of the process), readable by its owner alone. Runs on other machines see them only when the folder
 * is on a file system that they share; its locks hold between the processes of one machine. A file is there as a whole or not at all; after a power cut a
 * fresh one may be found corrupt.
 */
export function localFiles(folder: string): ResultStore {
  if (typeof folder !== 'string' || folder === '') throw new UsageError(`localFiles needs the path of a folder, and got ${String(folder)}`)
  const root = resolve(folder)
  const base = `${pathToFileURL(root).href.replace(/\/$/, '')}/`
  const pathOf = (key: string) => join(root, ...checkResultKey(key).split('/'))
  let isTidied = false
  return describeAs(
    { kind: 'files', folder: root },
    {
      async write(key, content) {
        const path = pathOf(key)
        if (!isTidied) void removeLeft(join(root, 'unfinished'))
        isTidied = true
        const unfinished = join(root, 'unfinished', randomUUID())
        const handle = await create(unfinished)
        try {
          try {
            for await (const piece of content) await writeAll(handle, piece)
          } finally {
            await handle.close()
          }
          await orMakeFolder(dirname(path), () => rename(unfinished, path))
        } catch (error) {
          await rm(unfinished, { force: true })
          throw error
        }
      },
      async read(key) {
        try {
          return readPieces(await open(pathOf(key), 'r'))
        } catch (error) {
          if (isMissing(error)) return null
          throw error
        }
      },
      async delete(key) {
        await rm(pathOf(key), { force: true })
      },
      locate: (key) => pathToFileURL(pathOf(key)).href,
      keyOf(reference) {
        if (!reference.startsWith(base)) return null
        let path: string
        try {
          path = fileURLToPath(reference)
        } catch {
          return null
        }
        const key = path.slice(root.length).replaceAll('\\', '/').replace(/^\//, '')
        return isResultKey(key) ? key : null
      },
      lock: (name, signal) => lockFile(join(root, 'locks', createHash('sha256').update(name).digest('hex')), signal),
    },
  )
}

/** A process that is killed leaves what it was writing. Never rejects: whoever writes must not fail for what others left. */
async function removeLeft(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name)
    const { mtimeMs } = (await stat(path).catch(() => null)) ?? { mtimeMs: Number.POSITIVE_INFINITY }
    if (mtimeMs < Date.now() - LEFT_AFTER) await rm(path, { force: true }).catch(() => {})
  }
}

const isMissing = (error: unknown): boolean => ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')

const create = (path: string): Promise<FileHandle> => orMakeFolder(dirname(path), () => open(path, 'wx', 0o600))

/** Folders are made when they are missed, which is once. */
async function orMakeFolder<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    makeFolder(folder, { mode: 0o700 })
    return work()
  }
}

async function writeAll(handle: FileHandle, piece: Uint8Array): Promise<void> {
  let written = 0
  while (written < piece.byteLength) written += (await handle.write(piece, written)).bytesWritten
}

async function* readPieces(handle: FileHandle): AsyncGenerator<Uint8Array> {
  try {
    // Files never change: most are small and read at once.
    const { size } = await handle.stat()
    for (let at = 0; at < size; ) {
      const wanted = Math.min(PIECE, size - at)
      const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(wanted), 0, wanted, at)
      if (bytesRead === 0) return
      at += bytesRead
      yield buffer.subarray(0, bytesRead)
    }
  } finally {
    await handle.close()
  }
}
