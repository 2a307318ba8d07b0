/**
 * The operations of the workspace, by hash. Its build sends no query text: `{ documentId, variables }` instead, which is smaller, and lets a control plane be
 * told that browsers ask nothing else (`SESSION_QUERIES=persisted`). Whoever has a key may send text, or a hash that is known here.
 */
import { GraphQLError } from 'graphql'
import type { Actor } from './auth/actor.ts'
import documents from './persisted-documents.json' with { type: 'json' }

const TEXTS: ReadonlyMap<string, string> = new Map(Object.entries(documents))

/** What a request names; whatever else is in it is left to the checks that follow. */
interface Asked {
  query?: unknown
  documentId?: unknown
}

/** The text to be answered; undefined when the request has its own and may. Otherwise an error for the one who asks. */
export function persistedText({ query, documentId }: Asked, actor: Actor, sessionQueries: string | undefined): string | undefined | GraphQLError {
  if (documentId == null) {
    if (sessionQueries !== 'persisted' || actor.kind !== 'user') return undefined
    return refused(
      'PERSISTED_OPERATION_REQUIRED',
      403,
      'Signed-in browsers may ask this control plane what its own pages ask, and nothing else.',
      'Use an API key for queries of your own.',
    )
  }
  if (typeof documentId !== 'string' || query != null)
    return refused('BAD_USER_INPUT', 400, 'Expected either `query` or `documentId`, a text.', 'Send one of them.')
  const text = TEXTS.get(documentId.startsWith('sha256:') ? documentId : `sha256:${documentId}`)
  return (
    text ??
    refused(
      'PERSISTED_OPERATION_NOT_FOUND',
      400,
      'This control plane knows no operation with that `documentId`: only those of its own pages, as they are now.',
      'A page from before an update is to be loaded anew; a program of yours sends its text as `query`.',
    )
  )
}

const refused = (code: string, status: number, message: string, hint: string): GraphQLError =>
  new GraphQLError(message, { extensions: { code, hint, http: { status } } })
