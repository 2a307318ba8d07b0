/**
 * Builds what is not fresh: the Worker, the workspace, this package, the SDK. `npm run build`, and every `npm start` and `npm test`.
 * A second run with nothing changed only hashes the sources.
 */
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

/** Builds the parts that changed. `onStart` is told the name of each part before it is built; resolves with those names. */
export async function buildAll(onStart = () => {}) {
  const built = []
  await Promise.all(
    parts.map(async ({ name, inputs, build }) => {
      const stamp = join(dist, 'stamps', name)
      const hash = hashOf(root, [...inputs, 'server/build', 'package-lock.json'])
      if (isFresh(stamp, hash)) return
      onStart(name)
      await build()
      writeStamp(stamp, hash)
      built.push(name)
    }),
  )
  return built
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const begin = performance.now()
  const built = await buildAll((name) => console.error(`building ${name}`))
  console.error(built.length === 0 ? 'everything is built' : `built ${built.join(', ')} in ${((performance.now() - begin) / 1000).toFixed(1)} s`)
}
