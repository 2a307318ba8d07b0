/** Runs that wait for people and for runs, and runs that go on where they were, on the whole product: examples/approval and examples/durable. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ask } from '../support/control-plane.ts'
import { inTerminal } from '../sdk/support/pseudo-terminal.ts'
import { InputInvalid, resumeFlowRun } from 'weirflow'
import { type Product, startProduct, until } from './reliability/product.ts'
import { cleanUp, runWeir, WEIR, startWorker, temporaryFolder } from './reliability/worker.ts'

let product: Product

beforeAll(async () => {
  product = await startProduct()
  await ask(product, 'mutation { createWorkPool(input: { name: "people" }) { __typename } }')
  for (const [flowName, entrypoint] of [
    ['approval', 'approval/flow.ts:approval'],
    ['collect', 'approval/flow.ts:collect'],
    ['send', 'approval/flow.ts:send'],
    ['durable', 'durable/flow.ts:durable'],
  ] as const)
    await ask(product, 'mutation ($input: SaveDeploymentInput!) { saveDeployment(input: $input) { __typename } }', {
      input: { flowName, name: 'it', entrypoint, path: join(import.meta.dirname, '..', '..', 'examples'), workPoolName: 'people' },
    })
  await startWorker(product, { pool: 'people' })
}, 120_000)
afterAll(async () => {
  await cleanUp()
  await product?.remove()
})

const weir = (...words: string[]) => runWeir(words, { WEIR_API_URL: product.url, WEIR_API_KEY: product.adminKey, WEIR_HOME: product.home })

async function start(flow: string, parameters: object = {}): Promise<string> {
  const { createFlowRun } = await ask<{ createFlowRun: { flowRun: { uuid: string } } }>(
    product,
    'mutation ($name: String!, $parameters: JSON) { createFlowRun(input: { deploymentName: $name, parameters: $parameters }) { ... on CreateFlowRunSuccess { flowRun { uuid } } } }',
    { name: `${flow}/it`, parameters },
  )
  return createFlowRun.flowRun.uuid
}

interface Seen {
  state: { type: string; name: string; message: string | null }
  runCount: number
  epoch: number
  taskRuns: { nodes: { name: string; state: { type: string } }[] }
  logs: { nodes: { message: string }[] }
}

const read = async (id: string): Promise<Seen> =>
  (
    await ask<{ flowRun: Seen }>(
      product,
      'query ($id: ID!) { flowRun(id: $id) { state { type name message } runCount epoch taskRuns { nodes { name state { type } } } logs { nodes { message } } } }',
      { id },
    )
  ).flowRun

const untilState = (id: string, ...names: string[]) =>
  until(`state ${names.join(' or ')}`, async () => {
    const seen = await read(id)
    return names.includes(seen.state.name) ? seen : null
  })

test('a run asks and waits in its process; an answer that does not fit is refused by its place; the right one is its value', async () => {
  const id = await start('approval')
  expect((await untilState(id, 'Paused', 'Failed')).state).toMatchObject({ type: 'PAUSED', message: 'Pay 120 for invoice over 120?' })
  const wrong = await weir('flow-run', 'resume', id, '-i', 'approved=maybe')
  expect(wrong.code).toBe(2)
  expect(wrong.stderr).toContain('The answer does not fit: approved: expected boolean, got "maybe"')
  expect(wrong.stderr).toContain(`weir flow-run resume ${id} -i approved=true`)
  // What it asks is said before anybody answers, and to who answers nothing.
  const asked = (await weir('flow-run', 'why', id)).stdout
  expect(asked).toMatch(/^1\. Pay 120 for invoice over 120\?/)
  expect(asked).toMatch(/It asks for\n +approved +true or false: whether the money is sent\n/)
  const nothing = await weir('flow-run', 'resume', id)
  expect(nothing).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/asks for an answer, and none is given\.\n.*It asks for\n +approved +true or false/),
  })
  const right = await weir('flow-run', 'resume', id, '--input-json', '{"approved": true, "limit": 100}', '--watch')
  expect(right.code, right.stderr).toBe(0)
  // Watched from the answer on: neither what was said before, nor the wait itself.
  expect(right.stdout).toMatch(/Running[\s\S]*paid 100 for invoice over 120[\s\S]*Completed\n$/)
  expect(right.stdout).not.toMatch(/begins|Paused/)
  const done = await untilState(id, 'Completed', 'Failed')
  expect(done).toMatchObject({ state: { type: 'COMPLETED' }, runCount: 1 })
  expect(done.logs.nodes.map(({ message }) => message)).toContain('paid 100 for invoice over 120')
})

test('a program answers a run with its own key, and is told what does not fit', async () => {
  const id = await start('approval')
  await untilState(id, 'Paused', 'Failed')
  const before = { ...process.env }
  Object.assign(process.env, { WEIR_API_URL: product.url, WEIR_API_KEY: product.adminKey })
  try {
    const wrong: unknown = await resumeFlowRun(id, { approved: 'maybe' }).catch((error: unknown) => error)
    expect(wrong).toBeInstanceOf(InputInvalid)
    expect(wrong).toMatchObject({ issues: [{ path: ['approved'], message: 'expected boolean, got "maybe"' }] })
    await resumeFlowRun(id, { approved: true, limit: 90 })
    await expect(resumeFlowRun(id, { approved: true })).rejects.toMatchObject({ code: 'CONFLICT' })
  } finally {
    for (const name of ['WEIR_API_URL', 'WEIR_API_KEY']) {
      if (before[name] === undefined) delete process.env[name]
      else process.env[name] = before[name]
    }
  }
  const done = await untilState(id, 'Completed', 'Failed')
  expect(done.logs.nodes.map(({ message }) => message)).toContain('paid 90 for invoice over 120')
})

test('at a terminal the parts are asked one by one, and after a mistake again with what was typed', async () => {
  const id = await start('approval', { amount: 80 })
  await untilState(id, 'Paused', 'Failed')
  const env = { WEIR_API_URL: product.url, WEIR_API_KEY: product.adminKey, WEIR_HOME: product.home, NO_COLOR: '1' }
  const terminal = inTerminal([process.execPath, WEIR, 'flow-run', 'resume', id], { env, cwd: product.home, columns: 120 })
  await terminal.shows(/Pay 80 for invoice over 80\?\n.*approved \(true or false: whether the money is sent\): /)
  terminal.type('maybe\r')
  await terminal.shows(/limit \(number, more than 0, at most 10000: at most this much\) \[80\]: /)
  terminal.type('50\r')
  await terminal.shows(/note \(text, at most 200 long\) \[\]: /)
  terminal.type('in parts\r')
  await terminal.shows(/The answer does not fit: approved: expected boolean, got "maybe"\n.*approved \(.*\) \[maybe\]: /)
  terminal.type('true\r')
  await terminal.shows(/\[50\]: /)
  terminal.type('\r')
  await terminal.shows(/\[in parts\]: /)
  terminal.type('\r')
  expect(await terminal.ended).toMatch(/Running {2}\S+\nexit 0\necho\n$/)
  const done = await untilState(id, 'Completed', 'Failed')
  expect(done.logs.nodes.map(({ message }) => message)).toContain('paid 50 for invoice over 80')
})

test('a suspended run has no process and no lease; resumed, a worker goes on, what was finished is not run again, and it is the same attempt', async () => {
  const id = await start('approval', { patient: true })
  expect(await untilState(id, 'Suspended', 'Failed')).toMatchObject({ state: { type: 'PAUSED' }, epoch: 2 })
  const answered = await weir('flow-run', 'resume', id, '-i', 'approved=false', '-i', 'note=too much')
  expect(answered.code, answered.stderr).toBe(0)
  const done = await untilState(id, 'Declined', 'Completed', 'Failed')
  expect(done.state).toMatchObject({ name: 'Declined', message: 'too much' })
  expect(done).toMatchObject({ runCount: 1, taskRuns: { nodes: [{ name: 'prepare-0', state: { type: 'COMPLETED' } }] } })
})

test('a running run is asked for its process: it suspends where it looks for a message next, and resumed it has lost nothing', async () => {
  const id = await start('collect')
  const send = (value: number | null) =>
    ask(product, 'mutation ($id: ID!, $value: JSON) { sendToFlowRun(input: { id: $id, value: $value }) { __typename } }', { id, value })
  await untilState(id, 'Running', 'Failed')
  await send(3)
  const asked = await weir('flow-run', 'suspend', id)
  expect(asked.stdout, asked.stderr).toMatch(/Suspending {2}\S+\n$/)
  expect(asked.stderr).toContain(`weir flow-run watch ${id}`)
  const suspended = await untilState(id, 'Suspended', 'Completed', 'Failed')
  expect(suspended).toMatchObject({ state: { type: 'PAUSED', message: 'Suspended by key "local admin"' }, epoch: 2 })
  expect((await weir('flow-run', 'suspend', id)).stdout).toMatch(/Suspended {2}\S+\n$/)
  await send(4)
  await send(null)
  expect((await weir('flow-run', 'resume', id)).code).toBe(0)
  expect(await untilState(id, 'Completed', 'Failed')).toMatchObject({ state: { type: 'COMPLETED' }, runCount: 1 })
  const { flowRun } = await ask<{ flowRun: { inputs: { receivedAt: string | null }[] } }>(
    product,
    'query ($id: ID!) { flowRun(id: $id) { inputs { receivedAt } } }',
    { id },
  )
  expect(flowRun.inputs.map(({ receivedAt }) => receivedAt !== null)).toEqual([true, true, true])
  const refused = await weir('flow-run', 'suspend', id)
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('it cannot become Suspended') })
})

test('a run that is killed is retried, and what it had finished is not run again; a preview says what a retry from a task would use again', async () => {
  const file = join(temporaryFolder(), 'steps')
  const steps = () => readFileSync(file, 'utf8').trim().split('\n').sort()
  const once = ['load Oslo', 'load Rome', 'store Oslo', 'store Rome']
  const id = await start('durable', { cities: ['Oslo', 'Rome'], how: 'kill', file })
  await untilState(id, 'Crashed')
  expect(steps()).toEqual(once)
  await weir('flow-run', 'retry', id)
  const done = await untilState(id, 'Completed', 'Failed')
  expect(steps()).toEqual([...once, 'publish'].sort())
  expect(done.taskRuns.nodes.map(({ name, state }) => [name.replace(/-\d$/, ''), state.type]).sort()).toEqual(
    ['load', 'load', 'publish', 'store', 'store'].map((name) => [name, 'COMPLETED']),
  )
  const preview = await weir('flow-run', 'retry', id, '--from-task', 'publish', '--dry-run')
  expect(preview.stdout).toContain('Used again (4): ')
  expect(preview.stdout).toContain('Run again (1), besides what had not finished: publish-')
})

test('a run receives what another sends, once and in order', async () => {
  const id = await start('collect')
  await untilState(id, 'Running', 'Failed')
  await start('send', { to: id, amounts: [3, 4] })
  expect((await untilState(id, 'Completed', 'Failed')).state.type).toBe('COMPLETED')
  const { flowRun } = await ask<{ flowRun: { inputs: { value: unknown; receivedAt: string | null; fromFlowRunId: string | null }[] } }>(
    product,
    'query ($id: ID!) { flowRun(id: $id) { inputs { value receivedAt fromFlowRunId } } }',
    { id },
  )
  expect(flowRun.inputs.map(({ value, receivedAt, fromFlowRunId }) => [value, receivedAt !== null, fromFlowRunId !== null])).toEqual(
    [3, 4, null].map((value) => [value, true, true]),
  )
})
