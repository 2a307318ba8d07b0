/** Where this package lies and what is in it, as sources and as build. */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const own = fileURLToPath(import.meta.url)

/** The folder of package.json. */
function packageFolder(): string {
  for (let folder = dirname(own); folder !== dirname(folder); folder = dirname(folder)) if (existsSync(join(folder, 'package.json'))) return folder
  throw new Error('The package.json of weirflow is missing.')
}

/** The version of this package. */
export const readVersion = (): string => (JSON.parse(readFileSync(join(packageFolder(), 'package.json'), 'utf8')) as { version: string }).version

/** The runner's main module, of the same kind (source or build) as this one. */
export const runnerMain = (): string =>
  own.endsWith('.ts') ? join(packageFolder(), 'runner', 'main.ts') : join(packageFolder(), 'dist', 'runner', 'main.js')

/** The command itself, to be started again as a process of its own. */
export const weirProgram = (): string => join(packageFolder(), 'bin', 'weir.mjs')
