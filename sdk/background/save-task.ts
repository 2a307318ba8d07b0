/** Makes a task known to the control plane: a deployment of the flow that runs it, in the queue of its name. */
import { fileURLToPath } from 'node:url'
import type { ControlPlane } from '../client/control-plane.ts'
import { askFor, type Deployment, makePool, saveDeployments } from '../deployments/deploy.ts'
import { everyMade } from '../engine/task-origin.ts'
import type { TaskDefinition } from '../engine/task-definition.ts'
import { DeploymentRefused, UsageError } from '../errors.ts'
import { taskExport, taskFlow } from './task-flow.ts'

/** Where background tasks are. */
export const TASKS = { pool: 'background-tasks', deployment: 'background' } as const
/** How often a run whose worker was lost is given to another one. */
export const AFTER_CRASH = 3

const CREATE_QUEUE = `mutation CreateTaskQueue($input: CreateWorkQueueInput!) { result: createWorkQueue(input: $input) {
  __typename ... on CreateWorkQueueSuccess { workQueue { name } } ... on Error { message code hint } ... on ValidationError { issues { path message } }
} }`

/** As a deployment. Throws UsageError for a task that another process would not find. */
export function taskDeployment(
  task: TaskDefinition,
  { name, queue, pool, afterCrash }: { name: string; queue?: string; pool?: string; afterCrash: number },
): Deployment {
  const file = task.origin?.modules.at(-1)
  if (file === undefined)
    throw new UsageError(
      `task "${task.name}" cannot run in another process: it was made by code without a file`,
      'Make it at the top level of a module.',
    )
  return {
    flow: taskFlow(task),
    options: {
      name,
      entrypoint: `${fileURLToPath(file)}:${taskExport(task.name)}`,
      retryOnCrash: afterCrash,
      onContactLost: 'stop',
      startAgain: true,
      ...(queue === undefined ? {} : { queue }),
      ...(pool === undefined ? {} : { pool }),
    },
  }
}

/** The pool and the queue are made when they are missing. */
export async function makeTaskQueue(controlPlane: ControlPlane, queue: string): Promise<void> {
  await makePool(controlPlane, TASKS.pool)
  try {
    await askFor(controlPlane, CREATE_QUEUE, { input: { workPoolName: TASKS.pool, name: queue } })
  } catch (error) {
    if (!(error instanceof DeploymentRefused && error.code === 'CONFLICT')) throw error
  }
}

/** For background runs of the task. */
export async function saveTask(controlPlane: ControlPlane, task: TaskDefinition): Promise<void> {
  await makeTaskQueue(controlPlane, task.name)
  await saveDeployments(taskDeployment(task, { name: TASKS.deployment, queue: task.name, pool: TASKS.pool, afterCrash: AFTER_CRASH }))
}

/** For the pool of a `poolRunner`. A crash is the flow's to handle: its task has retries. */
export async function saveForPool(task: TaskDefinition, pool: string): Promise<void> {
  try {
    await saveDeployments(taskDeployment(task, { name: pool, pool, afterCrash: 0 }))
  } catch (error) {
    if (!(error instanceof DeploymentRefused && error.code === 'NOT_FOUND')) throw error
    throw new DeploymentRefused(error.code, `the flow's poolRunner names work pool "${pool}", and there is none`, {
      cause: error,
      hint: `Make it: weir work-pool create ${pool}`,
    })
  }
}

/** A flow whose `poolRunner` names this pool is deployed: every task that its code makes is made known to the pool. */
export async function saveTasksFor(pool: string): Promise<void> {
  for (const task of everyMade()) await saveForPool(task, pool)
}
