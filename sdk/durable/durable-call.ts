/** Which key a call has in a durable run. */
import type { FlowRunScope } from '../engine/flow-run-scope.ts'
import type { TaskRunRecord } from '../engine/task-run-record.ts'
import { UsageError } from '../errors.ts'
import { hashInputs } from './hash-inputs.ts'

type Durable = NonNullable<FlowRunScope['durable']>

/** An author's own key of a call, in the place of what its arguments hash to. */
export type TaskKey = (...args: never[]) => string

interface Called {
  readonly name: string
  readonly key: TaskKey | null
}

/** The key of a task's call. Throws InputNotHashable, UsageError for a key function that gives no text, or what it throws. */
export function keyOfTask(
  { work, key: caller }: Durable,
  task: Called,
  args: readonly unknown[],
  parent: TaskRunRecord | null,
  isKept: boolean,
): string {
  return work.keyOf(parent?.durableKey ?? caller, `task ${task.name}`, isKept ? inputOf(task, args) : 'not kept')
}

function inputOf({ name, key }: Called, args: readonly unknown[]): string {
  if (key === null) return `inputs ${hashInputs(name, args)}`
  const made: unknown = (key as (...args: readonly unknown[]) => string)(...args)
  if (typeof made !== 'string' || made === '')
    throw new UsageError(`the key of task "${name}" must give a text, and gave ${made === '' ? 'an empty one' : typeof made}`)
  return `key ${made}`
}

/** What a subflow's calls are known by. Null when the run is not durable. */
export function durableOfSubflow(durable: Durable | null, name: string, parameters: unknown, parent: TaskRunRecord | null): Durable | null {
  if (!durable) return null
  return { work: durable.work, key: durable.work.keyOf(parent?.durableKey ?? durable.key, `flow ${name}`, hashInputs(name, [parameters])) }
}
