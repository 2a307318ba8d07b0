import { expect, test } from 'vitest'
import { mintRunToken } from '../../../api/auth/mint-run-token.ts'
import { mintSignInToken } from '../../../api/auth/mint-sign-in-token.ts'
import { sign, toBase64Url } from '../../../api/auth/signature.ts'
import { verifyRunToken } from '../../../api/auth/verify-run-token.ts'
import { newId } from '../../../core/ids.ts'
import { TIMINGS } from '../../../core/timings.ts'
import { askAs, askWith, bindings, CREATE, makeKey, makeStage, makeWorkspace, send } from '../support.ts'

const WHO = '{ viewer { actor workspace { uuid } permissions } }'

test('a key says who asks and where; a revoked, expired, foreign or altered one is refused without a reason', async () => {
  const workspaceId = await makeWorkspace()
  const key = await makeKey(workspaceId, 'EDITOR')
  expect((await askAs(key)(WHO)).data.viewer).toMatchObject({ actor: 'key "editor"', workspace: { uuid: workspaceId } })
  const altered = key.slice(0, -1) + (key.endsWith('A') ? 'B' : 'A')
  const refused = [
    await makeKey(workspaceId, 'ADMIN', { revoked: true }),
    await makeKey(workspaceId, 'ADMIN', { expired: true }),
    key.replace('weir_test_', 'weir_other_'),
    altered,
    key.slice(0, -5),
    key.toUpperCase(),
    `weir_test_${'0'.repeat(32)}_${'A'.repeat(43)}`,
    'weir_test__',
    'weir_run_x.y',
    'null',
    "' or 1=1 --",
    'x'.repeat(5_000),
  ]
  for (const text of refused) {
    const answer = await askAs(text)(WHO)
    expect(answer.status, text.slice(0, 80)).toBe(401)
    expect(answer.errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED')
    expect(JSON.stringify(answer)).not.toContain(key.slice(-43))
  }
})

test('headers of every strange shape are refused, never believed', async () => {
  const workspaceId = await makeWorkspace()
  const key = await makeKey(workspaceId)
  const strange: Record<string, string>[] = [
    {},
    { authorization: '' },
    { authorization: key },
    { authorization: `Basic ${btoa(`admin:${key}`)}` },
    { authorization: `Bearer` },
    { authorization: `Bearer ${key} ${key}` },
    { authorization: `Bearer ${key},Bearer ${key}` },
    { authorization: `Bearer "${key}"` },
    { authorization: `Token ${key}` },
    { 'x-api-key': key },
    { cookie: `weir_session=${key}` },
    { cookie: 'weir_session=' },
    { cookie: 'weir_session=a.b' },
    { cookie: 'weir_session=..' },
    { cookie: `weir_session=${'a'.repeat(5_000)}.${'b'.repeat(5_000)}` },
    { cookie: `weir_session=${await sign(toBase64Url(new Uint8Array(32)), 'session', { w: workspaceId, u: 'x', n: 'x', r: 'ADMIN', x: 9e15 })}` },
    { cookie: `weir_session=${await sign(bindings.TOKEN_SECRET, 'run', { w: workspaceId, u: 'x', n: 'x', r: 'ADMIN', x: 9e15 })}` },
    { cookie: `weir_session=${await sign(bindings.TOKEN_SECRET, 'session', { w: workspaceId, u: 'x', n: 'x', r: 'ROOT', x: 9e15 })}` },
    { cookie: `weir_session=${await sign(bindings.TOKEN_SECRET, 'session', { w: workspaceId, u: 'x', n: 'x', r: 'ADMIN', x: 1 })}` },
    { cookie: `weir_session=${await sign(bindings.TOKEN_SECRET, 'session', { w: 'not a uuid', u: 'x', n: 'x', r: 'ADMIN', x: 9e15 })}` },
    { 'x-weir-workspace': workspaceId },
    { 'x-forwarded-user': 'admin', 'x-real-ip': '127.0.0.1' },
  ]
  expect(strange.length).toBeGreaterThanOrEqual(20)
  for (const headers of strange) {
    const answer = await askWith(headers)(WHO)
    expect(answer.status, JSON.stringify(headers).slice(0, 120)).toBe(401)
    expect(answer.data).toBeUndefined()
    expect(answer.errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED')
  }
})

async function signInCookie(workspaceId: string, role: 'ADMIN' | 'VIEWER' = 'ADMIN'): Promise<string> {
  const token = await mintSignInToken(bindings.TOKEN_SECRET, { workspaceId, userId: newId(), name: 'ann', role }, Date.now() + 60_000)
  const answer = await send(`/sign-in?token=${token}`)
  expect(answer.status).toBe(303)
  return answer.headers.get('set-cookie') as string
}

test('a sign-in link works once, sets a strict cookie and goes to the workspace', async () => {
  const { ask, workspaceId } = await makeStage()
  const made = await ask('mutation { createSignInLink(input: { name: "ann" }) { ... on CreateSignInLinkSuccess { url expiresAt } } }')
  const { pathname, search } = new URL(made.data.createSignInLink.url as string)
  const first = await send(pathname + search)
  expect(first.status).toBe(303)
  expect(first.headers.get('location')).toBe('/')
  const cookie = first.headers.get('set-cookie') as string
  expect(cookie).toMatch(/^weir_session=[^;]+; Path=\/; HttpOnly; SameSite=Strict; Max-Age=\d+$/)
  const again = await send(pathname + search)
  expect(again.status).toBe(410)
  expect(await again.text()).toContain('This sign-in link has been used')
  const session = cookie.split(';')[0] as string
  expect((await askWith({ cookie: session })(WHO)).data.viewer).toMatchObject({ actor: 'user "ann"', workspace: { uuid: workspaceId } })
  const out = await send('/sign-out', { method: 'POST', headers: { cookie: session } })
  expect(out.headers.get('set-cookie')).toMatch(/^weir_session=; .*Max-Age=0/)
})

test('a token has one spelling: bits that decoding leaves out make no second one, so a used link stays used', async () => {
  const workspaceId = await makeWorkspace()
  const user = { workspaceId, userId: newId(), name: 'ann', role: 'ADMIN' as const }
  const link = await mintSignInToken(bindings.TOKEN_SECRET, user, Date.now() + 60_000)
  const run = { workspaceId, flowRunId: newId(), epoch: 1 }
  const runToken = await mintRunToken(bindings.TOKEN_SECRET, TIMINGS, { ...run, now: Date.now() })
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const respelled = (token: string) => [...alphabet].filter((last) => !token.endsWith(last)).map((last) => token.slice(0, -1) + last)
  for (const other of respelled(runToken)) expect(await verifyRunToken(bindings.TOKEN_SECRET, other), other.slice(-4)).toBeNull()
  expect((await send(`/sign-in?token=${link}`)).status).toBe(303)
  for (const other of respelled(link)) {
    const answer = await send(`/sign-in?token=${other}`)
    expect([answer.status, answer.headers.get('set-cookie')], other.slice(-4)).toEqual([400, null])
  }
})

test('sign-in tokens that are expired, altered, for another purpose or nonsense show a page and set nothing', async () => {
  const workspaceId = await makeWorkspace()
  const user = { workspaceId, userId: newId(), name: 'ann', role: 'ADMIN' as const }
  const good = await mintSignInToken(bindings.TOKEN_SECRET, user, Date.now() + 60_000)
  const [payload, signature] = good.split('.') as [string, string]
  const tokens: Record<string, string> = {
    expired: await mintSignInToken(bindings.TOKEN_SECRET, user, Date.now() - 1),
    'no token': '',
    'cut off': good.slice(0, -3),
    'another payload': `${btoa(JSON.stringify({ w: workspaceId, u: 'x', n: 'x', r: 'ADMIN', x: 9e15 })).replaceAll('=', '')}.${signature}`,
    'another secret': await mintSignInToken(toBase64Url(new Uint8Array(32).fill(9)), user, Date.now() + 60_000),
    'a session': await sign(bindings.TOKEN_SECRET, 'session', { w: workspaceId, u: 'x', n: 'x', r: 'ADMIN', x: 9e15 }),
    'a run token': await mintRunToken(bindings.TOKEN_SECRET, TIMINGS, { workspaceId, flowRunId: newId(), epoch: 1, now: Date.now() }),
    'an API key': await makeKey(workspaceId),
    'no signature': payload,
    'two dots': `${good}.x`,
    'only dots': '..',
    'not base64': '%%%.%%%',
    unicode: '☃.☃',
    NUL: '%00.%00',
    'a script': '<script>alert(1)</script>',
    SQL: "' or 1=1 --",
    'no workspace': await sign(bindings.TOKEN_SECRET, 'sign-in', { u: 'x', n: 'x', r: 'ADMIN', x: 9e15 }),
    'no role': await sign(bindings.TOKEN_SECRET, 'sign-in', { w: workspaceId, u: 'x', n: 'x', x: 9e15 }),
    'a list': await sign(bindings.TOKEN_SECRET, 'sign-in', []),
    long: 'a'.repeat(4_000),
    'a path': '../../etc/passwd',
  }
  for (const [what, token] of Object.entries(tokens)) {
    const answer = await send(`/sign-in?token=${token.includes('%') ? token : encodeURIComponent(token)}`)
    expect([400, 410], what).toContain(answer.status)
    expect(answer.headers.get('set-cookie'), what).toBeNull()
    const page = await answer.text()
    expect(page, what).toContain('This sign-in link')
    expect(page, what).not.toContain('<script')
  }
  expect((await send(`/sign-in?token=${good}`)).status).toBe(303)
})

test('a cookie alone does not authenticate what a foreign page could send', async () => {
  const workspaceId = await makeWorkspace()
  const cookie = (await signInCookie(workspaceId)).split(';')[0] as string
  const body = JSON.stringify({ query: WHO })
  const forged: [string, RequestInit][] = [
    ['a form as text', { method: 'POST', headers: { cookie, 'content-type': 'text/plain' }, body }],
    [
      'a form',
      { method: 'POST', headers: { cookie, 'content-type': 'application/x-www-form-urlencoded' }, body: `query=${encodeURIComponent(WHO)}` },
    ],
    ['no type', { method: 'POST', headers: { cookie }, body: new Blob([body]) }],
    ['an image', { headers: { cookie, 'sec-fetch-site': 'cross-site' } }],
    ['a sibling site', { method: 'POST', headers: { cookie, 'content-type': 'application/json', 'sec-fetch-site': 'same-site' }, body }],
    ['an old browser with GET', { headers: { cookie } }],
  ]
  for (const [what, init] of forged) {
    const answer = await send(`/graphql?query=${encodeURIComponent(WHO)}`, init)
    expect(answer.status, what).toBe(403)
    expect(((await answer.json()) as { errors: { extensions: { code: string } }[] }).errors[0]?.extensions.code, what).toBe('CSRF')
  }
  const own: [string, Record<string, string>][] = [
    ['JSON from the page', { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' }],
    ['JSON from a program', { 'content-type': 'application/json' }],
  ]
  for (const [what, headers] of own) {
    const answer = await send('/graphql', { method: 'POST', headers: { cookie, ...headers }, body })
    expect(answer.status, what).toBe(200)
  }
  const elsewhere = await send('/graphql', {
    method: 'POST',
    headers: { cookie, 'content-type': 'application/json', 'x-weir-workspace': newId() },
    body,
  })
  expect(elsewhere.status).toBe(403)
})

test('a run token names one run under one epoch; what was altered or signed for something else is no run token', async () => {
  const run = { workspaceId: newId(), flowRunId: newId(), epoch: 3 }
  const now = Date.now()
  const token = await mintRunToken(bindings.TOKEN_SECRET, TIMINGS, { ...run, now })
  expect(await verifyRunToken(bindings.TOKEN_SECRET, token)).toEqual({ ...run, expiresAt: now + TIMINGS.runTokenLife })
  const old = await mintRunToken(bindings.TOKEN_SECRET, TIMINGS, { ...run, now: now - 2 * TIMINGS.runTokenLife })
  expect((await verifyRunToken(bindings.TOKEN_SECRET, old))?.expiresAt).toBe(now - TIMINGS.runTokenLife)
  const others = [
    // Every other last character, also those that differ only in bits that no byte has.
    ...[...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_']
      .filter((last) => !token.endsWith(last))
      .map((last) => token.slice(0, -1) + last),
    token.replace('weir_run_', ''),
    `weir_run_${await sign(bindings.TOKEN_SECRET, 'session', { w: run.workspaceId, r: run.flowRunId, e: 3, x: now })}`,
    `weir_run_${await sign(bindings.TOKEN_SECRET, 'run', { w: run.workspaceId, r: run.flowRunId, e: '3', x: now })}`,
    `weir_run_${await sign(bindings.TOKEN_SECRET, 'run', { w: 'x', r: run.flowRunId, e: 3, x: now })}`,
    'weir_run_',
  ]
  for (const other of others) expect(await verifyRunToken(bindings.TOKEN_SECRET, other)).toBeNull()
})

test('a runner sees its own run and nothing else, makes linked runs, and an expired token opens nothing', async () => {
  const { ask, workspaceId } = await makeStage()
  const [mine, other] = await Promise.all(
    [1, 2].map(
      async () => (await ask(CREATE, { input: { deploymentName: 'etl/nightly' } })).data.createFlowRun.flowRun as { id: string; uuid: string },
    ),
  )
  const token = (now: number) => mintRunToken(bindings.TOKEN_SECRET, TIMINGS, { workspaceId, flowRunId: mine!.uuid, epoch: 1, now })
  const runner = askAs(await token(Date.now()))
  const read = 'query ($id: ID!) { flowRun(id: $id) { name logs { nodes { message } } taskRuns { nodes { id } } } }'
  expect((await runner(read, { id: mine!.id })).data.flowRun.name).toEqual(expect.any(String))
  expect((await runner(read, { id: other!.id })).data.flowRun).toBeNull()
  for (const refused of [
    '{ flowRuns { nodes { id } } }',
    '{ workPools { nodes { id } } }',
    `mutation { cancelFlowRun(input: { id: "${other!.id}" }) { __typename } }`,
    `mutation { deleteFlowRun(input: { id: "${mine!.id}" }) { __typename } }`,
  ]) {
    expect((await runner(refused)).errors?.[0]?.extensions.code, refused).toBe('FORBIDDEN')
  }
  const child = (await runner(CREATE, { input: { deploymentName: 'etl/nightly' } })).data.createFlowRun.flowRun
  expect((await runner('query ($id: ID!) { flowRun(id: $id) { parentFlowRun { uuid } } }', { id: child.id })).data.flowRun.parentFlowRun.uuid).toBe(
    mine!.uuid,
  )
  expect((await askAs(await token(Date.now() - 2 * TIMINGS.runTokenLife))(read, { id: mine!.id })).status).toBe(401)
})
