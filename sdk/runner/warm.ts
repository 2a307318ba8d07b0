/** What a spare does while nobody waits for it: the first use of zod and of type stripping cost some 35 ms each. Failures mean a slower start, no more. */
import * as module from 'node:module'

/** Never rejects. */
export async function warm(): Promise<void> {
  await Promise.all([import('zod'), import('../engine/flow-engine.ts'), import('../client/reporting/report-driver.ts')]).catch(() => {})
  const emitWarning = process.emitWarning
  try {
    // The function is called experimental, loading a .ts file is not; and both share the stripper.
    process.emitWarning = () => {}
    module.stripTypeScriptTypes('const warm: number = 1')
  } catch {
    // A Node without it strips nothing, and says so when the flow is loaded.
  } finally {
    process.emitWarning = emitWarning
  }
}

/** Absolute paths of the files outside node_modules that `work` loads. */
export async function filesLoadedBy(work: () => Promise<void>): Promise<string[]> {
  const files = new Set<string>()
  const hooks = module.registerHooks({
    load(url, context, next) {
      if (url.startsWith('file:') && !url.includes('/node_modules/')) files.add(decodeURIComponent(new URL(url).pathname))
      return next(url, context)
    },
  })
  try {
    await work()
  } finally {
    hooks.deregister()
  }
  return [...files]
}
