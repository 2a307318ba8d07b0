/** Deployments in code, beside `weir deploy`. What does the work is loaded when it is called: most programs only run flows. */
import type { Deployment, SavedDeployment } from './deployments/deploy.ts'
import type { FlowSource } from './deployments/flow-from.ts'
import type { ServeOptions } from './deployments/serve.ts'
import type { Flow } from './flow.ts'

/**
 * Saves each, in order, and gives them as they stand. `pool` is for those that name none themselves.
 * Rejects with UsageError for options that are wrong, with DeploymentRefused for what the control plane refuses (an unknown work pool, parameters that do not fit).
 */
export async function deploy(deployments: Deployment | readonly Deployment[], options?: { pool?: string }): Promise<SavedDeployment[]> {
  return (await import('./deployments/deploy.ts')).saveDeployments(deployments, options)
}

/**
 * Deploys, and runs the runs of these deployments on this machine. Resolves when the process was told to stop (Ctrl-C, SIGTERM, `signal`) and what ran has ended;
 * a second Ctrl-C ends what runs. Rejects as `deploy` does.
 */
export async function serve(deployments: Deployment | readonly Deployment[], options?: ServeOptions): Promise<void> {
  return (await import('./deployments/serve.ts')).serveDeployments(deployments, options)
}

/**
 * A flow out of a folder of code, to be run, deployed or served. Imports its module; rejects with UsageError for a source that is no folder of this machine,
 * and for an entrypoint that is no flow.
 */
export async function flowFrom(source: FlowSource): Promise<Flow<unknown, unknown, unknown>> {
  return (await import('./deployments/flow-from.ts')).loadFlowFrom(source)
}
