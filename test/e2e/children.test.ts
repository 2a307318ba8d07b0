/**
 * Runs that start runs, on the whole product: the child gets the place that its parent lends, is seen beside it, and is stopped with it. And what runs keep
 * to themselves.
 */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ask } from '../support/control-plane.ts'
import { type Product, startProduct, until } from './reliability/product.ts'
import { recordTraffic } from './reliability/record-traffic.ts'
import { cleanUp, startWorker, type Worker } from './reliability/worker.ts'

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
const STATE = `query ($id: ID!) { flowRun(id: $id) { state { type name message } childFlowRuns { id flow { name } deployment { name } state { type }
  parentFlowRun { id } parentTaskRunId } taskRuns { nodes { id name state { type name } childFlowRun { id } } } } }`

interface Run {
  state: { type: string; name: string; message: string | null }
  childFlowRuns: {
    id: string
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
