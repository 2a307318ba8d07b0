/**
 * Errors as GraphQL shows them: the types of the result unions, and the masking of everything that nobody meant to show.
 */
import { GraphQLError } from 'graphql'
import { CredentialEnded } from '../db/client.ts'
import { BadCursor } from '../db/queries/page.ts'
import { builder } from './builder.ts'
import { Conflict, credentialEnded, Invalid, type Issue, LimitExceeded, NotFound, statusOf, WeirError } from './errors.ts'
import type { Log } from './log.ts'

const ErrorInterface = builder.interfaceRef<WeirError>('Error').implement({
  description: 'What an author or operator can meet. `code` is stable; the list is in docs/graphql.md.',
  fields: (t) => ({
    message: t.exposeString('message', { description: 'Names the thing, the place and what was expected.' }),
    code: t.exposeString('code', { description: 'Stable, for programs: `BAD_USER_INPUT`, `NOT_FOUND`, `CONFLICT`, `LIMIT_EXCEEDED`.' }),
    path: t.exposeStringList('path', {
      nullable: true,
      description: 'Place inside the input, for example `["parameters", "day"]`. Null when it is about the whole.',
    }),
    hint: t.exposeString('hint', { nullable: true, description: 'What to do next. Null when there is nothing to add.' }),
  }),
})

export const ValidationIssue = builder.objectRef<Issue>('ValidationIssue').implement({
  description: 'One thing that is wrong with the input.',
  fields: (t) => ({
    path: t.exposeStringList('path', { description: 'Where: field names and list positions from `input` on.' }),
    message: t.exposeString('message', { description: 'What is wrong.' }),
    expected: t.exposeString('expected', { nullable: true, description: 'What was expected there. Null when the message says it all.' }),
  }),
})

builder.objectType(Invalid, {
  name: 'ValidationError',
  description: 'The input is not what was expected; nothing was changed.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    issues: t.field({ type: [ValidationIssue], description: 'Everything that is wrong, at least one.', resolve: (error) => error.issues }),
  }),
})

builder.objectType(NotFound, {
  name: 'NotFoundError',
  description: 'Something the input names does not exist in this workspace.',
  interfaces: [ErrorInterface],
})

builder.objectType(Conflict, {
  name: 'ConflictError',
  description: 'The thing is in a condition in which this makes no sense, or somebody else was first; nothing was changed.',
  interfaces: [ErrorInterface],
})

builder.objectType(LimitExceeded, {
  name: 'LimitExceededError',
  description: 'More than there may be; nothing was changed.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    max: t.int({ nullable: true, description: 'How much there may be. Null when it is no number.', resolve: (error) => error.max }),
  }),
})

/** What a top-level error shows: ours with their code, GraphQL's own as they are, anything else hidden behind the request id. */
export function maskError(error: unknown, requestId: string, log: Log): Error {
  const cause = error instanceof GraphQLError ? error.originalError : error
  const place = error instanceof GraphQLError ? { nodes: error.nodes, source: error.source, positions: error.positions, path: error.path } : {}
  if (cause instanceof WeirError) {
    const { code, hint, path } = cause
    return new GraphQLError(cause.message, {
      ...place,
      extensions: { code, requestId, ...(hint === null ? {} : { hint }), ...(path === null ? {} : { inputPath: path }) },
    })
  }
  if (error instanceof GraphQLError && (cause === undefined || cause === null || cause instanceof GraphQLError)) {
    // What the parser and the validation refuse has a code by then; what is left without one and has no place in the answer is a variable.
    const code = error.extensions['code'] ?? (error.path === undefined ? 'BAD_USER_INPUT' : 'GRAPHQL_VALIDATION_FAILED')
    const { http, ...extensions } = error.extensions
    return new GraphQLError(error.message, { ...place, extensions: { ...extensions, ...(http === undefined ? {} : { http }), code, requestId } })
  }
  if (cause instanceof BadCursor) return new GraphQLError(cause.message, { ...place, extensions: { code: 'BAD_USER_INPUT', requestId } })
  if (cause instanceof CredentialEnded) {
    const { code, message, hint } = credentialEnded()
    return new GraphQLError(message, { ...place, extensions: { code, requestId, hint, http: { status: statusOf(code) } } })
  }
  if (isUnavailable(cause)) {
    log.error('the database cannot be reached', { error: cause })
    return new GraphQLError('The database cannot be reached at the moment; nothing is known to be changed. Try again.', {
      ...place,
      extensions: { code: 'NOT_READY', requestId, retryAfter: 1 },
    })
  }
  log.error('an operation failed', { error: cause instanceof Error ? cause : new Error(String(cause)) })
  return new GraphQLError(`Something went wrong inside the control plane; its log has the details under request ${requestId}.`, {
    ...place,
    extensions: { code: 'INTERNAL', requestId },
  })
}

const isUnavailable = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'DATABASE_UNAVAILABLE'
