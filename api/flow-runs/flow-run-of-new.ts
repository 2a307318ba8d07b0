/** The read shape of a run that was inserted in this very request. */
import type { NewFlowRun } from '../../core/new-flow-run.ts'
import type { State } from '../../core/states.ts'
import type { DeploymentRow } from '../../db/queries/deployments/deployment-row.ts'
import type { FlowRunRow } from '../../db/queries/flow-runs/flow-run-row.ts'
import type { Context } from '../context.ts'

/** A run that was just inserted, as it would be read: saves the round trip. Which worker has it is not known here, so `worker` is null. */
export function flowRunOfNew(context: Pick<Context, 'workspaceId'>, run: NewFlowRun, deployment: DeploymentRow, state: State): FlowRunRow {
  return {
    id: run.id,
    name: run.name,
    flow: deployment.flow,
    deployment: { id: deployment.id, name: deployment.name },
    deploymentVersionId: run.deploymentVersionId,
    workPool: deployment.workPool,
    workQueue: { id: deployment.workQueue.id, name: deployment.workQueue.name },
    worker: null,
    state,
    runCount: 0,
    epoch: 1,
    parameters: run.parameters,
    jobVariables: run.jobVariables,
    tags: run.tags,
    idempotencyKey: run.idempotencyKey,
    createdBy: run.createdBy,
    parentFlowRunId: run.parentFlowRunId,
    parentTaskRunId: run.parentTaskRunId,
    rootFlowRunId: null,
    scheduledTime: run.scheduledTime,
    createdAt: run.createdAt,
    startTime: null,
    endTime: null,
    times: { waiting: 0, starting: 0, running: 0 },
    facts: {
      id: run.id,
      workspaceId: context.workspaceId,
      state,
      epoch: 1,
      lastN: 0,
      holder: null,
      heardAt: null,
      claimedAt: null,
      clockShift: null,
      runCount: 0,
      deploymentId: run.deploymentId,
      workPoolId: run.workPoolId,
      workPoolType: run.workPoolType,
      rootFlowRunId: null,
      startTime: null,
      policy: run.policy,
    },
    infrastructureId: null,
    scheduleId: null,
    occurrence: null,
    readAt: run.createdAt,
  }
}
