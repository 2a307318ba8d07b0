/**
 * What can go wrong in an operation, as values with a stable code. Doors translate: GraphQL to a result union or `extensions.code`, HTTP to a status.
 * Codes are part of the API (docs/graphql.md) and never renamed. A message names the thing, the place and what was expected; it never carries a secret.
 */

import type { ProtocolError } from '../core/protocol/reports.ts'

export type ErrorCode =
  | 'NOT_FOUND'
  | 'CONFLICT'
  | 'BAD_USER_INPUT'
  | 'LIMIT_EXCEEDED'
  | 'FORBIDDEN'
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN_HOST'
  | 'FORBIDDEN_ORIGIN'
  | 'CSRF'
  | 'BODY_TOO_LARGE'
  | 'RATE_LIMITED'
  | 'NOT_READY'
  | 'INTERNAL'

/** Base of everything an operation may throw on purpose. */
export class WeirError extends Error {
  readonly code: ErrorCode
  /** Place inside the input, e.g. `['input', 'parameters', 'day']`. */
  readonly path: string[] | null
  /** What to do next. */
  readonly hint: string | null
  constructor(code: ErrorCode, message: string, { path = null, hint = null }: { path?: string[] | null; hint?: string | null } = {}) {
    super(message)
    this.name = new.target.name
    this.code = code
    this.path = path
    this.hint = hint
  }
}

/** The thing named does not exist in this workspace (or may not be seen, which looks the same). */
export class NotFound extends WeirError {
  constructor(noun: string, name: string, more: { path?: string[]; hint?: string } = {}) {
    super('NOT_FOUND', `There is no ${noun} "${name}" in this workspace.`, more)
  }
}

/** The thing is in a condition in which the request makes no sense, or somebody else was first. */
export class Conflict extends WeirError {
  constructor(message: string, more: { path?: string[]; hint?: string } = {}) {
    super('CONFLICT', message, more)
  }
}

/** One thing that is wrong with the input. */
export interface Issue {
  path: string[]
  message: string
  expected: string | null
}

/** The input is not what was expected; every issue has its place. */
export class Invalid extends WeirError {
  readonly issues: Issue[]
  constructor(issues: Issue[], more: { hint?: string } = {}) {
    const [first] = issues
    const rest = issues.length > 1 ? ` (and ${issues.length - 1} more)` : ''
    super('BAD_USER_INPUT', first ? `${first.path.join('.')}: ${first.message}${rest}` : 'The input is not valid.', {
      ...more,
      path: first?.path ?? null,
    })
    this.issues = issues
  }
}

/** More than there may be. */
export class LimitExceeded extends WeirError {
  readonly max: number | null
  constructor(message: string, max: number | null, more: { path?: string[]; hint?: string } = {}) {
    super('LIMIT_EXCEEDED', message, more)
    this.max = max
  }
}

/** Known, but not allowed. */
export class Forbidden extends WeirError {
  constructor(message: string, more: { hint?: string } = {}) {
    super('FORBIDDEN', message, more)
  }
}

/** Not known: no credential, or one that is wrong, expired or revoked. */
export class Unauthenticated extends WeirError {
  constructor(message: string, more: { hint?: string } = {}) {
    super('UNAUTHENTICATED', message, more)
  }
}

/** What somebody is told whose credential ended between being let in and being answered. */
export const credentialEnded = (): Unauthenticated =>
  new Unauthenticated('The API key was revoked or has expired, or the session has ended.', {
    hint: 'Have an administrator make a new key, or sign in again.',
  })

const STATUS: Record<ErrorCode, 400 | 401 | 403 | 404 | 409 | 413 | 422 | 429 | 500 | 503> = {
  NOT_FOUND: 404,
  CONFLICT: 409,
  BAD_USER_INPUT: 400,
  LIMIT_EXCEEDED: 422,
  FORBIDDEN: 403,
  UNAUTHENTICATED: 401,
  FORBIDDEN_HOST: 403,
  FORBIDDEN_ORIGIN: 403,
  CSRF: 403,
  BODY_TOO_LARGE: 413,
  RATE_LIMITED: 429,
  NOT_READY: 503,
  INTERNAL: 500,
}

/** HTTP status of a code, for doors that are not GraphQL. */
export const statusOf = (code: ErrorCode) => STATUS[code]

/** The body every HTTP door answers with. */
export const errorBody = (error: WeirError, requestId: string): ProtocolError => ({
  error: { code: error.code, message: error.message, ...(error.hint === null ? {} : { hint: error.hint }), requestId },
})
