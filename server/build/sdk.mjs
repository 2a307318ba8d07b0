/** The SDK as plain modules (shared code in chunks, each command of the CLI in its own) and its types. */
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { build } from 'esbuild'
import { buildTypes } from './types.mjs'

/** What somebody imports or starts by its path; everything else is a chunk. */
const ENTRIES = ['index.ts', 'testing.ts', 'cli/main.ts', 'runner/main.ts', 'threads/main.ts', 'limits/main.ts']

/** Takes the place of the former build at once: commands and workers that run from it find all their modules until then. */
export async function buildSdk(root, target) {
  const sdk = join(root, 'sdk')
  // Where nothing is looked at by tools.
  const output = join(root, 'server', 'dist', `sdk-${process.pid}`)
  mkdirSync(dirname(output), { recursive: true })
  rmSync(output, { recursive: true, force: true })
  await build({
    entryPoints: ENTRIES.map((entry) => join(sdk, entry)).filter((path) => existsSync(path)),
    outbase: sdk,
    outdir: output,
    absWorkingDir: root,
    bundle: true,
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    format: 'esm',
    platform: 'node',
    target: 'node24',
    packages: 'external',
    keepNames: true,
    legalComments: 'none',
    logLevel: 'warning',
  })
  await buildTypes(root, sdk, ['index.ts', 'testing.ts'], join(output, 'types'))
  rmSync(target, { recursive: true, force: true })
  renameSync(output, target)
}
