/** A typed client in one file: fetch, and the documents that graphql-codegen has typed. Copy it. */
import type { TypedDocumentString } from './generated/graphql.ts'

/** A top-level error of the API: who asks, or what they ask, is wrong. What an operator can meet comes in the result instead. */
export class ApiError extends Error {
  /** Stable: `UNAUTHENTICATED`, `FORBIDDEN`, `RATE_LIMITED`, `BAD_USER_INPUT` … */
  readonly code: string
  readonly requestId: string | null
  constructor(code: string, message: string, requestId: string | null) {
    super(message)
    this.name = 'ApiError'
    this.code = code
    this.requestId = requestId
  }
}

interface Options {
  /** `http://127.0.0.1:4600`, without a slash at its end. */
  url: string
  /** `weir_…` */
  key: string
  fetch?: typeof fetch
}

interface Answer<Result> {
  data?: Result
  errors?: { message: string; extensions?: { code?: string; requestId?: string } }[]
}

/** How often a request that was refused for its rate is sent again. */
const ATTEMPTS = 3

export class Client {
  readonly #options: Required<Options>

  constructor(options: Options) {
    this.#options = { fetch: (...args) => fetch(...args), ...options }
  }

  /** One query or mutation. Waits when the API says so. Throws ApiError. */
  async ask<Result, Variables>(document: TypedDocumentString<Result, Variables>, variables: Variables): Promise<Result> {
    for (let attempt = 1; ; attempt++) {
      const response = await this.#send(document, variables, 'application/json')
      if (response.status === 429 && attempt < ATTEMPTS) {
        await response.body?.cancel()
        await new Promise((resolve) => setTimeout(resolve, Number(response.headers.get('retry-after') ?? '1') * 1_000))
        continue
      }
      return dataOf((await response.json()) as Answer<Result>)
    }
  }

  /** Messages of a subscription, until it ends: subscribe again with the last cursor. Leaving the loop closes it. Throws ApiError. */
  async *listen<Result, Variables>(document: TypedDocumentString<Result, Variables>, variables: Variables): AsyncGenerator<Result> {
    const response = await this.#send(document, variables, 'text/event-stream')
    if (!response.body || !response.headers.get('content-type')?.startsWith('text/event-stream')) {
      dataOf((await response.json()) as Answer<Result>)
      return
    }
    let text = ''
    for await (const part of response.body.pipeThrough(new TextDecoderStream())) {
      text += part
      const blocks = text.split('\n\n')
      text = blocks.pop() ?? ''
      for (const block of blocks) {
        const data = /^data: (.+)$/m.exec(block)?.[1]
        if (data !== undefined) yield dataOf(JSON.parse(data) as Answer<Result>)
      }
    }
  }

  #send(document: TypedDocumentString<never, never> | { toString(): string }, variables: unknown, accept: string): Promise<Response> {
    const { url, key, fetch } = this.#options
    return fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept, authorization: `Bearer ${key}` },
      body: JSON.stringify({ query: document.toString(), variables }),
    })
  }
}

function dataOf<Result>({ data, errors }: Answer<Result>): Result {
  const [first] = errors ?? []
  if (first) throw new ApiError(first.extensions?.code ?? 'INTERNAL', first.message, first.extensions?.requestId ?? null)
  if (data === undefined) throw new ApiError('INTERNAL', 'The answer has neither data nor errors.', null)
  return data
}

/** The success of a mutation's result. Throws what the API says instead. */
export function successOf<Result extends { __typename?: string }>(result: Result): Exclude<Result, { message: string }> {
  if ('message' in result && 'code' in result) throw new ApiError(String(result.code), String(result.message), null)
  return result as Exclude<Result, { message: string }>
}
