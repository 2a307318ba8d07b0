import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openHome } from '../../server/home.ts'
import { readLock } from '../../server/lock.ts'
import { endProcess, waitForEnd } from '../../server/processes/end-process.ts'
import { ask, fill, makeHome, removeHome } from '../support/control-plane.ts'
import { temporaryFolder } from '../support/folder.ts'

const root = dirname(dirname(import.meta.dirname))

function temporaryHome(): string {
  const home = makeHome()
  onTestFinished(() => removeHome(home))
  return home
}

/** For starts that are not about making the database. */
async function filledHome(): Promise<string> {
  const home = temporaryHome()
  await fill(home)
  return home
}

interface Started {
  child: ChildProcess
  pid: number
  /** Everything it has said, both outputs. */
  said(): string
  /** Waits until it has said something that matches. */
  until(pattern: RegExp): Promise<RegExpExecArray>
  /** Waits for its end: the exit code, or null when a signal ended it. */
  code(): Promise<number | null>
}

/** What `npm start -- …` runs. */
const start = (home: string, ...flags: string[]): Started => startIn({ WEIR_HOME: home }, ...flags)

/** The same with variables of its own; an undefined one is not set. */
function startIn(environment: Record<string, string | undefined>, ...flags: string[]): Started {
  const child = spawn(process.execPath, [join(root, 'server', 'launch', 'start.mjs'), ...flags], {
    cwd: root,
    env: { ...process.env, NO_COLOR: '1', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => endProcess(child.pid as number, 'SIGTERM', 10_000))
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (part: Buffer) => (text += part.toString()))
  const closed = once(child, 'close') as Promise<[number | null]>
  return {
    child,
    pid: child.pid as number,
    said: () => text,
    code: async () => (await closed)[0],
    until: async (pattern) => {
      let ended = false
      void closed.then(() => {
        ended = true
      })
      for (;;) {
        const found = pattern.exec(text)
        if (found) return found
        if (ended) throw new Error(`It ended without saying ${pattern}:\n${text}`)
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
    },
  }
}

const SIGN_IN = /http:\/\/127\.0\.0\.1:\d+\/sign-in\?token=\S+/

/** Processes of that home, from the lock file. */
function childPids(home: string): number[] {
  const { children = [], postgres = null } = readLock(join(home, 'control-plane.lock')) ?? {}
  return [...children, ...(postgres === null ? [] : [postgres])].map(({ pid }) => pid)
}

/** Processes below that one: the launcher, the control plane's, the worker, its runners. */
function descendantsOf(pid: number): number[] {
  const pairs = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
  const children = pairs.split('\n').flatMap((line) => {
    const [child, parent] = line.trim().split(/\s+/).map(Number)
    return parent === pid && child !== undefined ? [child] : []
  })
  return children.flatMap((child) => [child, ...descendantsOf(child)])
}

test('--once runs the main example on a worker, shows its log lines and ends with 0; a second start has the first run; Ctrl-C ends it with all that runs', async () => {
  const home = temporaryHome()
  const first = start(home, '--once', '--port', '0')
  expect(await first.code()).toBe(0)
  expect(first.said()).toMatch(/INFO.*warmest:/)
  expect(first.said()).toContain('Completed')
  const key = readFileSync(join(home, 'local.key'), 'utf8')

  const second = start(home, '--port', '0')
  const [link] = await second.until(SIGN_IN)
  expect(readFileSync(join(home, 'local.key'), 'utf8')).toBe(key)
  const plane = { url: new URL(link).origin, adminKey: key.trim() }
  const { flowRuns } = await ask<{ flowRuns: { nodes: { state: { type: string }; flow: { name: string } }[] } }>(
    plane,
    '{ flowRuns { nodes { state { type } flow { name } } } }',
  )
  expect(flowRuns.nodes.map(({ state, flow }) => `${flow.name} ${state.type}`)).toEqual(['weather COMPLETED', 'weather COMPLETED'])
  const { deployments } = await ask<{ deployments: { nodes: { fullName: string }[] } }>(plane, '{ deployments { nodes { fullName } } }')
  expect(deployments.nodes.map(({ fullName }) => fullName).sort()).toEqual([
    'city-report/city-report',
    'fails/fails',
    'fan-out/fan-out',
    'hello/hello',
    'slow/slow',
    'subflows/subflows',
    'weather/weather',
  ])

  const third = start(home, '--once', '--port', '0')
  expect(await third.code()).toBe(1)
  expect(third.said()).toContain(plane.url)

  const children = childPids(home)
  expect(children).toHaveLength(2)
  const { createFlowRun } = await ask<{ createFlowRun: { flowRun: { id: string } } }>(
    plane,
    'mutation { createFlowRun(input: { deploymentName: "slow/slow", parameters: { seconds: 60 } }) { ... on CreateFlowRunSuccess { flowRun { id } } } }',
  )
  const stateType = async () =>
    (await ask<{ flowRun: { state: { type: string } } }>(plane, `{ flowRun(id: "${createFlowRun.flowRun.id}") { state { type } } }`)).flowRun.state
      .type
  while ((await stateType()) !== 'RUNNING') await new Promise((resolve) => setTimeout(resolve, 50))
  const everything = descendantsOf(second.pid)
  expect(everything).toEqual(expect.arrayContaining(children))
  second.child.kill('SIGINT')
  expect(await second.code()).toBe(0)
  for (const pid of everything) expect(await waitForEnd(pid, 0)).toBe(true)
})

test('kill -9 of the process that was started, or of the one below it, leaves nothing that blocks the next start', async () => {
  const home = await filledHome()
  let port = '0'
  for (const victim of [(started: Started) => started.pid, () => readLock(join(home, 'control-plane.lock'))?.owner.pid as number]) {
    const started = start(home, '--port', port)
    const [link] = await started.until(SIGN_IN)
    port = new URL(link).port
    const children = childPids(home)
    expect(children).toHaveLength(2)
    process.kill(victim(started), 'SIGKILL')
    await started.code()
    for (const pid of children) expect(await waitForEnd(pid, 10_000)).toBe(true)
  }
  const last = start(home, '--once', '--port', port)
  expect(await last.code(), last.said()).toBe(0)
})

test('a busy port is told with what to do', async () => {
  const other = createServer()
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  const { port } = other.address() as AddressInfo
  const started = start(temporaryHome(), '--once', '--port', String(port))
  expect(await started.code()).toBe(1)
  expect(started.said()).toContain(`Port ${port} of 127.0.0.1 is used by another program.`)
  expect(started.said()).toContain('--port 0')
  expect(started.said()).not.toContain('    at ')
  other.close()
})

/** Each of them has broken the start of some program. Together they break nothing of this one. */
const HOSTILE: Record<string, string | undefined> = {
  HOME: undefined,
  TMPDIR: '/missing/folder',
  PORT: '80',
  HOST: 'evil.example',
  WEIR_API_URL: 'http://127.0.0.1:1',
  WEIR_API_KEY: 'nonsense',
  WEIR_PROFILE: 'missing',
  WEIR_LOG_LEVEL: 'LOUD',
  WEIR_PORT: '-5',
  WEIR_DATABASE_URL: 'mysql://evil.example',
  DATABASE_URL: 'postgres://evil.example/x',
  NODE_USE_ENV_PROXY: '1',
  HTTP_PROXY: 'http://127.0.0.1:1',
  HTTPS_PROXY: 'http://127.0.0.1:1',
  http_proxy: 'http://127.0.0.1:1',
  ALL_PROXY: 'socks5://127.0.0.1:1',
  PGHOST: 'evil.example',
  PGPORT: '1',
  PGUSER: 'nobody',
  PGPASSWORD: 'nonsense',
  PGDATABASE: 'nonsense',
  PGDATA: '/etc',
  PGOPTIONS: '-c nonsense=1',
  PGSSLMODE: 'verify-full',
  PGCLIENTENCODING: 'nonsense',
  LC_ALL: 'xx_XX.nonsense',
  LANG: 'xx',
  TZ: 'Mars/Olympus',
  LD_LIBRARY_PATH: '/missing',
  NODE_ENV: 'test',
  NODE_PATH: '/missing',
  NODE_EXTRA_CA_CERTS: '/missing',
  CI: '1',
  DEBUG: '*',
  FORCE_COLOR: '9',
  COLUMNS: '-1',
  TERM: 'nonsense',
  SHELL: '/bin/false',
}

test('a broken data directory is told, and --fresh begins empty: in a hostile environment, and in a path with spaces, quotes and letters of many languages', async () => {
  const home = join(temporaryHome(), `Übung 天気 🌦 it's "here" $HOME`)
  onTestFinished(() => removeHome(home))
  const data = join(openHome(home).postgres, 'data')
  mkdirSync(data, { recursive: true })
  writeFileSync(join(data, 'PG_VERSION'), 'x')
  const broken = startIn({ ...HOSTILE, WEIR_HOME: home }, '--once', '--port', '0')
  expect(await broken.code()).toBe(1)
  expect(broken.said()).toContain(data)
  expect(broken.said()).toContain('--fresh')
  const fresh = startIn({ ...HOSTILE, WEIR_HOME: home }, '--once', '--port', '0', '--fresh')
  expect(await fresh.code(), fresh.said()).toBe(0)
  expect(fresh.said()).toContain('Completed')
  expect(readdirSync(home)).toContain('secrets.json')
})

// Which homes are refused is tested in test/server/home.test.ts, which flags and variables in test/server/read-flags.test.ts. Here: how that is told.
test.each<[string, Record<string, string | undefined>, string[], number, string]>([
  ['WEIR_HOME is a project', { WEIR_HOME: root }, ['--fresh'], 1, '(HOME_NOT_OURS)'],
  ['HOME is empty', { WEIR_HOME: undefined, HOME: '' }, ['--fresh'], 1, '(HOME_NOT_WRITABLE)'],
  ['WEIR_TIME_SCALE is 0', { WEIR_TIME_SCALE: '0' }, ['--fresh'], 2, '(INVALID_SETTING)'],
  ['a flag is misspelled', {}, ['--frsh'], 2, 'Usage: npm start -- [--once] [--fresh] [--port N]'],
])('%s: told with a next step, and nothing is started or removed', async (_name, environment, flags, code, expected) => {
  const started = startIn({ WEIR_HOME: join(temporaryFolder(), 'home'), ...environment }, '--once', '--port', '0', ...flags)
  expect(await started.code()).toBe(code)
  expect(started.said()).toContain(expected)
  expect(started.said()).toMatch(/^hint: {2}[A-Z].+\.$|^Usage: /m)
  expect(started.said()).not.toContain('    at ')
  expect(started.said()).not.toContain('Control plane ready')
})
