/**
 * The whole product as an operator has it: a control plane in a process of its own that can be killed and started again on the same home, and a look into
 * its record past the API. Durations of the protocol are a tenth of the real ones.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import pg from 'pg'
import { expect } from 'vitest'
import { migrate } from '../../../db/migrate.ts'
import { openHome } from '../../../server/home.ts'
import { waitForEnd } from '../../../server/processes/end-process.ts'
import { ask, BUILT_SERVER, makeFilledHome, makeHome, removeHome } from '../../support/control-plane.ts'

/** Milliseconds that a condition may take to come true on a slow, loaded machine. Nothing waits that long when all is well. */
export const PATIENCE = 60_000

export interface Product {
  readonly url: string
  readonly adminKey: string
  readonly home: string
  /** Factor of the protocol's durations; its workers need the same. */
  readonly timeScale: number
  /** The processes of this moment. */
  pids(): Promise<{ postgres: number | null; workerd: number }>
  /** kill -9 of the server, and with it of everything it keeps. Resolves when all are gone. */
  kill(): Promise<void>
  /** Ends it as an operator does (SIGTERM). Resolves when it is gone. */
  stop(): Promise<void>
  /** Starts it again on the same home and port. `server`: with that build from now on. */
  start(server?: string): Promise<void>
  /** Brings the record to these migrations while it is in use, as an operator does before a deploy. */
  migrate(migrations: URL): Promise<void>
  /** Rows of the record, as its owner sees it. Numbers that do not fit and instants come as text. */
  sql<Row extends object>(text: string, values?: unknown[]): Promise<Row[]>
  /** Ends it and removes its home. */
  remove(): Promise<void>
}

/** Runs in a process of its own: starts the built control plane and tells its processes when asked. */
const HOST = `
  const { startControlPlane } = await import(process.env.SERVER)
  const plane = await startControlPlane({ ...JSON.parse(process.env.OPTIONS), log: (line) => console.error(line) })
  process.on('message', () => process.send({ pids: plane.pids }))
  process.on('SIGTERM', () => plane.stop().then(() => process.exit(0)))
  process.send({ url: plane.url, adminKey: plane.adminKey, pids: plane.pids })
`

interface ProductOptions {
  /** A PostgreSQL of the test's own, by the way that the product takes to it. */
  databaseUrl?: string
  /** The straight way to it, for `sql`. */
  ownUrl?: string
  timeScale?: number
}

/** Starts a fresh product. */
export async function startProduct({ databaseUrl, ownUrl = databaseUrl, timeScale = 0.1 }: ProductOptions = {}): Promise<Product> {
  const home = databaseUrl === undefined ? await makeFilledHome() : makeHome()
  const port = await freePort()
  let host: ChildProcess
  let said = { url: '', adminKey: '' }
  let build = BUILT_SERVER
  const start = async (server = build) => {
    build = server
    host = spawn(process.execPath, ['--input-type=module', '-e', HOST], {
      env: { ...process.env, NODE_OPTIONS: '', SERVER: build, OPTIONS: JSON.stringify({ home, port, databaseUrl, timeScale }) },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    })
    let complaint = ''
    host.stderr?.on('data', (chunk) => {
      complaint = (complaint + chunk).slice(-4_000)
    })
    const ended = once(host, 'exit').then(([code]) => {
      throw new Error(`the control plane ended with code ${code}: ${complaint}`)
    })
    ended.catch(() => {})
    const [message] = (await Promise.race([once(host, 'message'), ended])) as [typeof said]
    said = message
  }
  const pids = async () => {
    host.send('pids')
    const [message] = (await once(host, 'message')) as [{ pids: { postgres: number | null; workerd: number } }]
    return message.pids
  }
  const pool = new pg.Pool({ ...ownerOf(home, ownUrl), max: 2, idleTimeoutMillis: 100 })
  pool.on('error', () => {})
  await start()
  return {
    get url() {
      return said.url
    },
    get adminKey() {
      return said.adminKey
    },
    home,
    timeScale,
    pids,
    async kill() {
      const { postgres, workerd } = await pids()
      host.kill('SIGKILL')
      await once(host, 'exit')
      for (const pid of [workerd, postgres]) if (pid !== null) expect(await waitForEnd(pid, PATIENCE)).toBe(true)
    },
    async stop() {
      host.kill('SIGTERM')
      await once(host, 'exit')
    },
    start,
    async migrate(migrations) {
      const client = new pg.Client(ownerOf(home, ownUrl))
      await client.connect()
      await migrate(client, { folder: migrations }).finally(() => client.end())
    },
    async sql<Row extends object>(text: string, values: unknown[] = []) {
      const { rows } = await pool.query<Row>(text, values)
      return rows
    },
    async remove() {
      await pool.end()
      if (host.exitCode === null && host.signalCode === null) {
        host.kill('SIGTERM')
        await once(host, 'exit')
      }
      await removeHome(home)
    },
  }
}

/** How to reach the record as its owner. The embedded server's password is known only after the first start: it is read when a connection is made. */
function ownerOf(home: string, url: string | undefined): pg.ClientConfig {
  if (url !== undefined) return { connectionString: url }
  const password = () => (JSON.parse(readFileSync(join(home, 'secrets.json'), 'utf8')) as { ownerPassword: string }).ownerPassword
  return { host: join(openHome(home).postgres, 'sockets'), port: 5432, user: 'weir', database: 'postgres', password }
}

export async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
  const { port } = probe.address() as AddressInfo
  await new Promise((resolve) => probe.close(resolve))
  return port
}

/** Resolves when `read` answers something that is true; what it throws meanwhile (the API is away) counts as false. */
export async function until<Answer>(
  what: string,
  read: () => Promise<Answer | null | undefined | false> | Answer | null | undefined | false,
  patience: number = PATIENCE,
): Promise<Answer> {
  const limit = Date.now() + patience
  let trouble: unknown = null
  for (;;) {
    try {
      const answer = await read()
      if (answer) return answer
      trouble = null
    } catch (error) {
      trouble = error
    }
    if (Date.now() > limit) throw new Error(`waited in vain for: ${what}${trouble ? ` (${(trouble as Error).message})` : ''}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

// ---- what an operator does through the API ----

const FLOWS = join(import.meta.dirname, 'flows.ts')

/** A pool with at most so many of its runs at a time. */
export async function createPool(product: Product, name: string, concurrencyLimit: number): Promise<void> {
  const input = { name, type: 'process', concurrencyLimit }
  const { result } = await ask<{ result: { created?: boolean } }>(
    product,
    'mutation ($input: CreateWorkPoolInput!) { result: createWorkPool(input: $input) { ... on CreateWorkPoolSuccess { created } ... on Error { message } } }',
    { input },
  )
  expect(result).toEqual({ created: true })
}

/** Deploys an export of `flows.ts` into the pool; answers the deployment's full name. */
export async function deploy(product: Product, workPoolName: string, flow: string, more: Record<string, unknown> = {}): Promise<string> {
  const input = { name: workPoolName, flowName: flow, workPoolName, entrypoint: `flows.ts:${flow}`, path: join(FLOWS, '..'), ...more }
  const { result } = await ask<{ result: { deployment?: { fullName: string } } }>(
    product,
    `mutation ($input: SaveDeploymentInput!) { result: saveDeployment(input: $input) {
      ... on SaveDeploymentSuccess { deployment { fullName } } ... on Error { message } } }`,
    { input },
  )
  if (!result.deployment) throw new Error(JSON.stringify(result))
  return result.deployment.fullName
}

/** Creates a run; answers its opaque id. */
export async function createRun(
  product: Product,
  deploymentName: string,
  parameters: Record<string, unknown> = {},
  more: Record<string, unknown> = {},
): Promise<string> {
  const { result } = await ask<{ result: { flowRun?: { id: string } } }>(
    product,
    `mutation ($input: CreateFlowRunInput!) { result: createFlowRun(input: $input) {
      ... on CreateFlowRunSuccess { flowRun { id } } ... on Error { message } } }`,
    { input: { deploymentName, parameters, ...more } },
  )
  if (!result.flowRun) throw new Error(JSON.stringify(result))
  return result.flowRun.id
}

/** Creates ten runs with one request; answers their opaque ids. */
export async function createTenRuns(product: Product, deploymentName: string): Promise<string[]> {
  const each = range(10).map((at) => `r${at}: createFlowRun(input: { deploymentName: $name }) { ... on CreateFlowRunSuccess { flowRun { id } } }`)
  const data = await ask<Record<string, { flowRun: { id: string } }>>(product, `mutation ($name: String!) { ${each.join(' ')} }`, {
    name: deploymentName,
  })
  return Object.values(data).map(({ flowRun }) => flowRun.id)
}

interface RunState {
  type: string
  name: string
  message: string | null
  timestamp: string
  exit: { code: number | null; signal: string | null; stderr: string | null } | null
}

interface ReadRun {
  uuid: string
  epoch: number
  runCount: number
  createdAt: string
  startTime: string | null
  endTime: string | null
  state: RunState
  /** Types of all states since it was given out first: whether it waited before that depends on the moment. */
  history: string[]
  states: RunState[]
}

const STATE = 'type name message timestamp exit { code signal stderr }'

/** What the API says of a run. */
export async function readRun(product: Product, id: string): Promise<ReadRun> {
  const { flowRun } = await ask<{ flowRun: Omit<ReadRun, 'history' | 'states'> & { stateHistory: RunState[] } }>(
    product,
    `query ($id: ID!) { flowRun(id: $id) { uuid epoch runCount createdAt startTime endTime state { ${STATE} } stateHistory { ${STATE} } } }`,
    { id },
  )
  const { stateHistory, ...rest } = flowRun
  return { ...rest, states: stateHistory, history: stateHistory.map(({ type }) => type).slice(stateHistory[0]?.type === 'SCHEDULED' ? 1 : 0) }
}

/** Waits until the run is in one of these states, and reads it. */
export async function untilState(product: Product, id: string, ...types: string[]): Promise<ReadRun> {
  let last: ReadRun | null = null
  const isThere = async () => {
    last = await readRun(product, id)
    return types.includes(last.state.type) && last
  }
  return await until(`run in ${types.join(' or ')}`, isThere).catch((error: Error) => {
    throw new Error(`${error.message}; it is ${JSON.stringify(last?.states.map(({ type, message }) => [type, message]))}`)
  })
}

interface ReadLine {
  message: string
  source: string | null
  time: string
}

interface LogPage {
  flowRun: { logs: { nodes: ReadLine[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } } }
}

/** All log lines of a run, in the record's order. */
export async function readLogs(product: Product, id: string): Promise<ReadLine[]> {
  const query = `query ($id: ID!, $after: String) { flowRun(id: $id) {
    logs(first: 200, after: $after) { nodes { message source time } pageInfo { hasNextPage endCursor } } } }`
  const lines: ReadLine[] = []
  let after: string | null = null
  do {
    const page: LogPage = await ask<LogPage>(product, query, { id, after })
    lines.push(...page.flowRun.logs.nodes)
    after = page.flowRun.logs.pageInfo.hasNextPage ? page.flowRun.logs.pageInfo.endCursor : null
  } while (after !== null)
  return lines
}

/** All task runs of a run. */
export async function readTaskRuns(
  product: Product,
  id: string,
): Promise<{ name: string; type: string; runCount: number; startTime: string; endTime: string }[]> {
  const { uuid } = await readRun(product, id)
  const rows = await product.sql<{ name: string; type: string; runCount: number; startTime: Date; endTime: Date }>(
    `select name, state_type as type, run_count as "runCount", start_time as "startTime", end_time as "endTime"
     from task_runs where flow_run_id = $1 order by sequence, id`,
    [uuid],
  )
  return rows.map((row) => ({ ...row, startTime: row.startTime.toISOString(), endTime: row.endTime.toISOString() }))
}

/** Places taken in the record by runs of the pool: by its limit, and by leases. */
async function readUse(product: Product, pool: string): Promise<{ slots: number; leases: number }> {
  const [use] = await product.sql<{ slots: number; leases: number }>(
    `select (select count(*)::int from slots s where s.limit_id = p.id) as slots,
            (select count(*)::int from flow_runs r where r.work_pool_id = p.id and r.holder_kind is not null) as leases
     from work_pools p where p.name = $1`,
    [pool],
  )
  return use as { slots: number; leases: number }
}

/** Every place of the pool is free again. */
export const untilFree = (product: Product, pool: string): Promise<true> =>
  until(`no slot taken in ${pool}`, async () => {
    const { slots, leases } = await readUse(product, pool)
    return slots === 0 && leases === 0 && (true as const)
  })

/** Everything that `steps` says about itself is in the record, once and in order, whatever happened on the way, and it never was anything but running. */
export async function expectWholeSteps(product: Product, id: string, count: number): Promise<void> {
  const run = await untilState(product, id, 'COMPLETED', 'CRASHED', 'FAILED')
  expect(run).toMatchObject({ history: ['PENDING', 'RUNNING', 'COMPLETED'], epoch: 1, runCount: 1 })
  const own = (await readLogs(product, id)).filter(({ source }) => source === null).map(({ message }) => message)
  expect(own).toEqual([...range(count).map((index) => `step ${index}`), 'last line'])
  const taskRuns = await readTaskRuns(product, id)
  expect(taskRuns.map(({ name, type, runCount }) => `${name} ${type} ${runCount}`).sort()).toEqual(
    range(count)
      .map((index) => `step-${index} COMPLETED 1`)
      .sort(),
  )
}

/** 0 … count - 1. */
export const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index)
