/** Asking the API: one POST with the hash of the document, the browser's session cookie, typed by the document. Whatever goes wrong becomes a RequestError with a stable code. */
import { learnServerTime } from '#lib/clock/now.svelte.ts'
import type { TypedDocumentString } from './generated/graphql.ts'
import { documentOf } from './document-of.ts'
import { noteRefusal } from './outdated.svelte.ts'

/** `OFFLINE` = nobody answered; otherwise the API's own code, e.g. `UNAUTHENTICATED`, `FORBIDDEN`. */
export class RequestError extends Error {
  override name = 'RequestError'
  readonly code: string
  readonly hint: string | null
  readonly requestId: string | null

  constructor(code: string, message: string, hint: string | null = null, requestId: string | null = null) {
    super(message)
    noteRefusal(code)
    this.code = code
    this.hint = hint
    this.requestId = requestId
  }
}

/** Of every request that carries the session: no page of another site can send them. */
export const HEADERS = { 'content-type': 'application/json', 'x-weir-csrf': '1' }

interface Answer<T> {
  data?: T | null
  errors?: { message: string; path?: (string | number)[]; extensions?: { code?: string; requestId?: string; hint?: string } }[]
}

/** The document's data. Throws RequestError; an abort throws the signal's reason. */
export async function request<T, V>(
  document: TypedDocumentString<T, V>,
  ...[variables, options]: V extends Record<string, never> ? [V?, RequestOptions?] : [V, RequestOptions?]
): Promise<T> {
  const { signal } = options ?? {}
  let response: Response
  try {
    response = await fetch('/graphql', {
      method: 'POST',
      headers: { ...HEADERS, accept: 'application/json' },
      body: JSON.stringify({ ...(await documentOf(document)), variables: variables ?? {} }),
      signal: signal ?? null,
      credentials: 'same-origin',
    })
  } catch {
    signal?.throwIfAborted()
    throw new RequestError('OFFLINE', 'The control plane does not answer.')
  }
  learnServerTime(response.headers.get('date'))
  const answer = (await response.json().catch(() => null)) as Answer<T> | null
  signal?.throwIfAborted()
  const failure = answer?.errors?.[0]
  if (failure)
    throw new RequestError(
      failure.extensions?.code ?? 'INTERNAL',
      failure.message,
      failure.extensions?.hint ?? null,
      failure.extensions?.requestId ?? null,
    )
  if (!response.ok || !answer?.data)
    throw new RequestError(response.status >= 502 ? 'OFFLINE' : 'INTERNAL', `The control plane answered ${response.status}.`)
  return answer.data
}

interface RequestOptions {
  signal?: AbortSignal
}

/** What a page shows for an error that it did not expect. */
export const asRequestError = (error: unknown): RequestError =>
  error instanceof RequestError ? error : new RequestError('INTERNAL', error instanceof Error ? error.message : String(error))
