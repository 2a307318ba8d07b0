/** Where the built parts of this package are: in `dist/`, beside the built module, whether it runs from there or from its source. */
import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ControlPlaneError } from './errors.ts'

/** Folder of the built parts, beside this package's own code. */
export interface BuiltParts {
  /** `index.js` and `worker.json`. */
  worker: string
  /** Static files of the workspace. */
  workspace: string
  /** What the static files are; see `server/build/`. */
  assetManifest: string
  assetsWorker: string
  scheduleWorker: string
}

function distFolder(): string {
  const here = dirname(fileURLToPath(import.meta.url))
  return basename(here) === 'dist' ? here : join(here, 'dist')
}

/** Throws BUILD_MISSING. */
export function builtParts(): BuiltParts {
  const dist = distFolder()
  const parts: BuiltParts = {
    worker: join(dist, 'worker'),
    workspace: join(dist, 'workspace'),
    assetManifest: join(dist, 'assets.json'),
    assetsWorker: join(dist, 'assets-worker.js'),
    scheduleWorker: join(dist, 'schedule-worker.js'),
  }
  const missing = [join(parts.worker, 'index.js'), ...Object.values(parts)].find((path) => !existsSync(path))
  if (missing)
    throw new ControlPlaneError(
      'BUILD_MISSING',
      `${missing} is not there.`,
      'In the repository: npm run build. Otherwise install weirflow-server again.',
    )
  return parts
}

/** The behaviour of the runtime that the Worker was built for. */
export interface Compatibility {
  compatibilityDate: string
  compatibilityFlags: string[]
}

/** As wrangler.toml had it. */
export const compatibilityOf = (parts: BuiltParts): Compatibility =>
  JSON.parse(readFileSync(join(parts.worker, 'worker.json'), 'utf8')) as Compatibility

/** The SQL that `prepareRecord` brings a database up with. */
export const migrationsFolder = (): string => join(distFolder(), 'migrations')
