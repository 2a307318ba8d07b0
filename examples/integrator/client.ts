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

/** Nobody answered, or the connection was cut: what was asked may have been done. Ask again what is safe to ask again. */
export class ConnectionLost extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'ConnectionLost'
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
/** Milliseconds before a subscription is taken up again: at first, and at most. */
const PAUSE = { first: 250, longest: 10_000 }
/** Codes of errors that pass by themselves. */
const PASSING = new Set(['NOT_READY', 'RATE_LIMITED'])

const sleep = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds))

export class Client {
  readonly #options: Required<Options>

  constructor(options: Options) {
    this.#options = { fetch: (...args) => fetch(...args), ...options }
  }

  /** One query or mutation. Waits when the API says so. Throws ApiError, ConnectionLost. */
  async ask<Result, Variables>(document: TypedDocumentString<Result, Variables>, variables: Variables): Promise<Result> {
    for (let attempt = 1; ; attempt++) {
      const response = await this.#send(document, variables, 'application/json')
      if (response.status === 429 && attempt < ATTEMPTS) {
        await response.body?.cancel()
        await sleep(Number(response.headers.get('retry-after') ?? '1') * 1_000)
        continue
      }
      return dataOf(await answerOf<Result>(response))
    }
  }

  /** Messages of a subscription, until the stream ends (after ten minutes at the latest). Leaving the loop closes it. Throws ApiError, ConnectionLost. */
  async *listen<Result, Variables>(document: TypedDocumentString<Result, Variables>, variables: Variables): AsyncGenerator<Result> {
    const response = await this.#send(document, variables, 'text/event-stream')
    if (!response.body || !response.headers.get('content-type')?.startsWith('text/event-stream')) {
      dataOf(await answerOf<Result>(response))
      return
    }
    let text = ''
    const parts = response.body.pipeThrough(new TextDecoderStream()).getReader()
    try {
      for (;;) {
        const { done, value } = await parts.read().catch((error: unknown) => {
          throw new ConnectionLost('The stream was cut.', error)
        })
        if (done) return
        const blocks = `${text}${value}`.split('\n\n')
        text = blocks.pop() ?? ''
        for (const block of blocks) {
          const data = /^data: (.+)$/m.exec(block)?.[1]
          if (data !== undefined) yield dataOf(JSON.parse(data) as Answer<Result>)
        }
      }
    } finally {
      await parts.cancel().catch(() => {})
    }
  }

  /**
   * Messages of a subscription without an end: when the stream ends, is cut, or nobody answers for a while, it is taken up again with the last cursor.
   * Leaving the loop closes it. Throws ApiError for what does not pass by itself.
   */
  async *follow<Result, Variables>(
    document: TypedDocumentString<Result, Variables>,
    { variablesAfter, cursorOf }: { variablesAfter: (cursor: string | null) => Variables; cursorOf: (message: Result) => string },
  ): AsyncGenerator<Result> {
    let cursor: string | null = null
    for (let pause = PAUSE.first; ; pause = Math.min(pause * 2, PAUSE.longest)) {
      try {
        for await (const message of this.listen(document, variablesAfter(cursor))) {
          cursor = cursorOf(message)
          pause = PAUSE.first
          yield message
        }
      } catch (error) {
        const passes = error instanceof ConnectionLost || (error instanceof ApiError && PASSING.has(error.code))
        if (!passes) throw error
      }
      await sleep(pause)
    }
  }

  #send(document: TypedDocumentString<never, never> | { toString(): string }, variables: unknown, accept: string): Promise<Response> {
    const { url, key, fetch } = this.#options
    return fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept, authorization: `Bearer ${key}` },
      body: JSON.stringify({ query: document.toString(), variables }),
    }).catch((error: unknown) => {
      throw new ConnectionLost(`Nobody answers at ${url}.`, error)
    })
  }
}

/** Something between here and the API may answer in its place, with a page of its own. */
const answerOf = <Result>(response: Response): Promise<Answer<Result>> =>
  response.json().catch((error: unknown) => {
    throw new ConnectionLost(`The answer ${response.status} is not the API's.`, error)
  }) as Promise<Answer<Result>>

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
