/** What pages load and ask: few questions, little code. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { ask, newContext, plane, runToEnd, signIn } from '../support/browser-product.ts'

/** KB after gzip of built files, by the paths that they are served under. */
const kilobytes = (paths: readonly string[]) =>
  Math.round(paths.reduce((sum, path) => sum + gzipSync(readFileSync(join('web/build', path))).length, 0) / 102.4) / 10

test('the shell and the list of runs stay within their budgets', async () => {
  const context = await newContext()
  // Who saves data gets no code of other pages in advance: what is loaded is what this page needs.
  await context.addInitScript("Object.defineProperty(navigator, 'connection', { value: { saveData: true } })")
  await runToEnd('hello/hello')
  const asked: Record<string, unknown>[] = []
  context.on('request', (sent) => (sent.url().endsWith('/graphql') ? asked.push(sent.postDataJSON() as Record<string, unknown>) : 0))
  const page = await signIn(context)
  await page.locator('[data-row="0"]').waitFor()
  // Operations travel as hashes, those of streams too.
  expect(asked.length).toBeGreaterThan(2)
  for (const sent of asked) expect(sent).toEqual({ documentId: expect.stringMatching(/^sha256:[0-9a-f]{64}$/), variables: expect.any(Object) })
  const firstRow = Math.round(await page.evaluate<number>('performance.now()'))
  const loaded = await page.evaluate<string[]>('performance.getEntriesByType("resource").map(({ name }) => new URL(name).pathname)')
  const ofKind = (kind: string) => [...new Set(loaded)].filter((path) => path.startsWith('/_app/') && path.endsWith(kind))
  const shell = [...readFileSync('web/build/index.html', 'utf8').matchAll(/href="(\/_app\/[^"]+\.js)"/g)].map(([, path]) => path as string)
  const sizes = { shell: kilobytes(shell), scripts: kilobytes(ofKind('.js')), styles: kilobytes(ofKind('.css')) }
  console.log(`shell ${sizes.shell} KB, list of runs ${sizes.scripts} KB of JS and ${sizes.styles} KB of CSS (gzip); first row after ${firstRow} ms`)
  expect(shell.length).toBeGreaterThan(5)
  expect(sizes.shell).toBeLessThanOrEqual(150)
  expect(sizes.scripts + sizes.styles).toBeLessThanOrEqual(250)
})

test('the other lists and their pages stay within their budgets: few questions, little code', async () => {
  const context = await newContext()
  await context.addInitScript("Object.defineProperty(navigator, 'connection', { value: { saveData: true } })")
  const page = await signIn(context)
  let asked = 0
  page.on('request', (sent) => (asked += sent.url().endsWith('/graphql') && !sent.headers()['accept']?.includes('event-stream') ? 1 : 0))
  const { flow } = await ask<{ flow: { uuid: string } }>('{ flow(name: "hello") { uuid } }')
  for (const path of ['/flows', `/flows/${flow.uuid}`, '/variables', '/blocks', '/concurrency-limits', '/service-accounts', '/audit', '/graphql']) {
    asked = 0
    await page.goto(`${plane.url}${path}`)
    await page.getByRole('heading', { level: 1 }).waitFor()
    await page
      .getByRole('table')
      .or(page.getByRole('heading', { level: 2 }))
      .first()
      .waitFor()
    const loaded = await page.evaluate<string[]>('performance.getEntriesByType("resource").map(({ name }) => new URL(name).pathname)')
    const size = kilobytes([...new Set(loaded)].filter((file) => /^\/_app\/.*\.(js|css)$/.test(file)))
    console.log(`${path.split('/')[1]}: ${size} KB (gzip), ${asked} questions`)
    expect(size, path).toBeLessThanOrEqual(250)
    // Who is signed in; then each part once, and once more when its stream is up or rings.
    expect(asked, path).toBeLessThanOrEqual(8)
  }
})
