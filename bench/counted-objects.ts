/**
 * The built control plane with a Worker that counts what its Durable Objects are asked: every call, socket message and alarm, and every alarm that is set
 * (a row of storage). The product has no such counters of its own; hosted, Cloudflare counts. `COUNTS_PATH` answers them, the sum since the start.
 */
import { cpSync, mkdirSync, symlinkSync } from 'node:fs'
import path from 'node:path'
import { build } from 'esbuild'

const SERVER = path.join(path.dirname(import.meta.dirname), 'server')

export const COUNTS_PATH = '/bench/object-counts'

/** By what was asked: `Feed.ring`, `WorkPool.webSocketMessage`, `WorkPool.setAlarm`. */
export type ObjectCounts = Record<string, number>

const COUNTING_WORKER = `
import worker, * as built from './index.js'

const counts = {}
const count = (what) => (counts[what] = (counts[what] ?? 0) + 1)

function counting(name, Class) {
  for (const method of Object.getOwnPropertyNames(Class.prototype)) {
    const original = Class.prototype[method]
    if (method === 'constructor' || typeof original !== 'function') continue
    Class.prototype[method] = function (...args) {
      count(name + '.' + method)
      return original.apply(this, args)
    }
  }
  return class extends Class {
    constructor(ctx, env) {
      const { storage } = ctx
      const setAlarm = storage.setAlarm.bind(storage)
      storage.setAlarm = (...args) => {
        count(name + '.setAlarm')
        return setAlarm(...args)
      }
      super(ctx, env)
    }
  }
}

export const WorkPool = counting('WorkPool', built.WorkPool)
export const Feed = counting('Feed', built.Feed)
export default {
  ...worker,
  fetch: (request, env, execution) =>
    new URL(request.url).pathname === '${COUNTS_PATH}' ? Response.json(counts) : worker.fetch(request, env, execution),
}
`

/** Makes it below `scratch`; answers its `dist` folder. */
export async function buildCountedControlPlane(scratch: string): Promise<string> {
  const server = path.join(scratch, 'server')
  const dist = path.join(server, 'dist')
  mkdirSync(server, { recursive: true })
  cpSync(path.join(SERVER, 'dist'), dist, { recursive: true })
  cpSync(path.join(SERVER, 'package.json'), path.join(server, 'package.json'))
  symlinkSync(path.join(path.dirname(SERVER), 'node_modules'), path.join(scratch, 'node_modules'))
  symlinkSync(path.join(SERVER, 'node_modules'), path.join(server, 'node_modules'))
  const worker = path.join(dist, 'worker')
  await build({
    stdin: { contents: COUNTING_WORKER, resolveDir: path.join(SERVER, 'dist', 'worker') },
    outfile: path.join(worker, 'index.js'),
    allowOverwrite: true,
    bundle: true,
    format: 'esm',
    target: 'es2024',
    external: ['cloudflare:*', 'node:*'],
    logLevel: 'warning',
  })
  return dist
}
