/**
 * A lock between processes of one machine, on a file: SQLite's own, which is the operating system's, so that it ends with its holder however that dies.
 * Nothing is ever written to the file, and it is gone when nobody holds it.
 */
import { randomInt } from 'node:crypto'
import { rmSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { makeFolder } from '../client/make-folder.ts'
import { sleep } from '../engine/clock.ts'

/** Between two tries, in milliseconds. */
const TRY = { first: 2, factor: 1.5, longest: 100 }

/** Waits for the lock; rejects with the signal's reason when that is aborted first. Gives the function that releases it. */
export async function lockFile(path: string, signal: AbortSignal): Promise<() => Promise<void>> {
  const { DatabaseSync } = await import('node:sqlite')
  makeFolder(dirname(path), { mode: 0o700 })
  for (let pause = TRY.first; ; pause = Math.min(pause * TRY.factor, TRY.longest)) {
    signal.throwIfAborted()
    const database = tryLock(DatabaseSync, path)
    if (database) {
      return async () => {
        // While it is held: nobody else holds the file that goes.
        rmSync(path, { force: true })
        database.close()
      }
    }
    await sleep(randomInt(1, Math.ceil(pause) + 1), signal)
  }
}

function tryLock(Database: typeof import('node:sqlite').DatabaseSync, path: string): import('node:sqlite').DatabaseSync | null {
  const before = inodeOf(path)
  const database = new Database(path, { timeout: 0 })
  try {
    database.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    database.close()
    if (isBusy(error)) return null
    throw error
  }
  // A file that was made or removed meanwhile is not surely the one that is open: this may be a lock on nothing. Now there is one, for the next try.
  if (before !== null && before === inodeOf(path)) return database
  database.close()
  return null
}

/** Its number, which no other file gets while it is open. Null when there is none. */
const inodeOf = (path: string): bigint | null => statSync(path, { bigint: true, throwIfNoEntry: false })?.ino ?? null

/** SQLITE_BUSY, and what a file is called that goes away under one's hands. */
const isBusy = (error: unknown): boolean => [5, 10, 14].includes(((error as { errcode?: number }).errcode ?? 0) & 0xff)
