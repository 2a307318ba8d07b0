/**
 * The commands of the pages, run as they stand, page by page and line by line, on a control plane with one worker: what somebody copies works, after what stands
 * above it. (start.md and concepts.md: test/e2e/packages. graphql.md: test/api/docs.worker.test.ts. Of the others, that every command and flag exists:
 * test/sdk/docs.test.ts.)
 */
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startTestServer, type TestServer } from 'weirflow/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type CommandLines, type Ended, openCommandLines } from '../sdk/support/command-lines.ts'
import { fencedBlocks } from '../support/fenced-blocks.ts'
import { startWeir, type Started } from './cli/weir.ts'
import { cleanUp, temporaryFolder } from './reliability/worker.ts'

const DOCS = join(import.meta.dirname, '..', '..', 'docs')

/** What the pages speak of. */
const FILES = {
  'flows/etl.ts': `import { artifacts, flow, task } from 'weirflow'
const fetch = task({ name: 'fetch' }, async (city: string) => city.length)
const load = task({ name: 'load' }, async (letters: number) => letters)
export const etl = flow({ name: 'weather-etl', durable: true }, async ({ cities = ['Oslo'], day = '' }: { cities?: string[]; day?: string }) => {
  await load(await fetch(cities[0] + day))
  await artifacts.table({ key: 'warmest', rows: [{ cities }] })
})
`,
  'flows/asks.ts': `import { flow, pause } from 'weirflow'
import { z } from 'zod'
const input = z.object({ approved: z.boolean(), limit: z.number().default(1) })
export const asks = flow({ name: 'asks' }, async () => void (await pause({ input, message: 'Pay?' })))
`,
  'flows/report.ts': `import { flow } from 'weirflow'
export const report = flow({ name: 'report' }, async (_parameters: { password?: string; region?: string }) => 'written')
export const experiment = flow({ name: 'experiment' }, async () => 1)
`,
  'flows/blocks.ts': `import { defineBlock, secret } from 'weirflow'
import { z } from 'zod'
export const warehouse = defineBlock('warehouse', z.object({ host: z.string(), user: z.string().optional(), password: secret(z.string()) }))
`,
  'day.json': '{ "cities": ["Bern"] }',
  'query.graphql':
    'query Days($day: String, $after: String) { flows(first: 1, after: $after, filter: { name: { contains: $day } }) { nodes { name } pageInfo { hasNextPage endCursor } } }',
  'staging.env': 'STAGE=staging\n',
}

let server: TestServer
let folder: string
let lines: CommandLines
let worker: Started

beforeAll(async () => {
  folder = temporaryFolder()
  for (const [path, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  symlinkSync(join(DOCS, '..', 'node_modules'), join(folder, 'node_modules'))
  server = await startTestServer()
  lines = openCommandLines({ home: join(folder, 'home'), cwd: folder })
  await weir('work-pool', 'create', 'local')
  for (const [flow, name] of [
    ['etl', 'fixture'],
    ['asks', 'here'],
  ])
    await ask('deploy', `flows/${flow}.ts:${flow}`, '--name', name as string, '--pool', 'local')
  worker = startWeir(['worker', 'start', '--pool', 'local', '-o', 'json'], { home: join(folder, 'home'), cwd: folder, env: settings() })
  await worker.said(/"ready"/)
})
afterAll(async () => {
  // Runs that ask are never answered: it would wait for them.
  worker?.child.kill('SIGKILL')
  await worker?.ended
  await lines?.close()
  await server?.stop()
  await cleanUp()
})

const settings = () => ({ WEIR_API_URL: server.apiUrl, WEIR_API_KEY: server.apiKey, API_TOKEN: 'tok-0123456789', DB_PASSWORD: 'pw-0123456789' })
const weir = (...args: string[]): Promise<Ended> => lines.run(args, { env: settings() })

/** `weir …` out of a page, as its words. */
const COMMAND = /^(?:npx )?weir (.*)$/
const wordsOf = (line: string): string[] =>
  [
    ...line
      .replace(/ +#.*$/, '')
      .replace(/ > \S+$/, '')
      .matchAll(/(?:'[^']*'|[^\s'])+/g),
  ].map(([word]) => word.replaceAll("'", ''))

const commandsOf = (page: string): string[] =>
  fencedBlocks(readFileSync(join(DOCS, page), 'utf8'), 'sh').flatMap((block) => block.split('\n').flatMap((line) => COMMAND.exec(line)?.[1] ?? []))

/** Lines that cannot be run as they are: null = not at all, a text = with this at their end. */
type Exceptions = [line: RegExp, instead: string | null][]

/** What stays until it is told to end, ends a control plane, or asks for another machine. */
const NOT_HERE: Exceptions = [
  [/^(server|task serve|worker start|event stream|serve|dev|init|login|logout|completion)\b/, null],
  // A worker of that name, and a run that is in the middle of something: test/e2e/control-plane.test.ts, waiting.test.ts.
  [/^worker (drain|delete)/, null],
  [/^flow-run suspend/, null],
  // The one that the worker serves is there.
  [/^work-pool create local/, null],
]
/** What people are asked for at a terminal comes out of the environment. */
const ASKED: Exceptions = [
  [/^secret set api-token +#/, ' --from-env API_TOKEN'],
  [/^block create /, ' --from-env password=DB_PASSWORD'],
  [/^block update \S+ --secret password/, ' --from-env password=DB_PASSWORD'],
]

/** Runs a page, line by line. `idOf` gives what stands for `4f2a91c7` in a line. */
async function runPage(page: string, exceptions: Exceptions = [], idOf: (line: string) => Promise<string> = completed): Promise<void> {
  const commands = commandsOf(page)
  expect(commands).not.toEqual([])
  const failed: string[] = []
  for (const line of commands) {
    const instead = exceptions.find(([pattern]) => pattern.test(line))?.[1]
    if (instead === null) continue
    const words = wordsOf(line.includes('4f2a91c7') ? line.replace('4f2a91c7', await idOf(line)) : line)
    const given =
      instead === undefined ? words : [...words.filter((word, at) => !(word === '--secret' || words[at - 1] === '--secret')), ...wordsOf(instead)]
    const { code, stdout, stderr } = await weir(...given)
    if (code !== 0) failed.push(`weir ${given.join(' ')}\n  ${code}: ${stderr.trim() || stdout.trim()}`)
  }
  expect(failed.join('\n')).toBe('')
}

/** What a command says as JSON; it has to go well. */
async function ask<T>(...args: string[]): Promise<T> {
  const { code, stdout, stderr } = await weir(...args, '-o', 'json')
  expect(code, `weir ${args.join(' ')}\n${stderr}`).toBe(0)
  return JSON.parse(stdout) as T
}
const start = async (...args: string[]): Promise<string> => (await ask<{ id: string }>('deployment', 'run', ...args)).id
const stateOf = async (id: string): Promise<string> => (await ask<{ state: { type: string } }>('flow-run', 'inspect', id)).state.type

/** A run in this state, as soon as it is. */
async function runIn(state: string, ...args: string[]): Promise<string> {
  const id = await start(...args)
  while ((await stateOf(id)) !== state) await sleep(20)
  return id
}
let known: Promise<string> | null = null
const completed = (): Promise<string> => (known ??= runIn('COMPLETED', 'weather-etl/fixture'))
const asking = (): Promise<string> => runIn('PAUSED', 'asks/here')
const waiting = (): Promise<string> => start('weather-etl/fixture', '--at', '+1h')

/** The run that such a command is for. */
async function idFor(line: string): Promise<string> {
  if (/approved|flow-run why/.test(line)) return asking()
  if (/flow-run (cancel|pause|set-state)/.test(line)) return waiting()
  if (/flow-run resume/.test(line)) {
    const id = await waiting()
    await ask('flow-run', 'pause', id)
    return id
  }
  if (/^operation /.test(line)) {
    const { operation } = await ask<{ operation: { id: string } }>('flow-run', 'retry', '--deployment', 'weather-etl/fixture', '--state', 'completed')
    return operation.id
  }
  if (!/flow-run (delete|retry)/.test(line)) return completed()
  const id = await completed()
  known = null
  return id
}

test('the command line: every noun and verb, in their order', async () => {
  await ask('work-pool', 'create', 'old')
  await ask('deploy', 'flows/etl.ts:etl', '--name', 'test', '--pool', 'local')
  await ask('deploy', 'flows/report.ts:experiment', '--name', 'test', '--pool', 'local')
  await ask('deployment', 'delete', 'experiment/test')
  await ask('api-key', 'create', 'laptop', '--role', 'viewer')
  await ask('profile', 'create', 'work', '--api-url', server.apiUrl)
  await runPage('cli.md', [...NOT_HERE, ...ASKED], idFor)
  // Another page makes it, too.
  await ask('concurrency-limit', 'delete', 'weather-api')
})

test('blocks, secrets and references', async () => {
  await ask('deploy', 'flows/report.ts:report', '--name', 'main', '--pool', 'local')
  await ask('variable', 'set', 'region', 'eu')
  await ask('variable', 'set', 'upstream-url', 'https://example.com')
  await runPage('blocks-and-secrets.md', ASKED)
})

test('limits, job variables, schedules, durable flows, answers, events, pictures', async () => {
  await runPage('concurrency.md')
  rmSync(join(folder, 'local.json'))
  await runPage('workers.md', NOT_HERE)
  await runPage('schedules.md')
  await runPage('durable-flows.md', [], idFor)
  await runPage('pausing.md', [...NOT_HERE, [/resume \S+ +# asks at a terminal/, ' -i approved=true']], (line) =>
    line.includes('terminal') ? asking() : idFor(line),
  )
  await runPage('events.md', NOT_HERE)
  await runPage('visualize.md')
})
