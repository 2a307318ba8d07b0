/** What strangers, and members with the wrong key, may send to /graphql. Texts that are broken as such: doors.worker.test.ts. */
import { expect, test } from 'vitest'
import { mintRunToken } from '../../api/auth/mint-run-token.ts'
import { newId } from '../../core/ids.ts'
import { TIMINGS } from '../../core/timings.ts'
import { fingerprint } from '../support/fingerprint.ts'
import { askAs, bindings, CREATE, makeKey, makeStage, send } from './support.ts'

/** Nothing of ours may stand in an answer. */
const INTERNALS =
  /node_modules|\.ts:\d|\bat \w+ \(|\bselect \S+ from\b|insert into|pg_|weir_app|weir_system|constraint|DatabaseError|TypeError|undefined/

const json = { 'content-type': 'application/json' }
const repeat = (count: number, make: (n: number) => string) => Array.from({ length: count }, (_, n) => make(n)).join(' ')

interface Case {
  what: string
  body: BodyInit
  headers?: Record<string, string>
  method?: string
  /** The code of its first error; `result:NAME` = a member of the result union. */
  code: string | RegExp
}

const ask = (what: string, query: string, code: Case['code'], variables?: unknown): Case => ({
  what,
  body: JSON.stringify({ query, variables }),
  code,
})
const create = (what: string, input: string, code: Case['code'] = 'result:ValidationError'): Case => ({
  what,
  // As text, so that keys such as __proto__ and numbers such as 1e999 arrive as they stand.
  body: `{"query":${JSON.stringify(CREATE)},"variables":{"input":${input}}}`,
  code,
})

const LIMIT = 'LIMIT_EXCEEDED'
const INVALID = 'GRAPHQL_VALIDATION_FAILED'
const INPUT = 'BAD_USER_INPUT'
const SYNTAX = /^GRAPHQL_(PARSE|VALIDATION)_FAILED$|^BAD_REQUEST$/

const CASES: readonly Case[] = [
  ask('an alias bomb', `{ ${repeat(900, (n) => `a${n}: flowRuns { totalCount }`)} }`, LIMIT),
  ask('an alias bomb of mutations', `mutation { ${repeat(500, (n) => `m${n}: createWorkPool(input: { name: "p${n}" }) { __typename }`)} }`, LIMIT),
  ask(
    'fragments that unfold',
    `{ flowRuns(first: 200) { ...a } } ${repeat(10, (n) => `fragment ${'abcdefghijk'[n]} on FlowRunConnection { ${n < 9 ? `x: nodes { taskRuns(first: 200) { totalCount } } ...${'abcdefghijk'[n + 1]}` : 'totalCount'} }`)}`,
    LIMIT,
  ),
  ask('a fragment of itself', '{ viewer { ...a } } fragment a on Viewer { actor ...a }', INVALID),
  ask('fragments of each other', '{ viewer { ...a } } fragment a on Viewer { ...b } fragment b on Viewer { ...a }', INVALID),
  ask('directives without end', `{ viewer { actor ${'@skip(if: false) '.repeat(1_000)} } }`, 'LIMIT_EXCEEDED'),
  ask('an unknown directive', '{ viewer { actor @defer } }', INVALID),
  ask('two anonymous operations', '{ viewer { actor } } { viewer { actor } }', /OPERATION_RESOLUTION_FAILURE|GRAPHQL_VALIDATION_FAILED/),
  ask(
    'introspection in a circle',
    `{ __schema { types { ${'fields { type { '.repeat(8)} name ${'} } '.repeat(8)} } } }`,
    /LIMIT_EXCEEDED|GRAPHQL_VALIDATION_FAILED/,
  ),
  ask('an unknown enum value', '{ flowRuns(filter: { state: { type: { in: [DONE] } } }) { totalCount } }', INVALID),
  ask('an enum value as text', '{ flowRuns(filter: { state: { type: { in: ["RUNNING"] } } }) { totalCount } }', INVALID),
  ask(
    'an enum value of the prototype',
    'query ($t: StateType!) { flowRuns(filter: { state: { type: { in: [$t] } } }) { totalCount } }',
    /INVALID|BAD|VALIDATION/,
    { t: '__proto__' },
  ),
  ask('an integer beyond integers', '{ flowRuns(first: 99999999999999999999) { totalCount } }', INVALID),
  ask('a page of half a row', '{ flowRuns(first: 1.5) { totalCount } }', INVALID),
  ask('a date that is none', '{ flowRuns(filter: { createdAt: { after: "2026-02-31T25:61:00Z" } }) { totalCount } }', INPUT),
  ask('a date as a number', '{ flowRuns(filter: { createdAt: { after: 1e300 } }) { totalCount } }', /BAD_USER_INPUT|GRAPHQL_VALIDATION_FAILED/),
  ask(
    'a filter as deep as a well',
    `{ flowRuns(filter: ${'{ not: '.repeat(60)}{}${' }'.repeat(60)}) { totalCount } }`,
    /LIMIT_EXCEEDED|BAD_USER_INPUT/,
  ),
  ask(
    'a filter as wide as a sea',
    `{ flowRuns(filter: { or: [${'{ name: { contains: "x" } } '.repeat(300)}] }) { totalCount } }`,
    /LIMIT_EXCEEDED|BAD_USER_INPUT/,
  ),
  ask('a forged cursor', `{ flowRuns(after: "${btoa('["2026-01-01",7]')}") { totalCount nodes { id } } }`, INPUT),
  ask('a cursor of another list', `{ deployments(after: "${btoa(JSON.stringify({ v: 9, k: ['x', 'y'] }))}") { nodes { id } } }`, INPUT),
  ask('an endless cursor', `{ flowRuns(after: "${'A'.repeat(20_000)}") { nodes { id } } }`, INPUT),
  create('SQL in a name', `{"deploymentName":"x'; drop table flow_runs; --/y"}`, 'result:NotFoundError'),
  create('nothing named', '{}'),
  create('both ways of naming', `{"deploymentName":"etl/nightly","deploymentId":"x"}`),
  create('parameters that are a list', '{"deploymentName":"etl/nightly","parameters":[1]}'),
  create('parameters as text', '{"deploymentName":"etl/nightly","parameters":"x"}'),
  create('NUL in parameters', '{"deploymentName":"etl/nightly","parameters":{"a":"\\u0000"}}', INPUT),
  create('half a surrogate pair in a key', '{"deploymentName":"etl/nightly","parameters":{"\\ud800":1}}', INPUT),
  create(
    'parameters of a megabyte',
    JSON.stringify({ deploymentName: 'etl/nightly', parameters: { x: 'x'.repeat(1_200_000) } }),
    /result:(Validation|LimitExceeded)Error/,
  ),
  create('501 tags', JSON.stringify({ deploymentName: 'etl/nightly', tags: Array.from({ length: 501 }, (_, n) => `t${n}`) })),
  create('a name of markup', JSON.stringify({ deploymentName: 'etl/nightly', name: '<script>alert(1)</script>' })),
  create('an idempotency key without end', JSON.stringify({ deploymentName: 'etl/nightly', idempotencyKey: 'k'.repeat(10_000) })),
  create('a field that is not there', '{"deploymentName":"etl/nightly","workspaceId":"00000000-0000-0000-0000-000000000000"}', /VALIDATION|BAD/),
  create('a prototype as a field', '{"deploymentName":"etl/nightly","__proto__":{"admin":true}}', /VALIDATION|BAD/),
  create('a time beyond time', '{"deploymentName":"etl/nightly","scheduledTime":"+275760-09-14T00:00:00Z"}', /BAD_USER_INPUT|result:ValidationError/),
  create('a time before time', '{"deploymentName":"etl/nightly","scheduledTime":"-000001-01-01T00:00:00Z"}', /BAD_USER_INPUT|result:ValidationError/),
  { what: 'invalid UTF-8', body: new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]), code: SYNTAX },
  { what: 'a byte order mark and nothing', body: new Uint8Array([0xef, 0xbb, 0xbf]), code: SYNTAX },
  { what: 'gzip', body: new Uint8Array([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]), headers: { ...json, 'content-encoding': 'gzip' }, code: /^[A-Z_]+$/ },
  { what: 'the text alone', body: '{ viewer { actor } }', headers: { 'content-type': 'text/plain' }, code: /^[A-Z_]+$/ },
  { what: 'a form', body: 'query=%7Bviewer%7Bactor%7D%7D', headers: { 'content-type': 'application/x-www-form-urlencoded' }, code: /^[A-Z_]+$/ },
  { what: 'PUT', method: 'PUT', body: '{"query":"{ viewer { actor } }"}', code: /^[A-Z_]+$/ },
  {
    what: 'a batch of mutations',
    body: `[${'{"query":"mutation { createWorkPool(input: { name: \\"p\\" }) { __typename } }"},'.repeat(3)}{}]`,
    code: /^[A-Z_]+$/,
  },
  { what: 'extensions that are a list', body: '{"query":"{ viewer { actor } }","extensions":[1]}', code: /^[A-Z_]+$/ },
  { what: 'a persisted query that nobody has', body: '{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"00"}}}', code: /^[A-Z_]+$/ },
]

/** The code of an answer: that of its first error, or of the first result that is an error. */
function codeOf(text: string): string {
  const { data, errors } = JSON.parse(text) as { data?: Record<string, { __typename?: string }>; errors?: { extensions: { code: string } }[] }
  if (errors) return errors[0]?.extensions.code ?? 'none'
  const [result] = Object.values(data ?? {})
  return `result:${result?.__typename}`
}

test('hostile requests get a code, change nothing, show nothing of ours, and the API serves on', async () => {
  const stage = await makeStage()
  const before = await fingerprint(stage.workspaceId)
  const wrong: string[] = []
  for (const { what, body, headers = json, method = 'POST', code } of CASES) {
    const response = await send('/graphql', { method, body, headers: { ...headers, authorization: `Bearer ${stage.key}` } })
    const text = await response.text()
    const got = codeOf(text)
    if (!(typeof code === 'string' ? got === code : code.test(got)) || got === 'INTERNAL') wrong.push(`${what}: ${got} ${text.slice(0, 300)}`)
    if (INTERNALS.test(text)) wrong.push(`${what} shows internals: ${text.slice(0, 300)}`)
    if (response.status >= 500) wrong.push(`${what}: status ${response.status}`)
    if (text.length > 50_000) wrong.push(`${what}: answered with ${text.length} characters`)
  }
  expect(wrong).toEqual([])
  expect(await fingerprint(stage.workspaceId)).toEqual(before)
  expect(({} as { admin?: boolean }).admin).toBeUndefined()
  expect((await stage.ask(CREATE, { input: { deploymentName: 'etl/nightly' } })).data.createFlowRun.__typename).toBe('CreateFlowRunSuccess')
})

test('parameters may be named like members of a prototype: they are stored as they are, and nothing inherits them', async () => {
  const { key, ask: asAdmin } = await makeStage()
  const parameters = '{"__proto__":{"admin":true},"constructor":{"prototype":1},"toString":"x"}'
  const response = await send('/graphql', {
    method: 'POST',
    headers: { ...json, authorization: `Bearer ${key}` },
    body: `{"query":${JSON.stringify(CREATE)},"variables":{"input":{"deploymentName":"etl/nightly","parameters":${parameters}}}}`,
  })
  const { data } = JSON.parse(await response.text()) as { data: { createFlowRun: { flowRun: { id: string; parameters: object } } } }
  expect(JSON.stringify(data.createFlowRun.flowRun.parameters)).toBe(parameters)
  const read = await asAdmin('query ($id: ID!) { flowRun(id: $id) { parameters } }', { id: data.createFlowRun.flowRun.id })
  expect(Object.keys(read.data.flowRun.parameters as object).sort()).toEqual(['__proto__', 'constructor', 'toString'])
  expect(({} as { admin?: boolean }).admin).toBeUndefined()
})

test('a key that is missing, altered, of nobody, revoked, expired or a token for another door opens nothing, and all look the same', async () => {
  const { workspaceId, key } = await makeStage()
  const before = await fingerprint(workspaceId)
  const run = { workspaceId, flowRunId: newId(), epoch: 1 }
  const token = await mintRunToken(bindings.TOKEN_SECRET, TIMINGS, { ...run, now: Date.now() })
  const otherSecret = btoa('x'.repeat(32)).replace(/=/g, '')
  const credentials: Record<string, string | null> = {
    none: null,
    empty: '',
    'no scheme': key,
    'another scheme': `Basic ${btoa(`admin:${key}`)}`,
    'two keys': `Bearer ${key}, Bearer ${key}`,
    'a key that is cut': `Bearer ${key.slice(0, -1)}`,
    'a key that is longer': `Bearer ${key}A`,
    'a key in capitals': `Bearer ${key.toUpperCase()}`,
    'a key of another cell': `Bearer ${key.replace('weir_test', 'weir_prod')}`,
    'a revoked key': `Bearer ${await makeKey(workspaceId, 'ADMIN', { revoked: true })}`,
    'an expired key': `Bearer ${await makeKey(workspaceId, 'ADMIN', { expired: true })}`,
    'a run token that is altered': `Bearer ${token.slice(0, -4)}AAAA`,
    'a run token of another secret': `Bearer ${await mintRunToken(otherSecret, TIMINGS, { ...run, now: Date.now() })}`,
    'a run token of long ago': `Bearer ${await mintRunToken(bindings.TOKEN_SECRET, TIMINGS, { ...run, now: Date.now() - 2 * TIMINGS.runTokenLife })}`,
    'a JSON web token without a signature': `Bearer ${btoa('{"alg":"none"}')}.${btoa('{"sub":"admin"}')}.`,
    SQL: `Bearer ' or 1=1 --`,
    'bytes beyond ASCII': 'Bearer \u00ff\u00fe',
    'a key without end': `Bearer ${'x'.repeat(10_000)}`,
  }
  const reasons = new Set<string>()
  for (const [what, authorization] of Object.entries(credentials)) {
    const response = await send('/graphql', {
      method: 'POST',
      headers: { ...json, ...(authorization === null ? {} : { authorization }) },
      body: JSON.stringify({ query: 'mutation { createWorkPool(input: { name: "stolen" }) { __typename } }' }),
    })
    const text = await response.text()
    expect(response.status, `${what}: ${text}`).toBe(401)
    expect(codeOf(text), what).toBe('UNAUTHENTICATED')
    expect(text, what).not.toMatch(INTERNALS)
    if (/^an? \w+ key$|of another cell$/.test(what)) reasons.add((JSON.parse(text) as { errors: { message: string }[] }).errors[0]?.message ?? '')
  }
  // Which of these a key is, is nobody's business.
  expect(reasons.size).toBe(1)
  expect(await fingerprint(workspaceId)).toEqual(before)
})

test('whoever may not ask learns nothing of the schema', async () => {
  const response = await send('/graphql', { method: 'POST', headers: json, body: JSON.stringify({ query: '{ __schema { types { name } } }' }) })
  expect(response.status).toBe(401)
  expect(await response.text()).not.toMatch(/FlowRun/)
})

test('a hundred hostile requests at once leave the API as it was', async () => {
  const { ask: asAdmin, key } = await makeStage()
  const bomb = `{ ${repeat(390, (n) => `a${n}: __typename`)} }`
  const answers = await Promise.all(Array.from({ length: 100 }, (_, n) => askAs(key)(n % 2 ? bomb : '{ nonsense }')))
  expect(answers.every(({ status }) => status < 500)).toBe(true)
  expect((await asAdmin('{ viewer { actor } }')).data.viewer.actor).toBe('key "admin"')
})
