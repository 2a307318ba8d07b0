/**
 * POST /graphql (GET for queries and for subscriptions): who asks, how much may be asked, and what of an error is shown.
 * Yoga and the schema are made once; everything that belongs to a request travels in its context.
 */
import { type ExecutionResult, GraphQLError } from 'graphql'
import { createYoga, isAsyncIterable, mapAsyncIterator, type Plugin } from 'graphql-yoga'
import type { Actor } from './auth/actor.ts'
import { authenticate } from './auth/authenticate.ts'
import { type Context, coordinatorsOf } from './context.ts'
import type { Door } from './door.ts'
import { statusOf, WeirError } from './errors.ts'
import { maskError } from './graphql-errors.ts'
import { Reader } from './reader.ts'
import { recordOf } from './record.ts'
import { schema } from './schema.ts'

/** Longest query text. */
const MAX_QUERY_BYTES = 32 * 1024
/** Most tokens in it; the parser stops there. */
const MAX_TOKENS = 4_000

/** Answers GraphQL; refuses with 401 or 403 in GraphQL's own shape when nobody may ask. */
export async function graphql(door: Door): Promise<Response> {
  let actor: Actor
  try {
    actor = await authenticate(door)
  } catch (error) {
    if (!(error instanceof WeirError)) throw error
    return refuse(error, door.requestId)
  }
  const response = await yoga.fetch(door.request, { context: contextOf(door, actor) })
  if (response.body === null && response.status >= 400) {
    return refuse(
      new WeirError('BAD_USER_INPUT', 'The request is not understood: expected POST with `content-type: application/json`, or GET with `query`.'),
      door.requestId,
      response.status,
    )
  }
  const answer = new Response(response.body, response)
  answer.headers.set('x-request-id', door.requestId)
  answer.headers.set('cache-control', 'no-store')
  return answer
}

/** The context of one request by one actor. */
export function contextOf(door: Omit<Door, 'request'>, actor: Actor): Context {
  const { env, timings, log, requestId, waitUntil } = door
  const db = recordOf(env).inWorkspace(actor.workspaceId)
  const ours = log.with({ workspaceId: actor.workspaceId })
  return {
    actor,
    workspaceId: actor.workspaceId,
    db,
    reader: new Reader(db),
    clock: { now: () => Date.now() },
    timings,
    coordinators: coordinatorsOf(env, timings, ours, waitUntil),
    log: ours,
    requestId,
    publicUrl: (env.PUBLIC_URL || new URL('/', 'http://localhost').origin).replace(/\/$/, ''),
    tokenSecret: env.TOKEN_SECRET,
    cell: env.CELL,
    waitUntil,
  }
}

type Served = { context: Context }

/** Long or endless texts stop here, before they are parsed. */
const limitText: Plugin<Served> = {
  onParse({ params }) {
    const text = typeof params.source === 'string' ? params.source : params.source.body
    if (new TextEncoder().encode(text).byteLength > MAX_QUERY_BYTES) {
      throw new GraphQLError(`The query text is longer than ${MAX_QUERY_BYTES / 1024} KiB.`, {
        extensions: { code: 'LIMIT_EXCEEDED', http: { status: 400 } },
      })
    }
    params.options = { ...params.options, maxTokens: MAX_TOKENS } as typeof params.options
  },
}

/** Every error of every result passes `maskError`, those of a stream's messages too. */
const showErrors: Plugin<Served> = {
  onResultProcess({ result, setResult, serverContext }) {
    const { requestId, log } = (serverContext as unknown as Served).context
    const shown = (one: ExecutionResult): ExecutionResult =>
      one.errors === undefined ? one : { ...one, errors: one.errors.map((error) => maskError(error, requestId, log)) as GraphQLError[] }
    if (Array.isArray(result)) setResult(result.map(shown))
    else if (isAsyncIterable(result)) setResult(mapAsyncIterator(result as AsyncGenerator<ExecutionResult>, shown) as never)
    else setResult(shown(result as ExecutionResult))
  },
}

const yoga = createYoga<Served, Context>({
  schema,
  context: ({ context }) => context,
  graphqlEndpoint: '/graphql',
  landingPage: false,
  graphiql: false,
  cors: false,
  logging: false,
  batching: false,
  multipart: false,
  plugins: [limitText, showErrors],
  maskedErrors: false,
})

function refuse(error: WeirError, requestId: string, status: number = statusOf(error.code)): Response {
  const { code, message, hint } = error
  return Response.json(
    { errors: [{ message, extensions: { code, requestId, ...(hint === null ? {} : { hint }) } }] },
    { status, headers: { 'x-request-id': requestId, ...(code === 'UNAUTHENTICATED' ? { 'www-authenticate': 'Bearer' } : {}) } },
  )
}
