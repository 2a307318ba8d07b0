/**
 * Builds what is not fresh: the Worker, the workspace, this package, the SDK. `npm run build`, and every `npm start` and `npm test`.
 * A second run with nothing changed only hashes the sources.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { hashOf, isFresh, writeStamp } from './stamp.mjs'

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
const dist = join(root, 'server', 'dist')

/** Every part: what goes in, and how. The building code is loaded only when it is needed. */
const parts = [
  {
    name: 'worker',
    inputs: ['api', 'core', 'db', 'wrangler.toml'],
    build: async () => (await import('./worker.mjs')).buildWorker(root, join(dist, 'worker')),
  },
  {
    name: 'workspace',
    inputs: ['web', 'core', 'api/schema.graphql'],
    build: async () => (await import('./workspace.mjs')).buildWorkspace(root, join(dist, 'workspace'), join(dist, 'assets.json')),
  },
  { name: 'server', inputs: ['server', 'core', 'db', 'api/auth'], build: async () => (await import('./server.mjs')).buildServer(root, dist) },
  { name: 'sdk', inputs: ['sdk', 'core'], build: async () => (await import('./sdk.mjs')).buildSdk(root, join(root, 'sdk', 'dist')) },
]

/**
 * Builds the parts that changed. `onStart` is told the name of each part before it is built; resolves with those names.
 * Two builds of one checkout wait for each other.
 * @param {(name: string) => void} onStart
 * @param {string[]} only names of parts; empty = all
 * @returns {Promise<string[]>}
 */
export async function buildAll(onStart, only = []) {
  const stale = () =>
    parts
      .filter(({ name }) => only.length === 0 || only.includes(name))
      .map((part) => ({ ...part, stamp: join(dist, 'stamps', part.name), hash: hashOf(root, [...part.inputs, 'server/build', 'package-lock.json']) }))
      .filter(({ stamp, hash }) => !isFresh(stamp, hash))
  if (stale().length === 0) return []
  const release = await takeTurn(join(dist, 'building'))
  try {
    const outcomes = await Promise.allSettled(
      stale().map(async ({ name, build, stamp, hash }) => {
        onStart(name)
        await build()
        writeStamp(stamp, hash)
        return name
      }),
    )
    const failed = outcomes.filter(({ status }) => status === 'rejected')
    if (failed.length > 0) throw new Error(failed.map(({ reason }) => reason.message).join('\n'))
    return outcomes.map(({ value }) => value)
  } finally {
    release()
  }
}

/** One builder at a time: a file with its pid. One whose process is gone counts as left behind. */
async function takeTurn(file) {
  mkdirSync(dist, { recursive: true })
  for (;;) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' })
      return () => rmSync(file, { force: true })
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
    }
    if (!builderLives(file)) rmSync(file, { force: true })
    else await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

function builderLives(file) {
  try {
    process.kill(Number(readFileSync(file, 'utf8')) || process.pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const begin = performance.now()
  try {
    const built = await buildAll((name) => console.error(`building ${name}`), process.argv.slice(2))
    console.error(built.length === 0 ? 'everything is built' : `built ${built.join(', ')} in ${((performance.now() - begin) / 1000).toFixed(1)} s`)
  } catch (error) {
    console.error(error.message)
    process.exitCode = 1
  }
}
