/**
 * POST /graphql (GET for queries and for subscriptions): who asks, how much may be asked, and what of an error is shown.
 * Yoga and the schema are made once; everything that belongs to a request travels in its context.
 */
import { complexityFromQuery } from '@pothos/plugin-complexity'
import { type DocumentNode, type ExecutionResult, getOperationAST, GraphQLError } from 'graphql'
import { createYoga, isAsyncIterable, mapAsyncIterator, type Plugin, type YogaInitialContext } from 'graphql-yoga'
import { CredentialEnded } from '../db/client.ts'
import { type Actor, credentialOf } from './auth/actor.ts'
import { authenticate } from './auth/authenticate.ts'
import { readSession } from './auth/session.ts'
import { sealerOf } from './blocks/sealer.ts'
import { checkJson } from './check-input.ts'
import { type Context, coordinatorsOf } from './context.ts'
import type { Door } from './door.ts'
import { credentialEnded, statusOf, WeirError } from './errors.ts'
import { maskError } from './graphql-errors.ts'
import { graphqlPage, isBrowsing } from './graphql-page.ts'
import { nestingOf } from './nesting.ts'
import { countRequest } from './rate-limit.ts'
import { persistedText } from './persisted-operations.ts'
import { Reader } from './reader.ts'
import { recordOf } from './record.ts'
import { schema } from './schema.ts'

/** Longest query text. */
const MAX_QUERY_BYTES = 32 * 1024
/** Most tokens in it; the parser stops there. */
const MAX_TOKENS = 4_000

/** Deepest brackets in it: selections, lists, objects. */
const MAX_NESTING = 100

/** Answers GraphQL, and browsers with a page; refuses with 401 or 403 in GraphQL's own shape when nobody may ask. */
export async function graphql(door: Door): Promise<Response> {
  if (isBrowsing(door.request)) return (await explorer(door)) ?? graphqlPage(publicUrlOf(door))
  let actor: Actor
  try {
    actor = await authenticate(door)
  } catch (error) {
    if (!(error instanceof WeirError)) throw error
    return refuse(error, door.requestId)
  }
  const media = door.request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()
  // Forms and plain text are what a foreign page could send without asking; no client of ours does.
  if (door.request.method === 'POST' && media !== 'application/json') {
    const message = `The body is ${media === undefined ? 'of no known type' : 'of another type'}: expected \`content-type: application/json\`.`
    return refuse(new WeirError('BAD_USER_INPUT', message), door.requestId, 415)
  }
  const counted = countRequest(door.env, actor, Date.now())
  if (counted && !counted.taken.isAllowed) {
    const retryAfter = Math.ceil(counted.taken.retryIn / 1_000)
    const hint = `Wait ${retryAfter} s; the headers RateLimit-Limit, RateLimit-Remaining and RateLimit-Reset of every answer say how much is left.`
    const tooMany = new WeirError('RATE_LIMITED', 'These are more requests than one credential may make.', { hint })
    return refuse(tooMany, door.requestId, 429, { headers: counted.headers, extensions: { retryAfter } })
  }
  const context = contextOf(door, actor)
  const response = await yoga.fetch(door.request, { context, sessionQueries: door.env.SESSION_QUERIES, note: door.note })
  if (response.body === null && response.status >= 400) {
    const message =
      response.status === 406
        ? 'The answer cannot have the type that `accept` names: expected `application/json` for queries and mutations, `text/event-stream` for subscriptions.'
        : 'The request is not understood: expected POST with `content-type: application/json`, or GET with `query`.'
    return refuse(new WeirError('BAD_USER_INPUT', message), door.requestId, response.status)
  }
  try {
    // Every batch asks whether the credential still holds; an answer that needed none is not given without asking.
    if (response.ok && context.db.roundTrips === 0 && !context.credentialCheck.heldElsewhere) await context.db.batch()
  } catch (error) {
    if (!(error instanceof CredentialEnded)) throw error
    return refuse(credentialEnded(), door.requestId)
  }
  door.note({ roundTrips: context.db.roundTrips })
  const answer = new Response(response.body, response)
  answer.headers.set('x-request-id', door.requestId)
  answer.headers.set('cache-control', 'no-store')
  for (const [name, value] of Object.entries(counted?.headers ?? {})) answer.headers.set(name, value)
  return answer
}

/** The workspace's explorer, for a browser that is signed in. What may be asked there, the session says when it asks. Null where there is none. */
async function explorer({ request, env }: Door): Promise<Response | null> {
  if (!env.ASSETS || (await readSession(env.TOKEN_SECRET, request, Date.now())) === null) return null
  const page = await env.ASSETS.fetch(new Request(new URL('/', request.url), { headers: { accept: 'text/html' } }))
  return page.ok ? page : null
}

/** The context of one request by one actor. */
function contextOf(door: Door, actor: Actor): Context {
  const { env, timings, log, requestId, waitUntil } = door
  const credential = credentialOf(actor)
  const db = recordOf(env).inWorkspace(actor.workspaceId, credential)
  const ours = log.with({ workspaceId: actor.workspaceId })
  return {
    actor,
    workspaceId: actor.workspaceId,
    db,
    credential,
    credentialCheck: { heldElsewhere: false },
    reader: new Reader(db),
    clock: { now: () => Date.now() },
    timings,
    coordinators: coordinatorsOf(env, timings, ours, waitUntil),
    log: ours,
    requestId,
    publicUrl: publicUrlOf(door),
    tokenSecret: env.TOKEN_SECRET,
    sealer: sealerOf(env.SECRETS_KEY),
    cell: env.CELL,
    waitUntil,
  }
}

const publicUrlOf = ({ env, request }: Door): string => (env.PUBLIC_URL || new URL(request.url).origin).replace(/\/$/, '')

type Served = { context: Context; sessionQueries?: string | undefined; note: Door['note'] }

const tooMuchText = (message: string): GraphQLError => new GraphQLError(message, { extensions: { code: 'LIMIT_EXCEEDED', http: { status: 400 } } })

/** Long or endless texts stop here, before and while they are parsed, and texts whose fields would take too long to compare. */
const limitText: Plugin<Served> = {
  onParse({ params, parseFn, setParseFn }) {
    const text = typeof params.source === 'string' ? params.source : params.source.body
    if (new TextEncoder().encode(text).byteLength > MAX_QUERY_BYTES) throw tooMuchText(`The query text is longer than ${MAX_QUERY_BYTES / 1024} KiB.`)
    if (nestingOf(text) > MAX_NESTING) throw tooMuchText(`The query text is nested more than ${MAX_NESTING} levels deep.`)
    setParseFn((source: string, options: object) => {
      try {
        return parseFn(source, { ...options, maxTokens: MAX_TOKENS })
      } catch (error) {
        if (!(error instanceof GraphQLError) || !error.message.includes(`more than ${MAX_TOKENS} tokens`)) throw error
        throw tooMuchText(`The query text has more than ${MAX_TOKENS} tokens. Send it in several, and values as variables.`)
      }
    })
  },
  onValidate() {
    return ({ result, setResult }) => {
      if (!result.some((error) => error.message === ABORTED)) return
      setResult([tooMuchText('The query names the same fields too often to be compared with each other. Name each once, or send it in several.')])
    }
  },
}

/** What graphql-js says when comparing the fields of a query would take too long. */
const ABORTED = 'Validation aborted.'

/** A hash becomes its text before anything else looks at the request. */
const knowOperations: Plugin<Served> = {
  onParams({ params, setParams, context }) {
    const { documentId, ...rest } = (params ?? {}) as typeof params & { documentId?: unknown }
    const { context: ours, sessionQueries } = context as unknown as Served
    const text = persistedText({ query: rest.query, documentId }, ours.actor, sessionQueries)
    if (text instanceof GraphQLError) throw text
    if (text !== undefined) setParams({ ...rest, query: text })
  },
}

/** Variables hold only what the record can hold, and are not nested without end. (That they are an object, Yoga has seen to.) */
const checkVariables: Plugin<Served> = {
  onParams({ params, setResult }) {
    const [issue] = checkJson(params.variables ?? {}, ['variables'])
    if (issue) setResult({ errors: [new GraphQLError(`${issue.path.slice(0, 20).join('.')}: ${issue.message}.`, badInput)] })
  },
}
const badInput = { extensions: { code: 'BAD_USER_INPUT', http: { status: 400 } } }

/** The request's line says which operation it was. */
const noteOperation: Plugin<Served> = {
  onExecute: ({ args }) => noteOperationOf(args),
  onSubscribe: ({ args }) => noteOperationOf(args),
}

function noteOperationOf({
  document,
  operationName,
  contextValue,
}: {
  document: DocumentNode
  operationName?: string | null
  contextValue: unknown
}): void {
  const operation = getOperationAST(document, operationName)
  if (!operation) return
  const name = operation.name?.value
  ;(contextValue as Served).note({ operation: `${operation.operation}${name === undefined ? '' : ` ${name}`}`.slice(0, 100) })
}

/** Every error of every result passes `maskError`, those of a stream's messages too; whoever sends `x-weir-cost` is told what a query cost. */
const showErrors: Plugin<Served> = {
  onResultProcess({ result, setResult, serverContext }) {
    const { context, request, params, note } = serverContext as unknown as Served & Partial<YogaInitialContext>
    const { requestId, log } = context
    const shown = (one: ExecutionResult): ExecutionResult => {
      if (one.errors === undefined) return one
      const errors = one.errors.map((error) => maskError(error, requestId, log)) as GraphQLError[]
      note({ errors: [...new Set(errors.map(({ extensions }) => String(extensions['code'])))] })
      return { ...one, errors }
    }
    const withCost = (one: ExecutionResult): ExecutionResult =>
      one.data && request?.headers.has('x-weir-cost') ? { ...one, extensions: { ...one.extensions, cost: costOf(context, params) } } : one
    if (Array.isArray(result)) setResult(result.map(shown))
    else if (isAsyncIterable(result)) setResult(mapAsyncIterator(result as AsyncGenerator<ExecutionResult>, shown) as never)
    else setResult(withCost(shown(result as ExecutionResult)))
  },
}

const costOf = (context: Context, params: YogaInitialContext['params'] | undefined) => ({
  ...(params?.query ? complexityFromQuery(params.query, { schema, ctx: context, variables: params.variables ?? {} }) : {}),
  roundTrips: context.db.roundTrips,
})

const yoga = createYoga<Served, Context>({
  schema,
  context: ({ context }) => context,
  graphqlEndpoint: '/graphql',
  landingPage: false,
  graphiql: false,
  cors: false,
  logging: false,
  // A hash that stands beside a text, or is none, is judged by `persistedText`.
  extraParamNames: ['documentId'],
  batching: false,
  multipart: false,
  plugins: [knowOperations, limitText, checkVariables, noteOperation, showErrors],
  maskedErrors: false,
})

/** What a request is told that never came to be an operation, in GraphQL's own shape. */
export function refuse(
  error: WeirError,
  requestId: string,
  status: number = statusOf(error.code),
  more: { headers?: Record<string, string>; extensions?: Record<string, unknown> } = {},
): Response {
  const { code, message, hint } = error
  return Response.json(
    { errors: [{ message, extensions: { code, requestId, ...(hint === null ? {} : { hint }), ...more.extensions } }] },
    {
      status,
      headers: { 'x-request-id': requestId, ...(code === 'UNAUTHENTICATED' ? { 'www-authenticate': 'Bearer' } : {}), ...more.headers },
    },
  )
}
