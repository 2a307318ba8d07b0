/**
 * The routes of the Worker. Every request is given an id and passes the guards before a door sees it; whatever a door throws becomes one JSON shape,
 * and at `/graphql` GraphQL's own. When it has been answered it is counted, and has its line in the log.
 */
import { type Context as HonoContext, Hono } from 'hono'
import { receiveConcurrencyRequest } from './concurrency-limits/receive-request.ts'
import { signIn } from './auth/sign-in.ts'
import { signOut } from './auth/sign-out.ts'
import { timingsOf } from './context.ts'
import type { Door } from './door.ts'
import type { Env } from './env.ts'
import { errorBody, statusOf, WeirError } from './errors.ts'
import { graphql, refuse } from './graphql-door.ts'
import { guardRequest } from './guard-request.ts'
import { limitBody } from './limit-body.ts'
import { logOf } from './log.ts'
import { metrics } from './maintenance/metrics.ts'
import { readiness } from './readiness.ts'
import { receiveReports } from './ingest/reports.ts'
import { doorNameOf } from './requests/door-name.ts'
import { endRequest, type RequestNotes } from './requests/end-request.ts'
import { requestCounts } from './requests/request-counts.ts'
import { asRequest } from './requests/request-id.ts'
import { shownError } from './shown-error.ts'
import { connect } from './workers/connect.ts'

interface Variables {
  requestId: string
  notes: RequestNotes
}
type Route = HonoContext<{ Bindings: Env; Variables: Variables }>

/** Bodies above this are refused with 413 at every door. */
const MAX_BODY_BYTES = 5 * 1024 * 1024

const GRAPHQL = '/graphql'

export const app = new Hono<{ Bindings: Env; Variables: Variables }>()

app.use(async (c, next) => {
  const begin = Date.now()
  const requestId = crypto.randomUUID()
  const notes: RequestNotes = {}
  c.set('requestId', requestId)
  c.set('notes', notes)
  await asRequest(requestId, next)
  // An upgrade's answer, and those of the assets, cannot be written to.
  if (c.res.status !== 101 && !c.res.headers.has('x-request-id')) c.header('x-request-id', requestId)
  const { method, path } = c.req
  const door = doorNameOf(method, path)
  endRequest(logOf(c.env, { requestId }), requestCounts, { door, method, path, status: c.res.status, milliseconds: Date.now() - begin, notes })
})

app.use(async (c, next) => {
  guardRequest(c.req.raw, c.env.ALLOWED_HOSTS)
  await next()
})

app.onError((error, c) => {
  const requestId = c.get('requestId')
  const shown = shownError(error, requestId)
  const headers: Record<string, string> = { 'x-request-id': requestId, ...(shown.code === 'NOT_READY' ? { 'retry-after': '1' } : {}) }
  if (shown !== error) logOf(c.env, { requestId }).error('a request failed', { error, method: c.req.method, path: c.req.path })
  // Whoever asks there reads `errors`, also of what no door has seen.
  if (c.req.path === GRAPHQL) {
    const extensions = shown.code === 'NOT_READY' ? { retryAfter: 1 } : {}
    return refuse(shown, requestId, statusOf(shown.code), { headers, extensions })
  }
  return c.json(errorBody(shown, requestId), statusOf(shown.code), headers)
})

app.all(GRAPHQL, async (c) => graphql(await doorOf(c)))
app.all('/connect', async (c) => connect(await doorOf(c)))
app.all('/reports', async (c) => receiveReports(await doorOf(c)))
app.all('/concurrency', async (c) => receiveConcurrencyRequest(await doorOf(c)))
app.get('/sign-in', async (c) => signIn(await doorOf(c)))
app.post('/sign-out', async (c) => signOut(await doorOf(c)))
app.get('/healthz', (c) => c.json({ status: 'ok' }))
app.get('/metrics', async (c) => metrics(await doorOf(c)))
app.get('/readyz', async (c) => readiness(await doorOf(c)))

for (const reserved of [
  '/graphql/*',
  '/connect/*',
  '/reports/*',
  '/concurrency/*',
  '/sign-in',
  '/sign-out',
  '/auth/*',
  '/hooks/*',
  '/healthz',
  '/readyz',
  '/metrics',
  '/api/*',
]) {
  app.all(reserved, (c) => {
    throw new WeirError('NOT_FOUND', `There is nothing at ${c.req.method} ${c.req.path.slice(0, 200)}.`, {
      hint: 'Routes of this control plane: docs/graphql.md.',
    })
  })
}

app.all('*', async (c) => {
  if (!c.env.ASSETS) throw new WeirError('NOT_FOUND', 'This control plane serves no workspace pages.', { hint: 'Build the web workspace first.' })
  return c.env.ASSETS.fetch(c.req.raw)
})

async function doorOf(c: Route): Promise<Door> {
  const requestId = c.get('requestId')
  return {
    request: await limitBody(c.req.raw, MAX_BODY_BYTES),
    env: c.env,
    timings: timingsOf(c.env),
    log: logOf(c.env, { requestId }),
    requestId,
    note: (notes) => void Object.assign(c.get('notes'), notes),
    waitUntil: (work) => c.executionCtx.waitUntil(work),
  }
}
