/** Which files of a folder may hold flows: modules that import this package. Tests, types, build output and packages are passed over. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

const MODULE = /\.[cm]?[jt]s$/
const NO_FLOWS = /\.(?:d|test|spec|config)\.[cm]?[jt]s$/
const PASSED_OVER = new Set(['node_modules', 'dist', 'build', 'coverage'])

/** Absolute paths, in the order of their names. */
export function findFlowFiles(place: string): string[] {
  if (statSync(place).isFile()) return [place]
  return readdirSync(place, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && MODULE.test(entry.name) && !NO_FLOWS.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter(
      (path) =>
        !path
          .slice(place.length)
          .split(/[\\/]/)
          .some((part) => PASSED_OVER.has(part) || part.startsWith('.')),
    )
    .filter((path) => /['"]weirflow['"]/.test(readFileSync(path, 'utf8')))
    .sort()
}

/** Whether a change of this file (relative, as a watcher tells it) may change what a flow does. */
export const mayMatter = (path: string | null): boolean =>
  path === null ||
  (!path.split(/[\\/]/).some((part) => PASSED_OVER.has(part) || part.startsWith('.')) && /\.(?:[cm]?[jt]s|json)$/.test(path) && !NO_FLOWS.test(path))
