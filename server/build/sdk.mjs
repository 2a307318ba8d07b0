/** The SDK as plain modules (shared code in chunks, each command of the CLI in its own) and its types. */
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { build } from 'esbuild'

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
  // Only what can be imported by its name, and what that names.
  const project = join(sdk, `tsconfig.types-${process.pid}.json`)
  const compilerOptions = { noEmit: false, declaration: true, emitDeclarationOnly: true, rootDir: root, outDir: join(output, 'types') }
  writeFileSync(project, JSON.stringify({ extends: './tsconfig.json', compilerOptions, include: [], files: ['index.ts', 'testing.ts'] }))
  const compiler = join(dirname(createRequire(import.meta.url).resolve('typescript7/package.json')), 'bin', 'tsc')
  // What it complains about is the business of `npm run types`; declarations come out all the same.
  await new Promise((resolve, reject) => {
    spawn(process.execPath, [compiler, '-p', project], { stdio: 'ignore' }).on('error', reject).on('close', resolve)
  }).finally(() => rmSync(project))
  rmSync(target, { recursive: true, force: true })
  renameSync(output, target)
}
