/** Reasons for an abort that no author asks for. Told apart by `code`, so that another copy of the package understands them, too. */
import { WeirError } from '../errors.ts'

/** The run is not ours any more (its epoch is over, or its fence has passed): end without reporting. */
export class RunStopped extends WeirError {
  constructor(reason: string) {
    super('run_stopped', reason)
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return hasCode(value, 'run_stopped')
  }
}

/** The process was asked to end (SIGTERM): the run crashes, for it did not come to its end. */
export class RunTerminated extends WeirError {
  constructor(signal: string) {
    super('run_terminated', `its process was asked to end (${signal})`)
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return hasCode(value, 'run_terminated')
  }
}

const hasCode = (value: unknown, code: string): boolean => value instanceof Error && 'code' in value && value.code === code
