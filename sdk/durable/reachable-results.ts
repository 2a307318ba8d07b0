/** A durable flow goes on wherever a worker starts it: its results must be reachable from there. Asked when it is deployed, not when it is first resumed. */
import type { FlowDefinition } from '../engine/flow-definition.ts'
import { resolveResults } from '../results/result-settings.ts'

/** Why the flow cannot be deployed to the pool, and what to do; null when it can. `typeOf` is asked only where it matters; null = there is no such pool. */
export async function findUnreachableResults(
  flow: FlowDefinition,
  pool: string,
  typeOf: (pool: string) => Promise<string | null>,
): Promise<{ message: string; hint: string } | null> {
  if (!flow.durable) return null
  const store = resolveResults(flow.results ?? true, null)?.store
  // The workers of a process pool may share a machine, or a folder; elsewhere a run's files are gone with its container.
  if (!store?.locate('durable').startsWith('file:')) return null
  const type = await typeOf(pool)
  if (type === null || type === 'process') return null
  return {
    message: `flow "${flow.name}" is durable and keeps its results in files, which the next run of a ${type} pool does not find`,
    hint: 'Give it a store that all of them reach, for example results: s3({ bucket: "…" }), or deploy it to a process pool.',
  }
}
