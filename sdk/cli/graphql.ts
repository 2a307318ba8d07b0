/**
 * The CLI's GraphQL client: one POST per question, subscriptions as server-sent events on the same endpoint. No GraphQL package: documents are texts,
 * checked against `api/schema.graphql` by a test.
 */
import { postText } from '../client/http/post-text.ts'
import { sayWhyNot } from '../client/http/say-why-not.ts'
import { Failure, noAccess, wrongUse } from './failure.ts'

/** A query, mutation or subscription with the type of its `data`. */
export interface Document<Data, Variables extends Record<string, unknown> = Record<string, never>> {
  readonly text: string
  /** Only for the types. */
  readonly types?: (variables: Variables) => Data
}

/** Marks a text as a document. */
export const document = <Data, Variables extends Record<string, unknown> = Record<string, never>>(text: string): Document<Data, Variables> => ({
  text: text.trim(),
})

interface GraphqlError {
  message: string
  path?: (string | number)[]
  extensions?: { code?: string; hint?: string; requestId?: string; retryAfter?: number }
}

interface GraphqlAnswer<Data> {
  data?: Data | null
  errors?: GraphqlError[]
  extensions?: unknown
}

/** One control plane, one key. */
export interface GraphqlClient {
  readonly apiUrl: string
  /** The data; throws Failure. */
  ask<Data, Variables extends Record<string, unknown>>(document: Document<Data, Variables>, variables: Variables): Promise<Data>
  /** Whatever came, errors included. Throws Failure only when nothing came. */
  askRaw(text: string, variables: Record<string, unknown>, operationName?: string): Promise<GraphqlAnswer<unknown>>
  /**
   * Messages as they come, until the stream is complete or `signal` aborts. When the connection is lost it is opened again with the variables that
   * `resume` answers for the last message, so that nothing is missed; `onGap` is told why it waits.
   */
  follow<Data, Variables extends Record<string, unknown>>(
    document: Document<Data, Variables>,
    variables: Variables,
    options: { resume(last: Data, variables: Variables): Variables; signal?: AbortSignal; onGap?(reason: string): void },
  ): AsyncGenerator<Data, void, void>
}

const TIMEOUT = 30_000
/** How long a lost stream is tried to be opened again without a single message. */
const PATIENCE = 120_000

/** Asks nothing yet. Without a key it sends none, and the API says what it thinks of that. `timeout` = milliseconds for one answer. */
export function graphqlClient(apiUrl: string, apiKey: string | null, timeout: number = TIMEOUT): GraphqlClient {
  const about = { apiUrl, hasKey: apiKey !== null }
  const headers = { 'content-type': 'application/json', ...(apiKey === null ? {} : { authorization: `Bearer ${apiKey}` }) }

  const address = `${apiUrl}/graphql`
  const subscribe = async (body: object, signal: AbortSignal): Promise<Response> => {
    try {
      const { fetchThroughProxy } = await import('../client/http/fetch-through-proxy.ts')
      const init = {
        method: 'POST',
        headers: { ...headers, accept: 'text/event-stream' },
        body: JSON.stringify(body),
        signal,
        redirect: 'error',
      } as const
      return await fetchThroughProxy(address, init)
    } catch (error) {
      throw unreachable(apiUrl, error)
    }
  }
  const askRaw = async (query: string, variables: Record<string, unknown>, operationName?: string): Promise<GraphqlAnswer<unknown>> => {
    const accept = 'application/graphql-response+json, application/json'
    const body = JSON.stringify({ query, variables, operationName })
    const answer = await postText(address, { headers: { ...headers, accept }, body, timeout }).catch((error) => {
      throw unreachable(apiUrl, error, timeout)
    })
    return readAnswer(answer, apiUrl)
  }
  return {
    apiUrl,
    askRaw,
    async ask(document, variables) {
      return dataOf(await askRaw(document.text, variables), about) as never
    },
    async *follow(document, variables, { resume, signal, onGap }) {
      let lostAt: number | null = null
      for (let attempt = 0; ; attempt++) {
        try {
          const response = await subscribe({ query: document.text, variables }, signal ?? new AbortController().signal)
          if (!response.headers.get('content-type')?.startsWith('text/event-stream')) {
            dataOf(readAnswer({ status: response.status, text: await response.text() }, apiUrl), about)
            throw noAccess('UNEXPECTED_ANSWER', `${apiUrl} does not answer subscriptions (${response.status}).`)
          }
          let complete = false
          for await (const event of readEvents(response)) {
            if (event.name === 'complete') complete = true
            if (event.name !== 'next' || event.data === '') continue
            const data = dataOf(JSON.parse(event.data) as GraphqlAnswer<unknown>, about) as never
            lostAt = null
            attempt = 0
            yield data
            variables = resume(data, variables)
          }
          // The server ends streams after a while to check permission anew; the next one goes on where this one ended.
          if (complete && signal?.aborted) return
        } catch (error) {
          if (signal?.aborted) return
          if (error instanceof Failure && error.code !== 'UNREACHABLE' && error.code !== 'NOT_READY') throw error
          lostAt ??= Date.now()
          if (attempt > 0 && Date.now() - lostAt > PATIENCE) throw error
          onGap?.((error as Error).message)
        }
        if (signal?.aborted) return
        await new Promise((resolve) => setTimeout(resolve, Math.min(5_000, 100 * 2 ** attempt) * (0.5 + Math.random() / 2)))
      }
    },
  }
}

function unreachable(apiUrl: string, error: unknown, timeout = TIMEOUT): Failure {
  const cause = (error as { cause?: NodeJS.ErrnoException }).cause
  if ((error as Error).name === 'TimeoutError')
    return noAccess('UNREACHABLE', `${apiUrl} did not answer for ${timeout / 1000} s.`, 'Look at its log, or try again.')
  const why = sayWhyNot(cause ?? (error as Error), new URL(apiUrl)).replace(` at ${new URL(apiUrl).origin}`, ' there')
  return noAccess(
    'UNREACHABLE',
    `Cannot reach ${apiUrl}: ${why}.`,
    'Start a control plane with "weir server start", or name another one with --api-url or WEIR_API_URL.',
  )
}

function readAnswer({ status, text }: { status: number; text: string }, apiUrl: string): GraphqlAnswer<unknown> {
  try {
    const answer = JSON.parse(text) as GraphqlAnswer<unknown>
    if (typeof answer === 'object' && answer !== null && ('data' in answer || 'errors' in answer)) return answer
  } catch {
    // Told below.
  }
  throw noAccess(
    'UNEXPECTED_ANSWER',
    `${apiUrl} is no Weir control plane: it answered ${status} with something else than GraphQL.`,
    'Look at --api-url or WEIR_API_URL.',
  )
}

const NOT_ALLOWED = new Set(['UNAUTHENTICATED', 'FORBIDDEN', 'NOT_READY', 'RATE_LIMITED'])

/** The data of an answer, or its first error as a Failure. */
function dataOf(answer: GraphqlAnswer<unknown>, { apiUrl, hasKey }: { apiUrl: string; hasKey: boolean }): unknown {
  const error = answer.errors?.[0]
  if (!error) return answer.data
  const { code = 'UNKNOWN', hint, requestId } = error.extensions ?? {}
  if (code === 'UNAUTHENTICATED' && !hasKey) {
    throw noAccess(code, `No API key is set for ${apiUrl}.`, 'Log in: weir login. Or look what is set: weir config view --show-sources')
  }
  if (code === 'UNAUTHENTICATED') {
    const next = hint ? `${hint} Then: weir login` : 'Take another: weir login'
    throw noAccess(code, `${apiUrl} does not accept the API key: ${error.message}`, next, requestId)
  }
  if (NOT_ALLOWED.has(code)) throw noAccess(code, error.message, hint, requestId)
  if (code === 'INTERNAL') throw new Failure(1, code, error.message, hint, requestId)
  throw wrongUse(code, error.message, hint, requestId)
}

/** Server-sent events, as they arrive. */
async function* readEvents(response: Response): AsyncGenerator<{ name: string; data: string }, void, void> {
  if (!response.body) return
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of response.body) {
    rest += decoder.decode(chunk as Uint8Array, { stream: true })
    const blocks = rest.split(/\r?\n\r?\n/)
    rest = blocks.pop() as string
    for (const block of blocks) {
      let name = 'message'
      const data: string[] = []
      for (const line of block.split(/\r?\n/)) {
        if (line.startsWith('event:')) name = line.slice(6).trim()
        else if (line.startsWith('data:')) data.push(line.slice(5).replace(/^ /, ''))
      }
      yield { name, data: data.join('\n') }
    }
  }
}
