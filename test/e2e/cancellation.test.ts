/**
 * Cancelling and time limits on the whole product, in real time: what is asked to stop hears of it within two seconds, wherever it runs, and what hears
 * nothing is ended, with the reason in the record.
 */
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ask } from '../support/control-plane.ts'
import { createRun, type Product, readRun, startProduct, until, untilState } from './reliability/product.ts'
import { atEnd, cleanUp, startWorker, temporaryFolder } from './reliability/worker.ts'

/** What the product promises between the wish and its being heard, in milliseconds. */
const PROMISED = 2_000
const FLOWS = join(import.meta.dirname, 'cancellation-flows.ts')
let product: Product

beforeAll(async () => {
  product = await startProduct({ timeScale: 1 })
  await ask(product, 'mutation { createWorkPool(input: { name: "stops" }) { __typename } }')
  for (const [name, more] of [
    ['family', {}],
    ['child', {}],
    ['computes', { retries: { count: 1 } }],
    ['computesInTask', {}],
  ] as const)
    await ask(product, 'mutation ($input: SaveDeploymentInput!) { saveDeployment(input: $input) { __typename } }', {
      input: { flowName: name, name, entrypoint: `cancellation-flows.ts:${name}`, path: import.meta.dirname, workPoolName: 'stops', ...more },
    })
  // Its own patience with what computes is a tenth of the real one.
  await startWorker({ ...product, timeScale: 0.1 }, { pool: 'stops' })
}, 120_000)
afterAll(async () => {
  await cleanUp()
  await product?.remove()
})

interface Run {
  state: { type: string; name?: string; message?: string | null }
}
interface Runs {
  nodes: (Run & { name?: string })[]
}

/** What was written down: events and when. */
function noted(file: string): { event: string; at: number }[] {
  try {
    const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1)
    return lines.map((line) => ({ event: line.slice(0, line.lastIndexOf(' ')), at: Number(line.slice(line.lastIndexOf(' '))) }))
  } catch {
    return []
  }
}
const eventsOf = (file: string) => noted(file).map(({ event }) => event)
const untilNoted = (file: string, ...events: string[]) =>
  until(`${events.join(', ')} in ${eventsOf(file).join(', ')}`, () => events.every((event) => eventsOf(file).includes(event)))
const cancel = (id: string) => ask(product, 'mutation ($id: ID!) { cancelFlowRun(input: { id: $id }) { __typename } }', { id })

/** When the record took the wish, and when it was fulfilled. */
async function cancelledAt(id: string): Promise<{ asked: number; done: number }> {
  const { states } = await untilState(product, id, 'CANCELLED', 'COMPLETED', 'FAILED', 'CRASHED')
  expect(states.map(({ type }) => type).slice(-3)).toEqual(['RUNNING', 'CANCELLING', 'CANCELLED'])
  const [asked, done] = states.slice(-2).map(({ timestamp }) => Date.parse(timestamp)) as [number, number]
  return { asked, done }
}

/** Carries it out until everything was in time: a busy machine may be slow once. Each answer is milliseconds after the wish. */
async function untilInTime(carryOut: () => Promise<Record<string, number>>): Promise<void> {
  for (let tries = 3; ; tries--) {
    const late = Object.entries(await carryOut()).filter(([, after]) => !(after < PROMISED))
    if (late.length === 0 || tries === 1) return expect(late).toEqual([])
  }
}

test('a cancelled run, its tasks, its subflow and its child hear of it within two seconds, what computes in a thread is ended, and hooks run once', () =>
  untilInTime(async () => {
    const file = join(temporaryFolder(), 'notes')
    const id = await createRun(product, 'family/family', { file })
    await untilNoted(file, 'flow begins', 'task begins', 'thread begins', 'inner begins', 'child begins')
    await untilState(product, id, 'RUNNING')
    await cancel(id)
    const { asked, done } = await cancelledAt(id)
    const { flowRun } = await ask<{ flowRun: { childFlowRuns: { id: string; flow: { name: string } }[]; taskRuns: { nodes: Run[] } } }>(
      product,
      'query ($id: ID!) { flowRun(id: $id) { childFlowRuns { id flow { name } } taskRuns { nodes { state { type } } } } }',
      { id },
    )
    const ofChild = await cancelledAt(flowRun.childFlowRuns.find(({ flow }) => flow.name === 'child')?.id ?? '')
    await untilNoted(file, 'hook', 'child hook')
    const heard = noted(file).filter(({ event }) => event.endsWith('hears'))
    expect(heard.map(({ event }) => event).sort()).toEqual(['child hears', 'flow hears', 'inner hears', 'task hears'])
    expect(flowRun.taskRuns.nodes.map(({ state }) => state.type)).toEqual(flowRun.taskRuns.nodes.map(() => 'CANCELLED'))
    expect(
      eventsOf(file)
        .filter((event) => event.endsWith('hook'))
        .sort(),
    ).toEqual(['child hook', 'hook'])
    // The thread hears nothing, and is given a moment: the run is over all the same.
    const ends = { 'the run is over': done - asked, 'the child is over': ofChild.done - ofChild.asked }
    return { ...Object.fromEntries(heard.map(({ event, at }) => [event, at - asked])), ...ends }
  }))

/** A script that is tracked; its run's id once it is known. */
function startScript(how: string, file: string) {
  const env = { ...process.env, NODE_OPTIONS: '', WEIR_HOME: temporaryFolder(), WEIR_API_URL: product.url, WEIR_API_KEY: product.adminKey }
  const started = spawn(process.execPath, [FLOWS, how, file], {
    env: { ...env, WEIR_TIME_SCALE: how === 'computes' ? '0.1' : '' },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let stderr = ''
  started.stderr.on('data', (chunk) => (stderr += chunk))
  const ended = new Promise<number | string | null>((resolve) => started.on('close', (code, signal) => resolve(code ?? signal)))
  atEnd(() => void started.kill('SIGKILL'))
  const id = async () => {
    const uuid = await until('the address of the run', () => /\/flow-runs\/(\S+)/.exec(stderr)?.[1])
    return (await ask<{ flowRun: { id: string } }>(product, 'query ($id: ID!) { flowRun(id: $id) { id } }', { id: uuid })).flowRun.id
  }
  return { id, ended, stderr: () => stderr }
}

test('a script that says nothing by itself hears of its cancellation within two seconds, too', () =>
  untilInTime(async () => {
    const file = join(temporaryFolder(), 'notes')
    const script = startScript('waits', file)
    const id = await script.id()
    await untilNoted(file, 'child begins')
    await cancel(id)
    const { asked, done } = await cancelledAt(id)
    await script.ended
    expect(eventsOf(file)).toEqual(['child begins', 'child hears', 'child hook'])
    return { 'child hears': (noted(file)[1]?.at ?? Number.POSITIVE_INFINITY) - asked, 'the run is over': done - asked }
  }))

test('a flow that computes past its limit has timed out, under a worker and in a script; a worker tries it again, a failure has its hooks once', async () => {
  const [again, last, alone] = ['again', 'last', 'alone'].map((name) => join(temporaryFolder(), name)) as [string, string, string]
  const script = startScript('computes', alone)
  const ids = [
    await createRun(product, 'computes/computes', { file: again }),
    await createRun(product, 'computes/computes', { file: last, always: true }),
  ]
  const [first, second] = ids as [string, string]
  const recovered = await untilState(product, first, 'COMPLETED', 'FAILED', 'CRASHED')
  expect(recovered.history).toEqual(['PENDING', 'RUNNING', 'SCHEDULED', 'PENDING', 'RUNNING', 'COMPLETED'])
  expect(recovered).toMatchObject({ epoch: 2, runCount: 2 })
  const message = /^flow run \S+ took longer than its limit of 200 ms and computed on without a pause, so its process was ended$/
  const failed = await untilState(product, second, 'COMPLETED', 'FAILED', 'CRASHED')
  expect(failed.history).toEqual(['PENDING', 'RUNNING', 'SCHEDULED', 'PENDING', 'RUNNING', 'FAILED'])
  expect(failed.state).toMatchObject({ name: 'TimedOut', message: expect.stringMatching(message), exit: { signal: 'SIGKILL' } })
  await untilNoted(last, 'failure')
  expect([eventsOf(again), eventsOf(last)]).toEqual([
    ['attempt 1', 'attempt 2'],
    ['attempt 1', 'attempt 2', 'failure'],
  ])
  expect(await script.ended).toBe('SIGKILL')
  const ofScript = await readRun(product, await script.id())
  expect(ofScript.states.map(({ type, name }) => `${type} ${name}`)).toEqual(['RUNNING Running', 'FAILED TimedOut'])
  expect(ofScript.state.message).toMatch(message)
  expect(script.stderr()).toMatch(/weir: flow run \S+ took longer than its limit of 200 ms and computed on/)
  expect(eventsOf(alone)).toEqual(['attempt 1'])
})

test('past the limit of a task the run has failed and the task has timed out, in its subflow, too; what ran beside it has crashed', async () => {
  const id = await createRun(product, 'computesInTask/computesInTask', { file: join(temporaryFolder(), 'notes') })
  const run = await untilState(product, id, 'COMPLETED', 'FAILED', 'CRASHED')
  const message = /^task run compute-0 took longer than its limit of 200 ms and computed on without a pause, so its process was ended$/
  expect(run.state).toMatchObject({ type: 'FAILED', name: 'Failed', message: expect.stringMatching(message), exit: { signal: 'SIGKILL' } })
  const { flowRun } = await ask<{ flowRun: { taskRuns: Runs; childFlowRuns: (Run & { taskRuns: Runs })[] } }>(
    product,
    `query ($id: ID!) { flowRun(id: $id) { ...tasks childFlowRuns { state { type name message } ...tasks } } }
     fragment tasks on FlowRun { taskRuns { nodes { name state { type name message } } } }`,
    { id },
  )
  const [child] = flowRun.childFlowRuns
  expect(flowRun.taskRuns.nodes).toEqual(
    expect.arrayContaining([expect.objectContaining({ name: 'idle-0', state: expect.objectContaining({ type: 'CRASHED' }) })]),
  )
  expect(child).toMatchObject({ state: { type: 'FAILED', name: 'Failed', message: expect.stringMatching(message) } })
  expect(child?.taskRuns.nodes).toMatchObject([
    { name: 'compute-0', state: { type: 'FAILED', name: 'TimedOut', message: expect.stringMatching(message) } },
  ])
})
