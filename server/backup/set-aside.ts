/**
 * What `restore --force` replaces lies aside until the restored record is whole: if the restore fails (a full disk, a file that fits no schema), the former
 * control plane stands there as before. A restore that was killed leaves it aside, and the next start or restore brings it back first.
 */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { ASIDE, emptyHome, type Home, namesOfControlPlane, openHome } from '../home.ts'
import { endOrphan, removePostgresData } from '../postgres/start-postgres.ts'

const folderOf = (home: Home): string => join(home.root, ASIDE)
/** Root keeps PostgreSQL's folder outside of the home; it must stay on the same file system. */
const postgresOf = (home: Home): string =>
  home.postgres.startsWith(home.root) ? join(folderOf(home), basename(home.postgres)) : `${home.postgres}.${ASIDE}`

/** Moves the control plane of a home out of the way. Nothing of it may run. */
export async function setAside(home: Home): Promise<void> {
  await endOrphan(join(home.postgres, 'data'))
  mkdirSync(folderOf(home), { mode: 0o700 })
  if (existsSync(home.postgres)) renameSync(home.postgres, postgresOf(home))
  for (const name of namesOfControlPlane()) if (existsSync(join(home.root, name))) renameSync(join(home.root, name), join(folderOf(home), name))
  openHome(home.root)
}

/** Puts it back over the half that a restore has left. Whether there was something to put back. */
export async function bringBack(home: Home): Promise<boolean> {
  if (!existsSync(folderOf(home))) return false
  await removePostgresData(home.postgres)
  for (const name of namesOfControlPlane()) rmSync(join(home.root, name), { recursive: true, force: true })
  if (existsSync(postgresOf(home))) renameSync(postgresOf(home), home.postgres)
  for (const name of readdirSync(folderOf(home))) renameSync(join(folderOf(home), name), join(home.root, name))
  rmSync(folderOf(home), { recursive: true, force: true })
  openHome(home.root)
  return true
}

/** Removes it for good. */
export function forgetAside(home: Home): void {
  rmSync(postgresOf(home), { recursive: true, force: true })
  rmSync(folderOf(home), { recursive: true, force: true })
}

/** Removes the half of a restore that failed, and puts back what it was to replace. */
export async function undoRestore(home: Home): Promise<void> {
  // A half of it must not look like a control plane.
  await removePostgresData(home.postgres)
  if (!(await bringBack(home))) emptyHome(home)
}
