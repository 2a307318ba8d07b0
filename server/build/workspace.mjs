/** The web workspace as static files, and the list of them that the assets Worker answers from. */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, extname, join } from 'node:path'

/** Builds `web/`, copies the result to `output` and writes its manifest. */
export async function buildWorkspace(root, output, manifestFile) {
  const web = join(root, 'web')
  if (existsSync(join(web, 'vite.config.ts')))
    await run(join(dirname(createRequire(import.meta.url).resolve('vite/package.json')), 'bin', 'vite.js'), ['build', '--logLevel', 'warn'], web)
  rmSync(output, { recursive: true, force: true })
  cpSync(join(web, 'build'), output, { recursive: true })
  const manifest = manifestOf(output)
  writeFileSync(manifestFile, JSON.stringify(manifest))
  // The hosted Worker's assets carry the same headers.
  const lines = Object.entries(manifest.headers).map(([name, value]) => `  ${name}: ${value}`)
  writeFileSync(join(web, 'build', '_headers'), `/*\n${lines.join('\n')}\n`)
}

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
}

/** Path → type, size, ETag and whether its name changes with its content; and the headers of every answer. */
function manifestOf(folder) {
  const files = {}
  const visit = (path, name) => {
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      const inside = `${name}/${entry.name}`
      if (entry.isDirectory()) visit(join(path, entry.name), inside)
      else if (!entry.name.startsWith('_headers')) files[inside] = describe(readFileSync(join(path, entry.name)), inside)
    }
  }
  visit(folder, '')
  const page = files['/index.html'] ? readFileSync(join(folder, 'index.html'), 'utf8') : ''
  return { files, headers: securityHeaders(page) }
}

const describe = (content, name) => ({
  type: TYPES[extname(name)] ?? 'application/octet-stream',
  bytes: content.length,
  etag: `"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`,
  immutable: name.startsWith('/_app/immutable/'),
})

/** Scripts of our own and the page's one inline starter, named by its hash; nothing may frame us, nothing is loaded from elsewhere but pictures. */
function securityHeaders(page) {
  const inline = [...page.matchAll(/<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/g)].map(
    (match) => `'sha256-${createHash('sha256').update(match[1]).digest('base64')}'`,
  )
  return {
    'Content-Security-Policy': [
      "default-src 'self'",
      `script-src ${["'self'", ...inline].join(' ')}`,
      "style-src 'self' 'unsafe-inline'",
      "img-src 'self' data: https:",
      "font-src 'self' data:",
      "object-src 'none'",
      "base-uri 'none'",
      "form-action 'self'",
      "frame-ancestors 'none'",
    ].join('; '),
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Referrer-Policy': 'same-origin',
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
  }
}

function run(script, args, cwd) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, NO_COLOR: '1' } })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => (said += part))
    child.on('error', reject)
    child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(`vite build ended with code ${code}:\n${said}`))))
  })
}
