/**
 * The lock of a home: who runs a control plane on it, where, and which children it has. A lock whose process is gone is taken over, and what that
 * process left running is ended first.
 */
import { linkSync, lstatSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { ControlPlaneError } from './errors.ts'
import { endProcess } from './processes/end-process.ts'
import { identify, type ProcessIdentity, stillRuns } from './processes/identity.ts'

/** What the file says, as JSON. */
export interface LockContent {
  owner: ProcessIdentity
  /** Null until it serves. */
  url: string | null
  port: number | null
  /** Ended by whoever takes the lock over. */
  children: ProcessIdentity[]
  /** The embedded one, which may need its time to end: whoever opens its data waits for that. Null for somebody else's. */
  postgres: ProcessIdentity | null
}

/** Held until `release`, or until this process is gone. */
export interface Lock {
  /** Writes down where we serve and which children we have, so that the next start can find them. */
  update(content: { url: string; port: number; childPids: number[]; postgresPid: number | null }): void
  release(): void
}

/** Takes the lock. Throws ALREADY_RUNNING when a living process has it. */
export async function takeLock(path: string): Promise<Lock> {
  const owner = identify(process.pid)
  if (owner === null) throw new Error('This process cannot see itself in the process table.')
  const own = `${path}.${process.pid}`
  let content: LockContent = { owner, url: null, port: null, children: [], postgres: null }
  const write = (to: string) => writeFileSync(to, `${JSON.stringify(content)}\n`, { mode: 0o600 })
  write(own)
  try {
    while (!claim(own, path)) await removeStale(path)
  } finally {
    rmSync(own, { force: true })
  }
  return {
    update: ({ url, port, childPids, postgresPid }) => {
      const postgres = postgresPid === null ? null : identify(postgresPid)
      content = { owner, url, port, children: childPids.flatMap((pid) => identify(pid) ?? []), postgres }
      write(own)
      renameSync(own, path)
    },
    release: () => {
      if (readLock(path)?.owner.pid === process.pid) rmSync(path, { force: true })
    },
  }
}

/** The content of a lock file; null when there is none or when it cannot be read. */
export function readLock(path: string): LockContent | null {
  try {
    const content = JSON.parse(readFileSync(path, 'utf8')) as LockContent
    return typeof content.owner?.pid === 'number' && Array.isArray(content.children) ? content : null
  } catch {
    return null
  }
}

/** A link appears whole or not at all, and never over another file. */
function claim(own: string, path: string): boolean {
  try {
    linkSync(own, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

async function removeStale(path: string): Promise<void> {
  const content = readLock(path)
  if (content && stillRuns(content.owner))
    throw new ControlPlaneError(
      'ALREADY_RUNNING',
      `A control plane runs on this home already: process ${content.owner.pid}${content.url ? `, ${content.url}` : ''} (${path}).`,
      'Use it, stop it with "weir server stop", or set WEIR_HOME to another folder.',
    )
  if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory())
    throw new ControlPlaneError('DATA_DIRECTORY_BROKEN', `${path} is a folder; a lock file was expected.`, 'Move it away.')
  for (const child of content?.children ?? []) if (stillRuns(child)) await endProcess(child.pid, 'SIGINT', 5000)
  // Whoever renames it first removes it; a fresh lock that got in between is put back.
  const aside = `${path}.stale.${process.pid}`
  try {
    renameSync(path, aside)
  } catch {
    return
  }
  const moved = readLock(aside)
  if (moved && stillRuns(moved.owner)) claim(aside, path)
  rmSync(aside, { force: true })
}
