import type { DeploymentRow } from './documents.ts'

/** The shape of a deployment in `-o json`; stable. */
export const deploymentJson = (deployment: DeploymentRow) => ({
  id: deployment.uuid,
  name: deployment.fullName,
  description: deployment.description,
  isPaused: deployment.isPaused,
  tags: deployment.tags,
  workPool: deployment.workPool?.name ?? null,
  concurrencyLimit: deployment.concurrencyLimit,
  version: deployment.version.number,
  entrypoint: deployment.version.entrypoint,
  path: deployment.version.path,
  updatedAt: deployment.updatedAt,
})
