/**
 * A task as a flow of its own, so that a run of it is a run like any other: with a lease, a worker, a page, retries after a crash, a cancel. Its entrypoint is
 * `FILE:task(NAME)`; its parameters are the task's arguments.
 */
import { pathToFileURL } from 'node:url'
import type { TaskDefinition } from '../engine/task-definition.ts'
import { callTask } from '../engine/task-engine.ts'
import { type FlowHandle, flowHandle } from '../engine/flow-handle.ts'
import { type Flow, flow } from '../flow.ts'
import { NO_RETRIES } from '../../core/retry-policy.ts'
import { findMadeByName } from '../engine/task-origin.ts'
import { decodeArguments, type TaskParameters } from './task-arguments.ts'
import { resultsOf } from './task-results.ts'

/** Name in an entrypoint: `task(send%20mail)`. */
export const taskExport = (name: string): string => `task(${encodeURIComponent(name).replaceAll('(', '%28').replaceAll(')', '%29')})`

/** The task that such an export names; null for any other export. */
export function readTaskExport(exportName: string): string | null {
  const name = /^task\((.+)\)$/.exec(exportName)?.[1]
  return name === undefined ? null : decodeURIComponent(name)
}

/** The flow that runs a task of this file, which has been imported; null when it makes none of that name. */
export function findTaskFlow(file: string, name: string): FlowHandle | null {
  const task = findMadeByName(pathToFileURL(file).href, name)
  return task ? flowHandle(taskFlow(task)) : null
}

/** A flow that runs the task once with the arguments among its parameters, and has its value. */
export function taskFlow(task: TaskDefinition): Flow<TaskParameters, TaskParameters, unknown> {
  const { name, description, tags } = task
  return flow({ name, description: description ?? '', tags, results: resultsOf(task) }, async (parameters: TaskParameters) => {
    const { args, attempt } = await decodeArguments(task, parameters)
    return callTask(attempt === null ? storedOnce(task) : onceAs(task, attempt, args.length), args, { submitted: false }).result()
  })
}

/** The run stores what the task returns; the same again under the task run's name would help nobody. */
const storedOnce = (task: TaskDefinition): TaskDefinition => (task.cache ? task : { ...task, results: task.results ?? false })

/**
 * One attempt of a task whose other attempts are runs of their own: its context tells which one it is. Cache, hooks and the limits of its tags are the business of the
 * flow that has submitted it.
 */
function onceAs(task: TaskDefinition, attempt: number, given: number): TaskDefinition {
  const fn = (...args: unknown[]): unknown => {
    // More than was given: then the last one is the context.
    const called = args.length > given ? [...args.slice(0, -1), { ...(args.at(-1) as object), attempt }] : args
    return (task.fn as (...called: unknown[]) => unknown)(...called)
  }
  const retries = { ...task.retries, policy: NO_RETRIES }
  return { ...task, results: false, retries, fn, tags: [], cache: null, hooks: null, transactionHooks: null }
}
