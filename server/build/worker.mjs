/** The Worker as one module, as `wrangler deploy` makes it (which the tests still do, as a check): same conditions, same externals, no wrangler start-up. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'

export async function buildWorker(root, output) {
  const settings = readFileSync(join(root, 'wrangler.toml'), 'utf8')
  const main = settings.match(/^main = "(.+)"$/m)?.[1]
  const compatibilityDate = settings.match(/^compatibility_date = "(.+)"$/m)?.[1]
  const flags = settings.match(/^compatibility_flags = (\[.*\])$/m)?.[1]
  if (!main || !compatibilityDate || !flags) throw new Error('wrangler.toml names no main, no compatibility_date or no compatibility_flags.')
  mkdirSync(output, { recursive: true })
  await build({
    entryPoints: [join(root, main)],
    outfile: join(output, 'index.js'),
    absWorkingDir: root,
    bundle: true,
    format: 'esm',
    target: 'es2024',
    conditions: ['workerd', 'worker', 'browser'],
    external: ['cloudflare:*', 'node:*'],
    define: { 'process.env.NODE_ENV': '"production"', 'navigator.userAgent': '"Cloudflare-Workers"' },
    legalComments: 'none',
    logLevel: 'warning',
  })
  writeFileSync(join(output, 'worker.json'), `${JSON.stringify({ compatibilityDate, compatibilityFlags: JSON.parse(flags) })}\n`)
}
