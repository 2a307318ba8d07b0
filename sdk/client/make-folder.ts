/** Folders of this machine. */
import { existsSync, mkdirSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

/**
 * Makes a folder and those above it; one that is there stays as it is. Throws what the system says. Not `recursive` of Node's mkdir, which never returns where
 * the system says ENOENT instead of EACCES (/proc, and what is mounted when somebody looks).
 */
export function makeFolder(path: string, { mode = 0o777 }: { mode?: number } = {}): void {
  const wanted = resolve(path)
  if (!existsSync(dirname(wanted))) makeFolder(dirname(wanted), { mode })
  try {
    mkdirSync(wanted, { mode })
  } catch (error) {
    if (!statSync(wanted, { throwIfNoEntry: false })?.isDirectory()) throw error
  }
}
