/**
 * Runs that start runs, on the whole product: the child gets the place that its parent lends, is seen beside it, and is stopped with it. And what runs keep
 * to themselves.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ask } from '../support/control-plane.ts'
import { type Product, startProduct, until } from './reliability/product.ts'
import { recordTraffic } from './reliability/record-traffic.ts'
import { deploy as deployInCode, waitForFlowRun } from 'weirflow'
import { describe, late, refuse, spread, stay } from './background-tasks.ts'
import { scatter } from '../../examples/two-pools/flow.ts'
import { atEnd, cleanUp, startWorker, temporaryFolder, type Worker } from './reliability/worker.ts'

const ROOT = join(import.meta.dirname, '..', '..')
let product: Product
let worker: Worker

beforeAll(async () => {
  product = await startProduct()
  // One place in the whole pool: a parent that kept it from its child would wait for ever.
  await ask(product, 'mutation { createWorkPool(input: { name: "small", concurrencyLimit: 1 }) { __typename } }')
  const examples = join(ROOT, 'examples')
  await deploy('subflows', 'subflows', 'subflows/flow.ts:subflows', examples)
  await deploy('city-report', 'city-report', 'subflows/flow.ts:cityReport', examples)
  await deploy('slow', 'slow', 'slow/flow.ts:slow', examples)
  await deploy('waits-for-slow', 'waits-for-slow', 'children-flow.ts:waitsForSlow', import.meta.dirname)
  await deploy('looks-at-slow', 'looks-at-slow', 'children-flow.ts:looksAtSlow', import.meta.dirname)
  await deploy('tells-parent', 'tells-parent', 'children-flow.ts:tellsParent', import.meta.dirname)
  await deploy('keeps-results', 'keeps-results', 'keeps-results-flow.ts:keepsResults', import.meta.dirname)
  worker = await startWorker(product, { pool: 'small' })
}, 120_000)
afterAll(async () => {
  await cleanUp()
  await product?.remove()
})

const deploy = (flowName: string, name: string, entrypoint: string, path: string) =>
  ask(product, 'mutation ($input: SaveDeploymentInput!) { saveDeployment(input: $input) { __typename ... on Error { message } } }', {
    input: { flowName, name, entrypoint, path, workPoolName: 'small' },
  })

const RUN = `mutation ($name: String!, $parameters: JSON) { createFlowRun(input: { deploymentName: $name, parameters: $parameters }) {
  ... on CreateFlowRunSuccess { flowRun { id uuid } } ... on Error { message } } }`
const STATE = `query ($id: ID!) { flowRun(id: $id) { state { type name message } childFlowRuns { id uuid flow { name } deployment { name } state { type }
  parentFlowRun { id } parentTaskRunId } taskRuns { nodes { id name state { type name } childFlowRun { id } } } } }`

interface Run {
  state: { type: string; name: string; message: string | null }
  childFlowRuns: {
    id: string
    uuid: string
    flow: { name: string }
    deployment: { name: string } | null
    state: { type: string }
    parentFlowRun: { id: string }
    parentTaskRunId: string
  }[]
  taskRuns: { nodes: { id: string; name: string; state: { type: string; name: string }; childFlowRun: { id: string } | null }[] }
}

const start = async (name: string, parameters: object = {}): Promise<string> =>
  (await ask<{ createFlowRun: { flowRun: { id: string } } }>(product, RUN, { name, parameters })).createFlowRun.flowRun.id
const read = async (id: string): Promise<Run> => (await ask<{ flowRun: Run }>(product, STATE, { id })).flowRun

test('a parent and its deployed children share the one place of their pool; subflows and children stand beside the task runs that started them', async () => {
  const id = await start('subflows/subflows', { elsewhere: true })
  const run = await until('the end of the parent', async () => {
    const seen = await read(id)
    return seen.state.type === 'COMPLETED' || seen.state.type === 'FAILED' ? seen : null
  })
  expect(run.state).toMatchObject({ type: 'COMPLETED' })
  expect(run.childFlowRuns.map(({ flow, deployment, state }) => [flow.name, deployment?.name ?? null, state.type])).toEqual([
    ['add-up', null, 'COMPLETED'],
    ['city-report', 'city-report', 'COMPLETED'],
    ['city-report', 'city-report', 'COMPLETED'],
  ])
  for (const child of run.childFlowRuns) {
    expect(child.parentFlowRun.id).toBe(id)
    const standIn = run.taskRuns.nodes.find((task) => task.id === child.parentTaskRunId)
    expect(standIn).toMatchObject({ state: { type: 'COMPLETED' }, childFlowRun: { id: child.id } })
  }
})

test('a run is waited for by its id: by the flow that has started it, with the token of its run, and by any program', async () => {
  useProduct()
  const id = await start('looks-at-slow/looks-at-slow')
  const child = await until('the run that it starts', async () => (await read(id)).childFlowRuns[0] ?? null)
  expect(await waitForFlowRun(child.uuid)).toMatchObject({ flowRunId: child.uuid, state: { type: 'COMPLETED', name: 'Completed' } })
  expect((await read(id)).state).toMatchObject({ type: 'COMPLETED' })
  await expect(waitForFlowRun('01000000-0000-7000-8000-000000000001')).rejects.toMatchObject({ code: 'NOT_FOUND' })
})

test('a run knows the version of its deployment, and the run that has made it', async () => {
  const id = await start('tells-parent/tells-parent')
  const run = await until('the end of the parent', async () => {
    const seen = await read(id)
    return seen.state.type === 'COMPLETED' ? seen : null
  })
  const { flowRun } = await ask<{ flowRun: { uuid: string } }>(product, 'query ($id: ID!) { flowRun(id: $id) { uuid } }', { id })
  const child = await read(run.childFlowRuns[0]?.id as string)
  expect([run.state.message, child.state.message]).toEqual(['version 1, child of null', `version 1, child of ${flowRun.uuid}`])
})

test('cancelling a parent stops it and its deployed child', async () => {
  const id = await start('waits-for-slow/waits-for-slow')
  const childId = await until('the running child', async () => {
    const [child] = (await read(id)).childFlowRuns
    return child?.state.type === 'RUNNING' ? child.id : null
  })
  await ask(product, 'mutation ($id: ID!) { cancelFlowRun(input: { id: $id }) { __typename } }', { id })
  expect(['CANCELLING', 'CANCELLED']).toContain((await read(childId)).state.type)
  for (const stopped of [id, childId]) await until('the end of both', async () => (await read(stopped)).state.type === 'CANCELLED')
  const [standIn] = (await read(id)).taskRuns.nodes
  expect(standIn?.state.type).toBe('CANCELLED')
})

/** Rows of all tables that hold this text, by table. */
async function findInRecord(text: string): Promise<Record<string, number>> {
  const tables = await product.sql<{ name: string }>(
    "select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname not in ('pg_catalog', 'information_schema')",
  )
  const found: Record<string, number> = {}
  for (const { name } of tables) {
    const [row] = await product.sql<{ count: string }>(`select count(*) as count from only ${name} as row where row::text like $1`, [`%${text}%`])
    if (Number(row?.count) > 0) found[name] = Number(row?.count)
  }
  return found
}

test('values of results stand in no table, log line, report or answer; their references do', async () => {
  const id = await start('keeps-results/keeps-results')
  const deployed = await until('the end of the deployed run', async () => {
    const seen = await read(id)
    return seen.state.type === 'COMPLETED' || seen.state.type === 'FAILED' ? seen : null
  })
  expect(deployed.state).toMatchObject({ type: 'COMPLETED' })
  const recorder = await recordTraffic(product.url)
  const flow = join(import.meta.dirname, 'keeps-results-flow.ts')
  const env = { ...process.env, NODE_OPTIONS: '', WEIR_HOME: worker.home, WEIR_API_URL: recorder.url, WEIR_API_KEY: product.adminKey }
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [flow], { env: { ...env, WEIR_TIME_SCALE: String(product.timeScale) } })
  await recorder.close()
  const said = JSON.stringify(worker.notes) + stdout + stderr
  expect({ record: await findInRecord('canary~of'), wire: recorder.text().includes('canary~of'), said: said.includes('canary~of') }).toEqual({
    record: {},
    wire: false,
    said: false,
  })
  // The search itself finds what is there, and the values are where they belong.
  expect(Object.keys(await findInRecord('the marker is said')).length).toBeGreaterThan(0)
  expect(recorder.text()).toContain('the marker is said')
  const states = await ask<{ flowRun: { state: { result: { type: string; reference: string } }; taskRuns: { nodes: Cached[] } } }>(product, RESULTS, {
    id,
  })
  expect(states.flowRun.state.result).toMatchObject({ type: 'json', reference: expect.stringMatching(/^file:.*\/flow$/) })
  const cached = states.flowRun.taskRuns.nodes.filter(({ state }) => state.name === 'Cached')
  expect(cached.map(({ state }) => state.cachedFrom?.taskRunId)).toEqual([
    states.flowRun.taskRuns.nodes.find(({ name }) => name === 'compute-0')?.uuid,
  ])
  const [row] = await promisify(execFile)('grep', ['-rl', 'canary~of~1', join(worker.home, 'results')]).then(({ stdout: files }) => files.split('\n'))
  expect(row).toContain(worker.home)
})

const RESULTS = `query ($id: ID!) { flowRun(id: $id) { state { result { type reference } } taskRuns { nodes { uuid name state { name cachedFrom { taskRunId } } } } } }`
interface Cached {
  uuid: string
  name: string
  state: { name: string; cachedFrom: { taskRunId: string } | null }
}

test('tasks of a poolRunner are runs on its pool, one for each attempt, stopped with their flow', async () => {
  useProduct()
  await deployInCode([
    spread.toDeployment({ name: 'spread', pool: 'small' }),
    late.toDeployment({ name: 'late', pool: 'small' }),
    scatter.toDeployment({ name: 'child', pool: 'small' }),
  ])
  const id = await start('spread/spread')
  const over = async (flowRunId: string) => {
    const run = await read(flowRunId)
    return ['COMPLETED', 'FAILED', 'CANCELLED', 'CRASHED'].includes(run.state.type) ? run : null
  }
  const run = await until('the end of the parent', () => over(id))
  expect(run.state, JSON.stringify(run)).toMatchObject({ type: 'COMPLETED' })
  expect(run.childFlowRuns.map(({ flow, state }) => `${flow.name} ${state.type}`).sort()).toEqual([
    'refuse FAILED',
    'shout COMPLETED',
    'shout FAILED',
  ])
  expect(run.childFlowRuns.every(({ parentTaskRunId }) => run.taskRuns.nodes.some((one) => one.id === parentTaskRunId))).toBe(true)
  // As an example has it.
  const scattered = await start('scatter/child', { years: [2024] })
  const { state: end, childFlowRuns } = await until('the end of the example', () => over(scattered))
  expect([end.type, ...childFlowRuns.map(({ flow, state }) => `${flow.name} ${state.type}`)]).toEqual(['COMPLETED', 'simulate COMPLETED'])
  const hanging = await start('late/late')
  const { state } = await until('the end of the one that hangs', () => over(hanging))
  expect(state).toMatchObject({ type: 'FAILED', name: 'TimedOut' })
  await until('the end of its child', async () => (await read(hanging)).childFlowRuns[0]?.state.type === 'CANCELLED')
})

/** `weir task serve`, once it takes runs. */
const serveTasks = (words: string[]): Promise<ChildProcess> => startServing([join(ROOT, 'sdk', 'bin', 'weir.mjs'), 'task', 'serve', ...words])

async function startServing(words: string[]): Promise<ChildProcess> {
  const child = spawn(process.execPath, words, {
    env: { ...process.env, NODE_OPTIONS: '', WEIR_HOME: temporaryFolder() },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  atEnd(() => void child.kill('SIGKILL'))
  let said = ''
  child.stderr?.on('data', (chunk) => {
    said += chunk
  })
  await until('a task worker', () => {
    if (child.exitCode !== null) throw new Error(said)
    return said.includes('serving')
  })
  return child
}

test('tasks that are handed over run in a task worker, whenever one comes, and their callers get value or error', async () => {
  useProduct()
  const early = await describe.delay('Ada', new Date('2026-01-01T00:00:00Z'))
  expect((await early.state()).type).toBe('SCHEDULED')
  const tasks = join(import.meta.dirname, 'background-tasks.ts')
  await serveTasks([`${tasks}:describe`, `${tasks}:refuse`])
  expect(await early.result({ timeout: '60s' })).toEqual({ text: 'Ada at 2026-01-01T00:00:00.000Z', pid: expect.any(Number) })
  const refused = await refuse.delay('no')
  await expect(refused.result({ timeout: '60s' })).rejects.toMatchObject({ name: 'RangeError', message: 'no, attempt 2' })
  const again = { idempotencyKey: 'once' }
  const [first, second] = [await describe.delayWith(again, 'Bo', new Date(0)), await describe.delayWith(again, 'Bo', new Date(0))]
  expect(first.flowRunId).toBe(second.flowRunId)
  await expect(describe.delay('x'.repeat(600_000), new Date())).rejects.toThrow(
    /^the arguments of task "describe" are 586 KiB as JSON, and at most 512 KiB/,
  )
  await expect((describe.delay as (...args: unknown[]) => Promise<unknown>)(() => 1, 2)).rejects.toThrow(
    'argument 1 (name) of task "describe" cannot be sent to another process: it is a function',
  )
})

test('the task of a task worker that is killed goes to another one', async () => {
  useProduct()
  const file = join(temporaryFolder(), 'pids')
  const entry = `${join(import.meta.dirname, 'background-tasks.ts')}:stay`
  const killed = await serveTasks([entry])
  const run = await stay.delay(file, true)
  await until('the task to run', () => existsSync(file))
  killed.kill('SIGKILL')
  await serveTasks([entry])
  await until('the task to run elsewhere', () => readFileSync(file, 'utf8').trim().split('\n').length === 2)
  await ask(product, 'mutation ($id: ID!) { cancelFlowRun(input: { id: $id }) { __typename } }', { id: run.flowRunId })
  expect((await run.wait({ timeout: '60s' })).type).toBe('CANCELLED')
})

test('the example of a web server answers at once, and the welcome is written by a task worker', async () => {
  useProduct()
  const folder = join(ROOT, 'examples', 'background-tasks')
  await startServing([join(folder, 'worker.ts')])
  const server = spawn(process.execPath, [join(folder, 'server.ts')], {
    env: { ...process.env, NODE_OPTIONS: '', PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  atEnd(() => void server.kill('SIGKILL'))
  const [url] = (await once(server.stdout, 'data')).map((chunk) => String(chunk).trim())
  const posted = await fetch(`${url}/signups`, { method: 'POST', body: JSON.stringify({ email: 'ada@example.org' }) })
  expect(posted.status).toBe(202)
  const { ask: place } = (await posted.json()) as { ask: string }
  const done = await until('the welcome', async () => {
    const seen = (await (await fetch(`${url}${place}`)).json()) as { state: string }
    return seen.state === 'Completed' ? seen : null
  })
  expect(done).toEqual({ state: 'Completed', value: 'Welcome, ada!' })
  expect((await fetch(`${url}/signups`, { method: 'POST', body: '{}' })).status).toBe(400)
})

/** This process asks the product by itself. */
function useProduct(): void {
  const results = temporaryFolder()
  Object.assign(process.env, {
    WEIR_API_URL: product.url,
    WEIR_API_KEY: product.adminKey,
    WEIR_RESULTS: results,
    WEIR_HOME: results,
    WEIR_TIME_SCALE: String(product.timeScale),
  })
}
