/**
 * Looks whether the links of a site answer, and leaves what people want to see of that: a table, a page, a picture, a link, and how far it is. Requests go out
 * side by side, never more at a site than a limit allows, and the quickest are told first. Without a site the example serves one.
 *
 *     node examples/link-check/flow.ts https://example.com/ https://example.com/nowhere
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  allowFailure,
  artifacts,
  asCompleted,
  concurrency,
  flow,
  logger,
  logStream,
  runContext,
  runtime,
  tags,
  task,
  type TaskFuture,
  type TaskFutures,
  variables,
  wait,
} from 'weirflow'
import { z } from 'zod'

/** `weir concurrency-limit create site --limit 4` holds in all processes of the workspace; without it nobody is held back. */
const check = task(
  {
    name: 'check',
    runName: ({ args: [url] }) => `check ${new URL(String(url)).pathname.slice(1) || 'home'}`,
    retries: { count: 1, delay: '50ms' },
    timeout: '10s',
    tags: ['http'],
  },
  async (url: string, { signal, attempt }) => {
    const begun = performance.now()
    const { status } = await concurrency('site', { slots: 1, timeout: '5m' }, () => fetch(url, { method: 'HEAD', signal }))
    if (status >= 500) throw new Error(`${url} answered ${status} (attempt ${attempt})`)
    return { url, status, milliseconds: Math.round(performance.now() - begun) }
  },
)

type Checked = Awaited<ReturnType<typeof check>>

/** Gets what was found and what has failed, side by side. */
const summarize = task({ name: 'summarize' }, async (checked: (Checked | Error)[]) => {
  const broken = checked.filter((one) => one instanceof Error || one.status >= 400)
  return { links: checked.length, broken: broken.map((one) => (one instanceof Error ? one.message : `${one.url} is ${one.status}`)) }
})

/** A library of another house, with a logger of its own: JSON lines become log lines of the run. */
const accessLog = logStream()
const logAccess = (fields: object) => accessLog.write(`${JSON.stringify({ level: 'info', msg: 'access', ...fields })}\n`)

/** As they come, the quickest first. */
async function tellProgress(futures: TaskFutures<Checked>): Promise<void> {
  const hasAnswered = (future: TaskFuture<Checked>) => future.state.type === 'COMPLETED'
  let done = 0
  for await (const future of asCompleted(futures, { timeout: '10m' })) {
    await artifacts.progress({ key: 'links', progress: (100 * ++done) / futures.length })
    if (hasAnswered(future)) logAccess(await future)
  }
}

export const linkCheck = flow(
  {
    name: 'link-check',
    description: 'Looks whether links answer.',
    parameters: z.object({ urls: z.array(z.url()).min(1) }),
    runName: ({ parameters }) => `${parameters.urls.length} links`,
    logPrints: true,
    onRunning: [(_flow, run) => logger().info(`begins as ${run.name}`)],
    onCompletion: [() => logger().info('told to nobody: all is said in its artifacts')],
  },
  async ({ urls }) => {
    // Set by people, without a deploy: weir variable set link-check-patience 2000
    const slow = await variables.get('link-check-patience', 1_000)
    const futures = tags('links', () => check.map(urls))
    await tellProgress(futures)
    const { notDone } = await wait(futures, { timeout: '1s' })
    const summary = await summarize(allowFailure([...futures]))
    const rows = await Promise.all(futures.map(async (future) => future.result({ raise: false })))
    const answered = rows.filter((row): row is Checked => !(row instanceof Error))
    await artifacts.table({ key: 'links', rows: answered, description: 'Every link that answered' })
    await artifacts.markdown({
      key: 'summary',
      markdown: `# ${summary.links} links, ${summary.broken.length} broken\n${summary.broken.map((one) => `- ${one}`).join('\n')}`,
    })
    await artifacts.link({ key: 'site', url: new URL('/', urls[0]), text: 'The site' })
    await artifacts.image({ key: 'icon', url: new URL('/favicon.ico', urls[0]) })
    // With logPrints what the console says is kept, too.
    console.log(`slower than ${slow} ms: ${answered.filter(({ milliseconds }) => milliseconds > slow).length}`)
    logger().debug('still waiting', { count: notDone.length, attempt: runContext().flowRun?.attempt, id: runtime.flowRun.id })
    return summary
  },
)

if (import.meta.main) {
  const given = process.argv.slice(2)
  if (given.length > 0) console.log(await linkCheck({ urls: given }))
  else {
    const site = createServer((request, response) => {
      response.writeHead(request.url === '/gone' ? 404 : request.url === '/down' ? 503 : 200).end()
    })
    await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve))
    const { port } = site.address() as AddressInfo
    console.log(await linkCheck({ urls: ['/', '/prices', '/gone', '/down'].map((path) => `http://127.0.0.1:${port}${path}`) }))
    site.close()
  }
}
