/** Entry of a runner: the process in which a deployment's flow runs. Its watch thread begins here as well, with as little as it needs. */
import { enableCompileCache } from 'node:module'
import { isMainThread } from 'node:worker_threads'

if (isMainThread) {
  // Many processes of the same code: what one has compiled or stripped of its types the next one reads.
  enableCompileCache()
  const { startRunner } = await import('./runner.ts')
  await startRunner(new URL(import.meta.url))
} else {
  const { startWatch } = await import('./watch.ts')
  startWatch()
}
