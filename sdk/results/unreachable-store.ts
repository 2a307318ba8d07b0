/** What stands in a thread for a store that cannot be sent there and that it does not find. */
import { UsageError } from '../errors.ts'
import type { ResultStore } from './result-store.ts'

/** A store that cannot be reached from here. Whoever wants to use it gets the reason. */
export class UnreachableStore implements ResultStore {
  readonly reason: UsageError

  constructor(problem: string) {
    this.reason = new UsageError(
      problem,
      'Name it in the module of the task that is submitted, or give the task results of its own: task({ results: … }). Both are made anew where it runs.',
    )
  }

  async write(): Promise<never> {
    throw this.reason
  }

  async read(): Promise<never> {
    throw this.reason
  }

  async delete(): Promise<never> {
    throw this.reason
  }

  locate(): never {
    throw this.reason
  }

  keyOf(): never {
    throw this.reason
  }
}
