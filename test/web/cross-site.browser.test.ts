/** A page of another site, open in the browser of somebody who is signed in, tries to reach the control plane of that machine. A real browser decides. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { BrowserContext, Page } from '@playwright/test'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { ask, openBrowser, plane, signIn } from '../support/browser-product.ts'

let evil: Server
/** Origin of the other site; its name leads to this machine, as a rebound name would. */
let evilOrigin: string
/** Referer headers that the other site received. */
const referrers: string[] = []

beforeAll(async () => {
  evil = createServer((request, response) => {
    referrers.push(request.headers.referer ?? '')
    response.setHeader('content-type', 'text/html').end('<title>evil</title><body></body>')
  })
  await new Promise<void>((resolve) => evil.listen(0, '127.0.0.1', resolve))
  evilOrigin = `http://evil.example:${(evil.address() as AddressInfo).port}`
  context = await (await openBrowser()).newContext()
  await (await signIn(context)).close()
})
afterAll(async () => {
  await context?.close()
  evil?.close()
})

/** A browser that is signed in to the control plane, and a new page of the other site in it. */
let context: BrowserContext
async function visitEvil(): Promise<Page> {
  const page = await context.newPage()
  onTestFinished(() => page.close())
  await page.goto(evilOrigin)
  return page
}

const poolNames = async () => {
  const { workPools } = await ask<{ workPools: { nodes: { name: string }[] } }>('{ workPools { nodes { name } } }')
  return workPools.nodes.map(({ name }) => name).sort()
}

const WRITE = JSON.stringify({ query: 'mutation { createWorkPool(input: { name: "stolen" }) { __typename } }' })
const READ = JSON.stringify({ query: '{ viewer { __typename } workPools { nodes { name } } }' })

/** Runs in the page: what came of a request, as the page can see it. */
const tryFetch = (page: Page, url: string, init: object) =>
  page.evaluate(
    ([address, options]) =>
      fetch(address as string, options as RequestInit).then(
        async (response) => ({ type: response.type, text: await response.text() }),
        () => ({ type: 'refused', text: '' }),
      ),
    [url, init] as const,
  )

test.each([
  ['reads with a GET', '/graphql?query=%7BworkPools%7Bnodes%7Bname%7D%7D%7D', {}],
  ['reads with a GET and the cookie', '/graphql?query=%7BworkPools%7Bnodes%7Bname%7D%7D%7D', { credentials: 'include' }],
  ['reads without asking for the answer', '/graphql', { method: 'POST', mode: 'no-cors', credentials: 'include', body: READ }],
  ['writes as JSON', '/graphql', { method: 'POST', credentials: 'include', headers: { 'content-type': 'application/json' }, body: WRITE }],
  [
    'writes as plain text, which needs no preflight',
    '/graphql',
    { method: 'POST', mode: 'no-cors', credentials: 'include', headers: { 'content-type': 'text/plain' }, body: WRITE },
  ],
  [
    'writes as a form, which needs no preflight',
    '/graphql',
    {
      method: 'POST',
      mode: 'no-cors',
      credentials: 'include',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: `query=${encodeURIComponent(JSON.parse(WRITE).query)}`,
    },
  ],
  ['writes with a GET', `/graphql?query=${encodeURIComponent(JSON.parse(WRITE).query)}`, { mode: 'no-cors', credentials: 'include' }],
  ['writes with a method of its own', '/graphql', { method: 'PUT', credentials: 'include', body: WRITE }],
  ['reports for a run', '/reports', { method: 'POST', mode: 'no-cors', credentials: 'include', body: '{}' }],
  ['signs the user out', '/sign-out', { method: 'POST', mode: 'no-cors', credentials: 'include' }],
  ['reads the page of the workspace', '/runs', { credentials: 'include' }],
])('another site that %s gets nothing and changes nothing', async (_name, path, init) => {
  const page = await visitEvil()
  const before = await poolNames()
  const { type, text } = await tryFetch(page, `${plane.url}${path}`, init)
  expect(['refused', 'opaque']).toContain(type)
  expect(text).toBe('')
  expect(await poolNames()).toEqual(before)
  expect((await context.cookies(plane.url)).map(({ name }) => name)).toEqual(['weir_session'])
})

test('a form that another site posts changes nothing, and its answer shows nothing', async () => {
  const page = await visitEvil()
  const before = await poolNames()
  await page.setContent(
    `<form method="post" enctype="text/plain" action="${plane.url}/graphql"><input name='${WRITE.slice(0, -1)},"x":"' value='"}'></form>`,
  )
  const answered = page.waitForResponse(`${plane.url}/graphql`)
  const shown = page.waitForURL(`${plane.url}/graphql`)
  await page.evaluate('document.forms[0].submit()')
  expect((await answered).status()).toBe(403)
  await shown
  expect(await poolNames()).toEqual(before)
})

test('another site opens neither a socket nor a stream of events', async () => {
  const page = await visitEvil()
  const socket = await page.evaluate(
    (url) =>
      new Promise<string>((resolve) => {
        const opened = new WebSocket(url)
        opened.onopen = () => resolve('opened')
        opened.onerror = () => resolve('refused')
      }),
    `${plane.url.replace('http', 'ws')}/connect?pool=local`,
  )
  const stream = await page.evaluate(
    (url) =>
      new Promise<string>((resolve) => {
        const opened = new EventSource(url, { withCredentials: true })
        opened.onopen = () => resolve('opened')
        opened.onmessage = () => resolve('message')
        opened.onerror = () => resolve('refused')
      }),
    `${plane.url}/graphql?query=${encodeURIComponent('subscription { flowRunsChanged { __typename } }')}`,
  )
  expect([socket, stream]).toEqual(['refused', 'refused'])
})

test('a name that was rebound to this machine reaches nothing: not the page, not the API, not the health', async () => {
  const context = await (await openBrowser()).newContext()
  onTestFinished(() => context.close())
  const page = await context.newPage()
  const rebound = `http://evil.example:${new URL(plane.url).port}`
  for (const path of ['/', '/runs', '/graphql', '/healthz', '/sign-in?token=x', '/_app/version.json']) {
    const answer = await page.goto(`${rebound}${path}`)
    expect(`${path} ${answer?.status()}`).toBe(`${path} 403`)
    expect(await answer?.text()).toContain('FORBIDDEN_HOST')
  }
  const { text } = await tryFetch(page, `${rebound}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: WRITE })
  expect(text).toContain('FORBIDDEN_HOST')
  expect(await poolNames()).not.toContain('stolen')
})

test('the sign-in link stays out of the address, the history and every Referer', async () => {
  const context = await (await openBrowser()).newContext()
  onTestFinished(() => context.close())
  const page = await signIn(context)
  expect(page.url()).not.toContain('token')
  await page.evaluate(
    `{ const link = document.createElement('a'); link.href = '${evilOrigin}/from-the-workspace'; document.body.append(link); link.click() }`,
  )
  await page.waitForURL(`${evilOrigin}/**`)
  expect(await page.evaluate('document.referrer')).toBe('')
  // A link that does not work shows a page, and that page must not pass it on either.
  const failed = await page.goto(`${plane.url}/sign-in?token=secret-of-somebody`)
  expect(failed?.headers()['referrer-policy']).toBe('no-referrer')
  expect(await page.content()).not.toContain('secret-of-somebody')
  expect(referrers.join(' ')).not.toContain('token')
})

test('no other page can frame the workspace or hold its window, and scripts of elsewhere do not run in it', async () => {
  const page = await visitEvil()
  await page.setContent(`<iframe src="${plane.url}/runs"></iframe>`)
  const frame = await (await page.waitForSelector('iframe')).contentFrame()
  await frame?.waitForLoadState()
  expect(frame?.url()).not.toContain('/runs')

  const own = await signIn(page.context())
  const violated = own.evaluate(`new Promise((resolve) => addEventListener('securitypolicyviolation', (event) => resolve(event.violatedDirective)))`)
  await own.evaluate(`{ const script = document.createElement('script'); script.src = '${evilOrigin}/x.js'; document.head.append(script) }`)
  expect(await violated).toMatch(/^script-src/)
  const headers = (await own.reload())?.headers() ?? {}
  expect(headers['content-security-policy']).toContain("frame-ancestors 'none'")
  expect([headers['x-frame-options'], headers['x-content-type-options'], headers['cross-origin-opener-policy']]).toEqual([
    'DENY',
    'nosniff',
    'same-origin',
  ])
  expect(headers['access-control-allow-origin']).toBeUndefined()
})
