/**
 * How a command ends when it cannot do what was asked. Exit codes: 0 done, 1 the work failed, 2 wrong use, 3 cannot reach or not allowed.
 * The message names the thing, the place and what was expected; the hint says what to do next.
 */

type ExitCode = 1 | 2 | 3

/** Thrown by commands; `main` prints it and ends with its exit code. */
export class Failure extends Error {
  readonly exitCode: ExitCode
  /** Stable word for programs (`-o json`). */
  readonly code: string
  readonly hint: string | undefined
  /** Of the request that was answered so: what the control plane's log has of it stands under this id. */
  readonly requestId: string | undefined
  constructor(exitCode: ExitCode, code: string, message: string, hint?: string, requestId?: string) {
    super(message)
    this.name = 'Failure'
    this.exitCode = exitCode
    this.code = code
    this.hint = hint
    this.requestId = requestId
  }
}

/** Wrong use: an argument, an option, a file. */
export const wrongUse = (code: string, message: string, hint?: string, requestId?: string): Failure => new Failure(2, code, message, hint, requestId)

/** The control plane cannot be reached or does not let us. */
export const noAccess = (code: string, message: string, hint?: string, requestId?: string): Failure => new Failure(3, code, message, hint, requestId)
