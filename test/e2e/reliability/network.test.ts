/** The way between a worker and the control plane breaks, falls silent, grows slow, or lets only HTTP pass. All tests at once: they mostly wait. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { waitForEnd } from '../../../server/processes/end-process.ts'
import { ask } from '../../support/control-plane.ts'
import { type Cable, layCable } from './cable.ts'
import { createPool, createRun, deploy, expectWholeSteps, PATIENCE, readLogs, readRun, until, untilFree, untilState } from './product.ts'
import { AUTHORITY, startGateway, startTunnels } from './proxies.ts'
import { product } from './shared-product.ts'
import { atEnd, expectOneExecution, runNode, runWeir, startWorker, temporaryFolder, untilWitnessed, type Worker, witnessed } from './worker.ts'

/** A worker with a cable of its own to the control plane. */
async function startCabledWorker(pool: string, limit: number): Promise<{ worker: Worker; cable: Cable }> {
  const cable = await layCable(Number(new URL(product.url).port))
  atEnd(() => cable.close())
  return { worker: await startWorker(product, { pool, name: 'far', limit, apiUrl: `http://127.0.0.1:${cable.port}` }), cable }
}

const heardOf = (worker: Worker, words: string) => worker.notes.filter(({ message }) => message.includes(words)).length

test.concurrent('a worker whose network breaks, falls silent and grows slow goes on with its runs, and the record misses nothing', async () => {
  const file = join(temporaryFolder(), 'witness')
  await createPool(product, 'shaky', 1)
  const deployment = await deploy(product, 'shaky', 'steps')
  const { worker, cable } = await startCabledWorker('shaky', 1)
  const id = await createRun(product, deployment, { file, count: 150, each: 40 })
  await untilWitnessed(file, 'step-10')
  await cable.cut()
  await until('the worker notices', () => heardOf(worker, 'runs go on') > 0)
  await untilWitnessed(file, 'step-30')
  await cable.mend()
  await until('the worker is back', () => heardOf(worker, 'connected again') === 1)
  cable.hold()
  await until('the worker notices the silence', () => heardOf(worker, 'nothing was heard') > 0)
  await cable.mend()
  cable.slow(150)
  await expectWholeSteps(product, id, 150)
  expectOneExecution(file, 150)
  await untilFree(product, 'shaky')
})

test.concurrent('a worker out of reach for longer than its lease: a run that must not go on is stopped before it begins elsewhere, another is taken back with its outcome', async () => {
  const folder = temporaryFolder()
  const [stopping, going, gate] = ['stopping', 'going', 'gate'].map((name) => join(folder, name)) as [string, string, string]
  await createPool(product, 'far', 3)
  const beats = await deploy(product, 'far', 'beats', {
    parameters: { file: stopping, milliseconds: 30_000 },
    onContactLost: 'STOP',
    retryOnCrash: 1,
  })
  const waits = await deploy(product, 'far', 'waits', { parameters: { file: going, gate }, onContactLost: 'CONTINUE' })
  const { worker, cable } = await startCabledWorker('far', 2)
  const [stopped, regained] = [await createRun(product, beats), await createRun(product, waits)]
  for (const id of [stopped, regained]) await untilState(product, id, 'RUNNING')
  const { pid } = await untilWitnessed(stopping, 'begin')
  await until('its start is acknowledged', async () => (await readLogs(product, regained)).some(({ message }) => message === 'still waiting'))
  cable.hold()
  await startWorker(product, { pool: 'far', name: 'near', limit: 2 })
  // The fence ends the old process; only then does the next attempt begin, on the worker that is in reach.
  const second = await until('the next attempt', () => witnessed(stopping).find(({ event, attempt }) => event === 'begin' && attempt === 2))
  expect(await waitForEnd(pid, PATIENCE)).toBe(true)
  const lines = witnessed(stopping)
  const begun = lines.findIndex(({ event, attempt }) => event === 'begin' && attempt === 2)
  expect(lines.slice(begun).filter((line) => line.pid === pid)).toEqual([])
  expect(lines.slice(0, begun).some(({ event }) => event === 'end')).toBe(false)
  const lost = await untilState(product, regained, 'CRASHED')
  expect(lost.state.message).toMatch(/^Worker lost: nothing was heard of it for \d+ s$/)
  await cable.mend()
  const back = await untilState(product, regained, 'RUNNING')
  expect(back.history).toEqual(['PENDING', 'RUNNING', 'CRASHED', 'RUNNING'])
  writeFileSync(gate, '')
  expect(await untilState(product, regained, 'COMPLETED', 'FAILED')).toMatchObject({
    history: ['PENDING', 'RUNNING', 'CRASHED', 'RUNNING', 'COMPLETED'],
    epoch: 1,
    runCount: 1,
  })
  expect(witnessed(going).map(({ event }) => event)).toEqual(['begin', 'end'])
  // What the old worker still has to say of its attempt changes nothing.
  await until('the far worker has given it up', () => heardOf(worker, 'stopped:') + heardOf(worker, 'killed') > 0)
  const run = await readRun(product, stopped)
  expect(run).toMatchObject({ history: ['PENDING', 'RUNNING', 'CRASHED', 'SCHEDULED', 'PENDING', 'RUNNING'], epoch: 2, runCount: 2 })
  process.kill(second.pid, 'SIGKILL')
  await untilState(product, stopped, 'CRASHED')
  await untilFree(product, 'far')
})

test.concurrent('where no WebSocket passes, a worker runs, logs, cancels and drains over long polls; it returns to a socket when one holds, and leaves it when none does', async () => {
  const folder = temporaryFolder()
  const [file, gate] = [join(folder, 'witness'), join(folder, 'gate')]
  await createPool(product, 'walled', 2)
  const steps = await deploy(product, 'walled', 'steps')
  const waits = await deploy(product, 'walled', 'waits', { parameters: { file: join(folder, 'waiting'), gate } })
  const gateway = await startGateway(Number(new URL(product.url).port))
  gateway.upgrades = 'refuse'
  gateway.longest = 1_500
  const worker = await startWorker(product, { pool: 'walled', name: 'walled', apiUrl: `http://127.0.0.1:${gateway.port}` })
  expect(heardOf(worker, 'the network lets no WebSocket pass (status 403); going on with HTTP long polls')).toBe(1)
  const [whole, cancelled] = [await createRun(product, steps, { file, count: 20, each: 10 }), await createRun(product, waits)]
  await expectWholeSteps(product, whole, 20)
  expectOneExecution(file, 20)
  await untilState(product, cancelled, 'RUNNING')
  expect(gateway.counts).toMatchObject({ sockets: 0 })
  const { uuid } = await readRun(product, cancelled)
  await ask(product, 'mutation ($id: ID!) { cancelFlowRun(input: { id: $id }) { __typename } }', { id: cancelled })
  expect(await untilState(product, cancelled, 'CANCELLED')).toMatchObject({ history: ['PENDING', 'RUNNING', 'CANCELLING', 'CANCELLED'] })
  expect(witnessed(join(folder, 'waiting')).map(({ event, flowRunId }) => `${event} ${flowRunId}`)).toEqual([`begin ${uuid}`])
  gateway.upgrades = 'pass'
  await until('a socket is tried and holds', () => heardOf(worker, 'a WebSocket passes') === 1)
  const held = await createRun(product, waits)
  await untilState(product, held, 'RUNNING')
  gateway.upgrades = 'break'
  gateway.breakAll()
  await until('the sockets are given up', () => heardOf(worker, 'WebSockets do not hold here') === 1)
  await until('the worker is back', () => worker.notes.at(-1)?.message === 'connected again')
  worker.child.kill('SIGTERM')
  await until('it drains', () => worker.notes.some(({ event }) => event === 'draining'))
  writeFileSync(gate, '')
  expect(await worker.ended).toBe(0)
  expect(await untilState(product, held, 'COMPLETED')).toMatchObject({ history: ['PENDING', 'RUNNING', 'COMPLETED'], epoch: 1, runCount: 1 })
  // It says so when it leaves; where its line was down at that moment, it is silent for long enough.
  await until('it is offline', async () => {
    const query = 'query { workPool(name: "walled") { workers { status } } }'
    const { workPool } = await ask<{ workPool: { workers: { status: string }[] } }>(product, query)
    return workPool.workers.length === 1 && workPool.workers[0]?.status === 'OFFLINE'
  })
  await untilFree(product, 'walled')
})

test.concurrent('worker, runs and commands go through the proxy that the environment names, and trust the authority that it names', async () => {
  const folder = temporaryFolder()
  await createPool(product, 'proxied', 1)
  const counted = await deploy(product, 'proxied', 'counted', { parameters: { file: join(folder, 'witness') } })
  const gateway = await startGateway(Number(new URL(product.url).port), { secure: true })
  const { address, asked } = await startTunnels(gateway.port)
  const env = { HTTPS_PROXY: address, NO_PROXY: 'other.example', NODE_EXTRA_CA_CERTS: AUTHORITY }
  await startWorker(product, { pool: 'proxied', name: 'proxied', apiUrl: 'https://weir.example', env })
  const id = await createRun(product, counted)
  await untilState(product, id, 'COMPLETED')
  expect(gateway.counts).toEqual({ sockets: 1, polls: 0 })
  const inspect = (over: Record<string, string>) =>
    runWeir(['flow-run', 'inspect', id, '-o', 'json'], { WEIR_API_URL: 'https://weir.example', WEIR_API_KEY: product.adminKey, ...env, ...over })
  expect(JSON.parse((await inspect({})).stdout)).toMatchObject({ state: { type: 'COMPLETED' } })
  expect((await inspect({ NODE_EXTRA_CA_CERTS: '' })).stderr).toContain('NODE_EXTRA_CA_CERTS')
  expect((await inspect({ HTTPS_PROXY: address.replace('worker', 'nobody') })).stderr).toMatch(
    /opens no tunnel to weir.example:443 \(407: it does not accept the user/,
  )
  expect((await inspect({ HTTPS_PROXY: 'socks5://127.0.0.1:1' })).stderr).toContain(
    'The proxy in HTTPS_PROXY (or ALL_PROXY) is no http:// or https:// address',
  )
  // A script reports by itself.
  const script = join(folder, 'script.ts')
  const sdk = join(import.meta.dirname, '..', '..', '..', 'sdk', 'index.ts')
  writeFileSync(script, `import { flow } from ${JSON.stringify(sdk)}\nawait flow({ name: 'proxied-script' }, async () => 1)()\n`)
  const scripted = await runNode([script], { WEIR_API_URL: 'https://weir.example', WEIR_API_KEY: product.adminKey, ...env })
  expect(scripted.code, scripted.stderr).toBe(0)
  const [row] = await product.sql<{ type: string }>(
    `select r.state_type as type from flow_runs r join flows f on f.id = r.flow_id where f.name = 'proxied-script'`,
  )
  expect(row).toEqual({ type: 'COMPLETED' })
  expect(new Set(asked)).toEqual(new Set(['weir.example:443']))
})
