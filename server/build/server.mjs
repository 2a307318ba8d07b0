/** This package's own code as one module and its types, with the migrations and the two small Workers beside it. */
import { cpSync, existsSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { buildTypes } from './types.mjs'

export async function buildServer(root, output) {
  mkdirSync(output, { recursive: true })
  await build({
    entryPoints: [join(root, 'server', 'index.ts')],
    outfile: join(output, 'index.mjs'),
    absWorkingDir: root,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    external: ['pg', 'workerd'],
    legalComments: 'none',
    logLevel: 'warning',
  })
  rmSync(join(output, 'types'), { recursive: true, force: true })
  await buildTypes(root, join(root, 'server'), ['index.ts'], join(output, 'types'))
  for (const name of ['assets-worker.js', 'schedule-worker.js']) cpSync(join(root, 'server', 'workerd', name), join(output, name))
  rmSync(join(output, 'migrations'), { recursive: true, force: true })
  if (existsSync(join(root, 'db', 'migrations'))) cpSync(join(root, 'db', 'migrations'), join(output, 'migrations'), { recursive: true })
}
