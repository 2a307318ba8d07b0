import { expect, test } from 'vitest'
import { askAs, bindings, makeKey, makeWorkspace, send } from './support.ts'

const json = { 'content-type': 'application/json' }

test('every hostile or broken GraphQL request gets a clear error with a code and a request id, and shows no internals', async () => {
  const key = await makeKey(await makeWorkspace())
  const deep = `{ node(id: "x") ${'{ ... on Node '.repeat(2_000)} { id } ${'}'.repeat(2_000)} }`
  const nested = (depth: number) => JSON.parse('['.repeat(depth) + ']'.repeat(depth)) as unknown
  const post = (body: BodyInit, headers: Record<string, string> = json): RequestInit => ({ method: 'POST', body, headers: { ...headers } })
  const query = (text: unknown, more: object = {}, headers: Record<string, string> = {}) =>
    post(JSON.stringify({ query: text, ...more }), { ...json, ...headers })
  const cases: Record<string, [RequestInit, string?]> = {
    'no body': [{ method: 'POST', headers: json }],
    'malformed JSON': [post('{"query": "{ viewer')],
    'a number as body': [post('7')],
    'null as body': [post('null')],
    'a list of operations': [post('[{"query":"{ viewer { actor } }"}]')],
    'query is a number': [query(7)],
    'query is missing': [post('{}')],
    'query is empty': [query('')],
    'a syntax error': [query('{ viewer { actor ')],
    'an unknown field': [query('{ secrets }')],
    'an unknown type': [query('query ($x: Nonsense) { viewer { actor } }')],
    'an endless text': [query(`{ viewer { actor ${'# '.padEnd(40_000, 'x')} } }`), 'LIMIT_EXCEEDED'],
    'too many tokens': [query(`{ ${'a:__typename '.repeat(1_400)} }`), 'LIMIT_EXCEEDED'],
    'too many tokens, of one kind': [query(`{ viewer { ${'actor '.repeat(4_100)} } }`), 'LIMIT_EXCEEDED'],
    'the same field too often': [query(`{ viewer { ${'actor '.repeat(2_000)} } }`), 'LIMIT_EXCEEDED'],
    'absurd nesting': [query(deep)],
    'a list without end': [query('{ flowRuns(first: 100000) { nodes { id } } }'), 'BAD_USER_INPUT'],
    'a negative page': [query('{ flowRuns(first: -1) { nodes { id } } }'), 'BAD_USER_INPUT'],
    'both ends of a list': [query('{ flowRuns(first: 1, last: 1) { nodes { id } } }'), 'BAD_USER_INPUT'],
    'too much at once': [query('{ flowRuns(first: 200) { nodes { taskRuns(first: 200) { nodes { stateHistory { id } } } } } }'), 'LIMIT_EXCEEDED'],
    'a cursor of nobody': [query('{ flowRuns(after: "abc") { nodes { id } } }'), 'BAD_USER_INPUT'],
    'SQL in a cursor': [query(`{ flowRuns(after: "' or 1=1 --") { nodes { id } } }`), 'BAD_USER_INPUT'],
    'an id of nothing': [query('{ flowRun(id: "nonsense") { id } }'), 'BAD_USER_INPUT'],
    'an id of another type': [query(`{ flowRun(id: "${btoa('Flow:018f0000-0000-7000-8000-000000000000')}") { id } }`), 'BAD_USER_INPUT'],
    'SQL in an id': [query(`{ flowRun(id: "1'; drop table flow_runs; --") { id } }`), 'BAD_USER_INPUT'],
    'variables are a list': [query('{ viewer { actor } }', { variables: [1] }), 'BAD_REQUEST'],
    'variables are a text': [query('{ viewer { actor } }', { variables: 'x' })],
    'a variable of the wrong type': [
      query('query ($n: Int) { flowRuns(first: $n) { nodes { id } } }', { variables: { n: 'many' } }),
      'BAD_USER_INPUT',
    ],
    'a variable that is missing': [query('query ($n: Int!) { flowRuns(first: $n) { nodes { id } } }'), 'BAD_USER_INPUT'],
    'a subscription that wants one answer': [
      query('subscription { changes(topics: [VARIABLES]) { cursor } }', {}, { accept: 'application/json' }),
      'BAD_USER_INPUT',
    ],
    'a NUL in a variable': [query('query ($s: String) { deployment(name: $s) { id } }', { variables: { s: 'a\u0000/b' } }), 'BAD_USER_INPUT'],
    'half a surrogate pair': [query('query ($s: String) { deployment(name: $s) { id } }', { variables: { s: 'a\ud800/b' } }), 'BAD_USER_INPUT'],
    'a bottomless variable': [query('query ($x: JSON) { viewer { actor } }', { variables: { x: nested(5_000) } }), 'BAD_USER_INPUT'],
    'a DateTime without zone': [query('{ flowRuns(filter: { createdAt: { after: "2026-01-01T00:00:00" } }) { nodes { id } } }')],
    'operationName is an object': [query('{ viewer { actor } }', { operationName: {} }), 'OPERATION_RESOLUTION_FAILURE'],
    'an operation that is not there': [query('query A { viewer { actor } }', { operationName: 'B' })],
    'a form': [post('query=%7Bviewer%7Bactor%7D%7D', { 'content-type': 'multipart/form-data; boundary=x' })],
    'another media type': [post('<a/>', { 'content-type': 'text/xml' })],
    'another method': [{ method: 'DELETE' }],
    'prototype keys': [query('{ viewer { actor __proto__ } }')],
  }
  for (const [what, [init, code]] of Object.entries(cases)) {
    const response = await send('/graphql', { ...init, headers: { ...(init.headers as Record<string, string>), authorization: `Bearer ${key}` } })
    const text = await response.text()
    const body = JSON.parse(text) as { data?: unknown; errors?: { message: string; extensions: Record<string, unknown> }[] }
    expect(body.errors?.length, what).toBeGreaterThan(0)
    for (const error of body.errors ?? []) {
      expect(error.message.length, what).toBeGreaterThan(10)
      expect(error.extensions['code'], `${what}: ${text}`).toEqual(expect.stringMatching(/^[A-Z_]+$/))
      expect(error.extensions['code'], `${what}: ${text}`).not.toBe('INTERNAL')
      expect(error.extensions['requestId'], what).toMatch(/^[0-9a-f-]{36}$/)
    }
    if (code) expect(body.errors?.[0]?.extensions['code'], `${what}: ${text}`).toBe(code)
    expect(text, what).not.toMatch(/node_modules|\.ts:\d|select |insert |pg_|weir_app/)
    expect(response.status, what).toBeLessThan(500)
  }
  expect((await askAs(key)('{ viewer { actor } }')).data.viewer.actor).toBe('key "admin"')
})

test('a mutation by GET is refused, a query by GET is answered', async () => {
  const key = await makeKey(await makeWorkspace())
  const get = (query: string) => send(`/graphql?query=${encodeURIComponent(query)}`, { headers: { authorization: `Bearer ${key}` } })
  expect(await (await get('{ viewer { actor } }')).json()).toMatchObject({ data: { viewer: { actor: 'key "admin"' } } })
  const mutation = await get('mutation { createWorkPool(input: { name: "x" }) { __typename } }')
  expect(mutation.status).toBe(405)
})

test('a browser that opens /graphql is shown how to call it, without a key, a script or a place in a frame', async () => {
  const accept = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'
  const page = await send('/graphql', { headers: { accept } })
  expect(page.status).toBe(200)
  expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
  const text = await page.text()
  expect(text).toContain(`${bindings.PUBLIC_URL}/graphql`)
  expect(text).not.toContain('<script')
  // A query is a query, whatever the browser would rather see.
  const query = await send('/graphql?query=%7Bviewer%7Bactor%7D%7D', { headers: { accept } })
  expect(query.status).toBe(401)
  expect((await send('/graphql', { headers: { accept: 'application/json' } })).status).toBe(401)
})

test('a body above 5 MiB is refused, with a length or without one', async () => {
  const key = await makeKey(await makeWorkspace())
  const text = JSON.stringify({ query: '{ viewer { actor } }', variables: { x: 'x'.repeat(5 * 1024 * 1024) } })
  const declared = await send('/graphql', { method: 'POST', headers: { ...json, authorization: `Bearer ${key}` }, body: text })
  expect(declared.status).toBe(413)
  expect(await declared.json()).toMatchObject({
    errors: [{ extensions: { code: 'BODY_TOO_LARGE', requestId: declared.headers.get('x-request-id') } }],
  })
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      for (let chunk = 0; chunk < 12; chunk++) controller.enqueue(new Uint8Array(512 * 1024).fill(32))
      controller.close()
    },
  })
  const streamed = await send('/graphql', { method: 'POST', headers: { ...json, authorization: `Bearer ${key}` }, body: stream })
  expect(streamed.status).toBe(413)
})

test('a rebound DNS name and a foreign origin are refused at every route, before anything is read', async () => {
  const routes = ['/graphql', '/connect', '/reports', '/concurrency', '/sign-in?token=x', '/healthz', '/readyz', '/', '/flow-runs']
  const { fetch } = await localWorker('127.0.0.1:4600,localhost:4600')
  /** GraphQL in its own shape, every other door in that of the protocol. */
  const refusal = (route: string, code: string) => (route === '/graphql' ? { errors: [{ extensions: { code } }] } : { error: { code } })
  for (const route of routes) {
    for (const host of [
      'evil.example',
      'evil.example:4600',
      '127.0.0.1.evil.example:4600',
      'localhost.evil.example',
      '127.0.0.1:4601',
      '[::1]:4600',
    ]) {
      const response = await fetch(`http://${host}${route}`)
      expect(response.status, `${host}${route}`).toBe(403)
      expect(await response.json()).toMatchObject(refusal(route, 'FORBIDDEN_HOST'))
    }
    for (const origin of [
      'http://evil.example',
      'null',
      'https://127.0.0.1:4601',
      'http://localhost.evil.example:4600',
      'file://',
      'chrome-extension://abc',
      'garbage',
    ]) {
      const response = await fetch(`http://127.0.0.1:4600${route}`, { headers: { origin } })
      expect(response.status, `${origin} ${route}`).toBe(403)
      expect(await response.json()).toMatchObject(refusal(route, 'FORBIDDEN_ORIGIN'))
    }
  }
  expect((await fetch('http://127.0.0.1:4600/healthz')).status).toBe(200)
  expect((await fetch('http://localhost:4600/healthz', { headers: { origin: 'http://localhost:4600' } })).status).toBe(200)
})

/** The Worker's routes with another allow-list than the suite's. */
async function localWorker(ALLOWED_HOSTS: string) {
  const { app } = await import('../../api/app.ts')
  const execution = { waitUntil: () => {}, passThroughOnException: () => {}, props: {} } as unknown as ExecutionContext
  return { fetch: async (url: string, init?: RequestInit) => app.fetch(new Request(url, init), { ...bindings, ALLOWED_HOSTS }, execution) }
}

test('health needs no key; readiness asks the database', async () => {
  expect(await (await send('/healthz')).json()).toEqual({ status: 'ok' })
  expect(await (await send('/readyz')).json()).toEqual({ status: 'ready' })
})

test('reserved paths that are not there answer JSON, not the workspace', async () => {
  for (const path of ['/api/flows', '/graphql/x', '/auth/x', '/hooks/x', '/connect/x']) {
    const response = await send(path)
    expect(response.status, path).toBe(404)
    expect(await response.json()).toMatchObject({ error: { code: 'NOT_FOUND' } })
  }
})
