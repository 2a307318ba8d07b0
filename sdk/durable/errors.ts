/** What a durable flow can go wrong with. */
import { WeirError } from '../errors.ts'

/** An argument that has no stable form, so that the call could not be found again. */
export class InputNotHashable extends WeirError {
  constructor(place: string, what: string) {
    super('input_not_hashable', `${place} is ${what}, which cannot be compared with what it was in another process`, {
      hint: 'Pass plain data, or give the task a key: task({ key: (…args) => "…" }, …).',
    })
  }
}

/** With `durable: 'strict'`: the flow came to its end without asking again for what it had finished before. */
export class DurableMismatch extends WeirError {
  /** Names of the task runs. */
  readonly taskRuns: readonly string[]

  constructor(flow: string, taskRuns: readonly string[]) {
    super('durable_mismatch', `flow "${flow}" did not ask again for ${describeTaskRuns(taskRuns)}, finished in an earlier attempt`, {
      hint: 'The flow took another way, or its code has changed: retry it from a task, or run it anew.',
    })
    this.taskRuns = taskRuns
  }
}

/** `task run load-1, load-2 and 3 more`: at most twenty by name. */
export function describeTaskRuns(names: readonly string[]): string {
  const shown = names.slice(0, 20).join(', ')
  return `task run${names.length === 1 ? '' : 's'} ${shown}${names.length > 20 ? ` and ${names.length - 20} more` : ''}`
}
