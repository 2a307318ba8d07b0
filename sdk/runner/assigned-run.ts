/** What a run that was given out finds around it: its folder and environment, and what its code is told of it. */
import type { JsonObject } from '../../core/json-value.ts'
import type { AssignedDeployment, Assignment } from '../../core/protocol/assignment.ts'
import type { FlowRunAbout } from '../engine/flow-run-scope.ts'
import { CannotLoadFlow } from './import-module.ts'

/** The run's directory and environment, before anything of it is imported. */
export function enterFolder(path: string, env: Record<string, string>): void {
  Object.assign(process.env, env)
  try {
    process.chdir(path)
  } catch (error) {
    throw new CannotLoadFlow(path, `the folder cannot be entered (${(error as NodeJS.ErrnoException).code ?? (error as Error).message})`, {
      hint: 'Deploy the flow again from where it lies now.',
    })
  }
}

/** As `runContext` and `runtime` have it. */
export const aboutOf = ({ flow, flowRun }: Assignment, deployment: AssignedDeployment, jobVariables: JsonObject): FlowRunAbout => ({
  url: flowRun.url,
  deployment: `${flow.name}/${deployment.name}`,
  deploymentVersion: deployment.version,
  scheduledTime: flowRun.scheduledTime === null ? null : new Date(flowRun.scheduledTime),
  jobVariables,
  parentFlowRunId: flowRun.parentFlowRunId ?? null,
})
