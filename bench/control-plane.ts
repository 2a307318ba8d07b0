/** The built control plane as a process of its own, so that nothing of it shares an event loop with the bench. Ends when its parent does. Arguments: home, folder of the build, URL of a database. */
import path from 'node:path'

export interface BenchedControlPlane {
  url: string
  adminKey: string
  pids: { workerd: number; postgres: number | null }
}

const [, , home, dist, databaseUrl] = process.argv
const { startControlPlane } = (await import(path.join(dist as string, 'index.mjs'))) as typeof import('../server/index.ts')
const plane = await startControlPlane({ home: home as string, port: 0, ...(databaseUrl ? { databaseUrl } : {}) })
process.once('disconnect', () => void plane.stop().then(() => process.exit(0)))
process.send?.({ url: plane.url, adminKey: plane.adminKey, pids: plane.pids } satisfies BenchedControlPlane)
