/** A secret on its whole way: set by a person, sealed in the record, used by a run on a worker, and seen by nobody. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openHome } from '../../server/home.ts'
import { ask } from '../support/control-plane.ts'
import { type Product, startProduct, until } from './reliability/product.ts'
import { cleanUp, startWorker, type Worker } from './reliability/worker.ts'

const TOKEN = 'canary-4d5e/token+of the api'
const PASSWORD = 'canary-4d5e-password'
/** What gives one of them away, however it was written. */
const TRACES = [
  'canary-4d5e',
  encodeURIComponent(TOKEN),
  Buffer.from(TOKEN).toString('base64').slice(0, 24),
  Buffer.from(PASSWORD).toString('base64').slice(0, 24),
]

let product: Product
let worker: Worker

beforeAll(async () => {
  product = await startProduct()
  const answer = await ask<Record<string, { __typename: string }>>(
    product,
    `mutation ($token: JSON!, $schema: JSONSchema!, $block: JSON!, $template: JSON!) {
      pool: createWorkPool(input: { name: "small", baseJobTemplate: $template }) { __typename }
      token: saveBlock(input: { type: "secret", name: "api-token", data: $token }) { __typename }
      type: registerBlockType(input: { slug: "warehouse", schema: $schema }) { __typename }
      block: saveBlock(input: { type: "warehouse", name: "main", data: $block }) { __typename }
    }`,
    {
      token: { value: TOKEN },
      template: {
        job_configuration: { env: { POOL_TOKEN: '{{ pool_token }}' } },
        variables: { properties: { pool_token: { default: { $block: 'secret/api-token.value' } } } },
      },
      schema: {
        type: 'object',
        properties: { host: { type: 'string' }, port: { type: 'number' }, user: { type: 'string' }, password: { type: 'string', writeOnly: true } },
      },
      block: { host: 'db.internal', port: 5432, user: 'etl', password: PASSWORD },
    },
  )
  expect(Object.values(answer).map(({ __typename }) => __typename)).toEqual([
    'CreateWorkPoolSuccess',
    'SaveBlockSuccess',
    'RegisterBlockTypeSuccess',
    'SaveBlockSuccess',
  ])
  const deploy = (flowName: string, entrypoint: string, path: string, jobVariables: object) =>
    ask(product, 'mutation ($input: SaveDeploymentInput!) { saveDeployment(input: $input) { __typename ... on Error { message } } }', {
      input: { flowName, name: 'main', entrypoint, path, workPoolName: 'small', jobVariables },
    })
  await deploy('secret-report', 'secrets/flow.ts:report', join(import.meta.dirname, '..', '..', 'examples'), {})
  await deploy('leaky', 'leaky-flow.ts:leaky', import.meta.dirname, { env: { API_TOKEN: { $block: 'secret/api-token.value' } } })
  worker = await startWorker(product, { pool: 'small' })
}, 120_000)
afterAll(async () => {
  await cleanUp()
  await product?.remove()
})

async function run(deploymentName: string, parameters: object) {
  type Created = { createFlowRun: { flowRun: { id: string } } }
  const { createFlowRun } = await ask<Created>(
    product,
    'mutation ($input: CreateFlowRunInput!) { createFlowRun(input: $input) { ... on CreateFlowRunSuccess { flowRun { id } } ... on Error { message } } }',
    { input: { deploymentName, parameters } },
  )
  const { id } = createFlowRun.flowRun
  type Seen = { flowRun: { state: { type: string; message: string | null }; parameters: object; logs: { nodes: { message: string }[] } } }
  return until('the end of the run', async () => {
    const query = 'query ($id: ID!) { flowRun(id: $id) { state { type message } parameters logs(first: 200) { nodes { message fields source } } } }'
    const { flowRun } = await ask<Seen>(product, query, { id })
    return ['COMPLETED', 'FAILED', 'CRASHED'].includes(flowRun.state.type) ? flowRun : null
  })
}

test('runs use it, also when they leak it in every way and crash; the record, its log, answers and files do not have it', async () => {
  const report = await run('secret-report/main', { from: 'main' })
  expect(report, JSON.stringify(report.logs)).toMatchObject({ state: { type: 'COMPLETED' } })
  const lines = report.logs.nodes.map(({ message }) => message)
  expect(lines).toContain('asking with ********')
  expect(lines).toContain('reading from db.internal:5432 with ********')
  const reference = { token: { $block: 'secret/api-token.value' } }
  const leaky = await run('leaky/main', reference)
  expect(leaky).toMatchObject({ state: { type: 'CRASHED', message: expect.stringContaining('********') }, parameters: reference })
  const printed = await until('the output of its child process', async () => {
    const rows = await product.sql<{ lines: string }>(`select lines::text from log_chunks where lines::text like '%child says%'`)
    return rows[0]?.lines ?? null
  })
  expect(printed).toContain('child says ********')

  const tables = await product.sql<{ name: string }>(
    `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'`,
  )
  for (const { name } of tables) {
    const rows = await product.sql<{ row: string }>(`select t::text as row from ${name} t`)
    for (const trace of TRACES)
      expect(
        rows.filter(({ row }) => row.includes(trace)),
        `${trace} in ${name}`,
      ).toEqual([])
  }
  const answers = await ask<object>(
    product,
    '{ blocks { nodes { fullName data } } flowRuns { nodes { name parameters state { message } } } auditRows(first: 50) { nodes { action actor details } } }',
  )
  const said = JSON.stringify(answers)
  for (const trace of TRACES) expect(said).not.toContain(trace)
  expect(said).toContain('"action":"blocks:reveal"')
  for (const folder of [openHome(product.home).logs, worker.home])
    for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      const path = join(folder, file)
      if (!statSync(path).isFile()) continue
      const text = readFileSync(path, 'latin1')
      for (const trace of TRACES) expect(text.includes(trace), `${trace} in ${path}`).toBe(false)
    }
  // The key is beside the record, for its owner alone.
  const key = join(product.home, 'secrets.key')
  expect(statSync(key).mode & 0o777).toBe(0o600)
  expect(readFileSync(key, 'utf8')).toMatch(/^[\w-]{43}\n$/)
})
