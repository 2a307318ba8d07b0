/**
 * Where the code that is running stands: in which flow run, in which task run. Carried along by Node across awaits, timers and callbacks,
 * and shared by all copies of the package in one process (a bundle and its dependency may each bring one).
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import type { JsonObject } from '../core/json-value.ts'
import { UsageError } from './errors.ts'
import type { FlowRunScope } from './engine/flow-run-scope.ts'
import type { Slot } from './engine/slots.ts'
import type { TaskRunRecord } from './engine/task-run-record.ts'

/** The engine's own view. */
export interface RunScope {
  /** Null in a task that was called outside a flow. */
  flowRun: FlowRunScope | null
  taskRun: TaskRunRecord | null
  /** Aborted by timeouts and cancellation. */
  signal: AbortSignal
  /** The place that the running task takes in its runner. */
  slot: Slot | null
}

const KEY = Symbol.for('weirflow.run-scope')
type Holder = { [KEY]?: AsyncLocalStorage<RunScope> }

/** One per process. */
export const runScopes: AsyncLocalStorage<RunScope> = ((globalThis as Holder)[KEY] ??= new AsyncLocalStorage<RunScope>())

/** What authors may ask about the run their code is part of. */
export interface RunContext {
  /** Null in a task that was called outside of flows. */
  flowRun: {
    id: string
    name: string
    flowName: string
    /** The flow's own `version`. */
    flowVersion: string | null
    parameters: JsonObject
    tags: readonly string[]
    /** 1 for the first attempt. */
    attempt: number
    /** Page of the run in the workspace; null when it is not tracked. */
    url: string | null
    /** `flow/deployment`, null for a run without one. */
    deployment: string | null
    /** Of the deployment; a subflow has none. */
    deploymentVersion: number | null
    scheduledTime: Date | null
    /** Of the deployment and the run, with what they refer to; in a subflow those of the run that called it. Empty without a deployment. */
    jobVariables: JsonObject
    /** The run that called this one as a subflow, or made it with `runDeployment`. */
    parentFlowRunId: string | null
  } | null
  /** The task run, `attempt` 1 for the first one; null in the flow's own code. */
  taskRun: { id: string; name: string; taskName: string; tags: readonly string[]; attempt: number } | null
  /** Aborted when the attempt takes too long or the run is cancelled; its `reason` is `TimedOut` or `RunCancelled`. */
  signal: AbortSignal
}

/** The run this code is part of. Throws outside of flows and tasks. */
export function runContext(): RunContext {
  const scope = runScopes.getStore()
  if (!scope) throw new UsageError('runContext() was called outside of a flow or task')
  const { flowRun, taskRun, signal } = scope
  return {
    flowRun: flowRun && {
      id: flowRun.record.id,
      name: flowRun.record.name,
      flowName: flowRun.record.flowName,
      flowVersion: flowRun.record.flowVersion,
      parameters: flowRun.record.parameters,
      tags: flowRun.record.tags,
      attempt: flowRun.record.runCount,
      url: flowRun.about.url,
      deployment: flowRun.about.deployment,
      deploymentVersion: flowRun.about.deploymentVersion,
      scheduledTime: flowRun.about.scheduledTime,
      jobVariables: flowRun.about.jobVariables,
      parentFlowRunId: flowRun.record.parentFlowRunId ?? flowRun.about.parentFlowRunId,
    },
    taskRun: taskRun && { id: taskRun.id, name: taskRun.name, taskName: taskRun.taskKey, tags: taskRun.tags, attempt: taskRun.runCount },
    signal,
  }
}
