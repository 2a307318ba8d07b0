/** `task.delay`: hands a task over to task workers. */
import type { Duration } from '../../core/duration.ts'
import { checkDuration, checkKeys } from '../check-options.ts'
import type { ControlPlane } from '../client/control-plane.ts'
import { openControlPlane } from '../deployments/deploy.ts'
import type { TaskDefinition } from '../engine/task-definition.ts'
import { UsageError } from '../errors.ts'
import { DeploymentNotRun, runDeployment } from '../run-deployment.ts'
import type { StartedFlowRun } from '../started-flow-run.ts'
import { runScopes } from '../run-context.ts'
import { BackgroundRun } from './background-run.ts'
import { saveTask, TASKS } from './save-task.ts'
import { encodeArguments } from './task-arguments.ts'

/** How a background task is handed over. */
export interface DelayOptions {
  /** The same key again gives the run that exists. */
  idempotencyKey?: string
  /** When it is due; now when left out. */
  scheduledTime?: Date
  /** Due so much later than now. */
  after?: Duration
  /** Besides the task's. */
  tags?: string[]
  /** Name of the run; made up when left out. */
  name?: string
}

const OPTIONS = ['idempotencyKey', 'scheduledTime', 'after', 'tags', 'name'] as const

/** Resolves once the control plane has stored it. Throws UsageError for arguments that cannot be sent, DeploymentNotRun for what the control plane refuses. */
export async function delayTask(task: TaskDefinition, args: readonly unknown[], options: DelayOptions = {}): Promise<BackgroundRun<unknown>> {
  const owner = `delay of task "${task.name}"`
  checkKeys(options, OPTIONS, owner)
  const { after, scheduledTime, ...given } = options
  if (after !== undefined && scheduledTime !== undefined) throw new UsageError(`${owner} has both after and scheduledTime; one says when`)
  const due = after === undefined ? scheduledTime : new Date(Date.now() + checkDuration(after, `after of ${owner}`))
  const parameters = await encodeArguments(task, args)
  const start = () =>
    runDeployment(`${task.name}/${TASKS.deployment}`, {
      ...given,
      ...(due === undefined ? {} : { scheduledTime: due }),
      parameters: { ...parameters },
      wait: false,
      asSubflow: false,
    })
  const session = runScopes.getStore()?.flowRun?.session
  const controlPlane: ControlPlane = session?.controlPlane ?? openControlPlane(owner)
  return new BackgroundRun(task, controlPlane, await startKnown(task, start))
}

/** A task that nobody has served yet is not known. Whoever has a key makes it known; the run waits for its first worker. */
async function startKnown(task: TaskDefinition, start: () => Promise<StartedFlowRun>): Promise<StartedFlowRun> {
  try {
    return await start()
  } catch (error) {
    if (!(error instanceof DeploymentNotRun) || error.code !== 'NOT_FOUND') throw error
    if (runScopes.getStore()?.flowRun?.about.deployment != null)
      throw new UsageError(
        `task "${task.name}" is not known to the control plane yet`,
        'Serve it once (weir task serve FILE); then runs may delay it.',
      )
    await saveTask(openControlPlane(`delay of task "${task.name}"`), task)
    return start()
  }
}

/** What `delay` gave in another request or process. Asks nothing yet: an id that is none shows when it is asked for. */
export function findDelayed(task: TaskDefinition, flowRunId: string): BackgroundRun<unknown> {
  const controlPlane = runScopes.getStore()?.flowRun?.session.controlPlane ?? openControlPlane(`delayed of task "${task.name}"`)
  return new BackgroundRun(task, controlPlane, { flowRunId, flowRunName: flowRunId, url: `${controlPlane.apiUrl}/flow-runs/${flowRunId}` })
}
