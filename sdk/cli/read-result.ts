import { Failure, noAccess, wrongUse } from './failure.ts'

/** Every mutation answers a union: its success, or an error that says what is wrong. Select the error with `... on Error { __typename message code hint path }`. */
export interface UnionError {
  __typename: 'ValidationError' | 'NotFoundError' | 'ConflictError' | 'LimitExceededError'
  message: string
  code: string
  hint?: string | null
  path?: string[] | null
  issues?: Issue[]
}

interface Issue {
  path: string[]
  message: string
  expected: string | null
}

/** What a document selects of errors. */
export const ERROR_FIELDS = '... on Error { message code hint path } ... on ValidationError { issues { path message expected } }'

/** The success of a result union; throws Failure for its error. */
export function successOf<Success extends { __typename: string }>(result: Success | UnionError): Success {
  if (!isError(result)) return result
  const { code, message, hint } = result
  if (result.__typename === 'ValidationError') throw wrongUse(code, tellIssues(message, result.issues ?? []), hint ?? undefined)
  // Too much of an argument is the caller's to change, any other limit is not.
  if (result.__typename === 'LimitExceededError' && !result.path?.length) throw noAccess(code, message, hint ?? undefined)
  if (result.__typename === 'ConflictError') throw new Failure(1, code, message, hint ?? undefined)
  throw wrongUse(code, message, hint ?? undefined)
}

/** What is there already is changed by another command: the API's own hint names its mutations. */
export const hintWhenThere = <Success extends { __typename: string }>(result: Success | UnionError, hint: string): Success | UnionError =>
  result.__typename === 'ConflictError' ? { ...result, hint } : result

/** One issue is the message itself; several are a line each below it. */
function tellIssues(message: string, issues: readonly Issue[]): string {
  const expected = (issue: Issue) => (issue.expected && !issue.message.includes(issue.expected) ? ` (expected ${issue.expected})` : '')
  const [only, ...more] = issues
  if (only && more.length === 0 && message.includes(only.message)) return `${message}${expected(only)}`
  return [message, ...issues.map((issue) => `  ${issue.path.join('.') || '(whole)'}: ${issue.message}${expected(issue)}`)].join('\n')
}

const isError = (result: { __typename: string }): result is UnionError =>
  ['ValidationError', 'NotFoundError', 'ConflictError', 'LimitExceededError'].includes(result.__typename)
