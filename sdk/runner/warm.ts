/**
 * What a spare does while nobody waits for it: the first use of zod and of type stripping cost some 35 ms each. Failures mean a slower start, no more.
 * With a compile cache files come out of it stripped, but for new ones: then the stripper would be loaded for nothing.
 */
import * as module from 'node:module'

/** Never rejects. */
export async function warm(): Promise<void> {
  await Promise.all([import('zod'), import('../engine/flow-engine.ts'), import('../client/reporting/report-driver.ts')]).catch(() => {})
  if (module.getCompileCacheDir() !== undefined) return
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
