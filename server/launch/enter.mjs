/**
 * The way into the repository's own commands (`npm start`, `npm test`) with nothing but Node ≥ 20 and npm: installs what the lock file says when it is
 * not there, then goes on under the repository's own Node, with `node_modules/.bin` first in PATH. Uses no package.
 */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { watchAncestors } from './ancestors.mjs'

const OLDEST_NODE = 20
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

/** Runs `script` (a path from the repository's root) with this process's arguments; ends with its exit code. */
export async function enter(script) {
  if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE) fail(`Node ${process.versions.node} is too old: ${OLDEST_NODE} or later is needed.`)
  if (!isInstalled()) install()
  const node = ownNode()
  const bin = join(root, 'node_modules', '.bin')
  const environment = { ...process.env, ...pastProxies(), PATH: [bin, dirname(node), process.env.PATH].join(delimiter) }
  const child = spawn(node, [join(root, script), ...process.argv.slice(2)], { stdio: ['inherit', 'inherit', 'inherit', 'ipc'], env: environment })
  // The child decides what a signal means, also one that the terminal sent to both of us, and we wait for it. When we are killed its channel closes.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  watchAncestors(() => child.kill('SIGTERM'))
  child.on('error', (error) => fail(`${node} does not start: ${error.message}`))
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)))
}

/** A proxy for the outside (Node follows it with NODE_USE_ENV_PROXY) is no way to what serves on this machine. */
function pastProxies() {
  const given = process.env.NO_PROXY || process.env.no_proxy
  const without = [given, '127.0.0.1', 'localhost'].filter(Boolean).join(',')
  return { NO_PROXY: without, no_proxy: without }
}

function fail(message) {
  console.error(message)
  process.exit(1)
}

/** Whether node_modules holds what package-lock.json says. Packages of other platforms may be missing. */
function isInstalled() {
  const hidden = join(root, 'node_modules', '.package-lock.json')
  if (!existsSync(hidden)) return false
  const read = (path) => JSON.parse(readFileSync(path, 'utf8')).packages
  const installed = read(hidden)
  return Object.entries(read(join(root, 'package-lock.json'))).every(([path, wanted]) => {
    if (!path.startsWith('node_modules/') && !path.includes('/node_modules/')) return true
    const found = installed[path]
    return found ? found.link || found.version === wanted.version : Boolean(wanted.optional)
  })
}

function install() {
  console.error('Installing dependencies (once, about a minute) …')
  const npm = process.env.npm_execpath
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error']
  const result = npm
    ? spawnSync(process.execPath, [npm, ...args], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] })
    : spawnSync('npm', args, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] })
  if (result.status !== 0) fail('npm ci failed: what it said is above.')
}

function ownNode() {
  const name = `node-${process.platform}-${process.arch}`
  const path = join(root, 'node_modules', name, 'bin', 'node')
  if (existsSync(path)) return realpathSync(path)
  if (Number.parseInt(process.versions.node, 10) >= 24) return process.execPath
  return fail(
    `There is no Node 24 for ${process.platform}-${process.arch} in node_modules (package ${name}). Install Node 24 yourself and try again.`,
  )
}
