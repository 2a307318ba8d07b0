/** What waiting for input throws into author's code. */
import { type ParameterIssue, WeirError } from '../errors.ts'

/** Nobody answered in time. Not caught, it fails the run. */
export class InputTimeout extends WeirError {
  constructor(what: string, limit: string) {
    super('input_timeout', `${what} was not answered within ${limit}`, {
      hint: 'Give it a longer timeout, or catch this error to go on without an answer.',
    })
  }
}

/** A message that does not fit the schema with which it was received. It counts as received. */
export class InputInvalid extends WeirError {
  /** Every mismatch, with its path. */
  readonly issues: ParameterIssue[]

  constructor(what: string, issues: ParameterIssue[]) {
    super('input_invalid', `${what} does not match its schema: ${showIssues(issues)}`)
    this.issues = issues
  }
}

/** `day: expected a date; cities: expected a list`: at most ten of them. */
export function showIssues(issues: readonly ParameterIssue[]): string {
  const lines = issues.slice(0, 10).map(({ path, message }) => `${path.length > 0 ? path.join('.') : '(all)'}: ${message}`)
  if (issues.length > 10) lines.push(`and ${issues.length - 10} more`)
  return lines.join('; ')
}
