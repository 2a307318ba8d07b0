/** Processes on the worker's side die, flood, or have a wrong clock; the control plane stays. One product for all, a pool for each. */
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { waitForEnd } from '../../../server/processes/end-process.ts'
import {
  createPool,
  createRun,
  deploy,
  PATIENCE,
  type Product,
  readRun,
  retryOnCrash,
  startProduct,
  until,
  untilFree,
  untilState,
} from './product.ts'
import { startWorker, temporaryFolder, untilWitnessed, witnessed } from './worker.ts'

let product: Product
beforeAll(async () => {
  product = await startProduct()
})
afterAll(() => product.remove())

test('a runner killed with -9 crashes its run with the signal and its last words, and its place is free for the next', async () => {
  const file = join(temporaryFolder(), 'witness')
  await createPool(product, 'killed-runner', 1)
  const deployment = await deploy(product, 'killed-runner', 'diesOnce', { parameters: { file } })
  await startWorker(product, { pool: 'killed-runner', limit: 1 })
  const first = await createRun(product, deployment)
  const { pid } = await untilWitnessed(file, 'begin')
  const second = await createRun(product, deployment)
  await untilState(product, first, 'RUNNING')
  process.kill(pid, 'SIGKILL')
  const run = await untilState(product, first, 'CRASHED', 'COMPLETED', 'FAILED')
  expect(run.history).toEqual(['PENDING', 'RUNNING', 'CRASHED'])
  expect(run.state.message).toContain('SIGKILL')
  expect(run.state.exit).toMatchObject({ code: null, signal: 'SIGKILL', stderr: expect.stringContaining('Error: coolant is gone') })
  // The only place of pool and worker goes to the run that waited for it.
  const next = await until('the next run begins', () => witnessed(file).filter(({ event }) => event === 'begin')[1])
  expect(next.flowRunId).toBe((await readRun(product, second)).uuid)
  process.kill(next.pid, 'SIGKILL')
  await untilState(product, second, 'CRASHED')
  await untilFree(product, 'killed-runner')
})

test('a runner killed with -9 is tried again where its deployment says so, in a new process under a new epoch', async () => {
  const file = join(temporaryFolder(), 'witness')
  await createPool(product, 'retried-runner', 1)
  const deployment = await deploy(product, 'retried-runner', 'diesOnce', { parameters: { file }, onContactLost: 'STOP' })
  await retryOnCrash(product, deployment, 1)
  await startWorker(product, { pool: 'retried-runner', limit: 1 })
  const id = await createRun(product, deployment)
  const { pid } = await untilWitnessed(file, 'begin')
  await untilState(product, id, 'RUNNING')
  process.kill(pid, 'SIGKILL')
  const run = await untilState(product, id, 'COMPLETED', 'CRASHED', 'FAILED')
  expect(run.history).toEqual(['PENDING', 'RUNNING', 'CRASHED', 'SCHEDULED', 'PENDING', 'RUNNING', 'COMPLETED'])
  expect(run).toMatchObject({ epoch: 2, runCount: 2 })
  expect(run.states.find(({ type }) => type === 'CRASHED')?.exit).toMatchObject({ signal: 'SIGKILL' })
  expect(witnessed(file).map(({ event, attempt }) => `${event} ${attempt}`)).toEqual(['begin 1', 'begin 2', 'end 2'])
  expect(witnessed(file)[1]?.pid).not.toBe(pid)
  await untilFree(product, 'retried-runner')
})

test('a worker killed with -9 takes its runners along, even one that never listens: their runs crash as lost, and the next worker has all the room', async () => {
  const folder = temporaryFolder()
  const [busy, quiet, later] = ['busy', 'quiet', 'later'].map((name) => join(folder, name)) as [string, string, string]
  await createPool(product, 'killed-worker', 2)
  const stubborn = await deploy(product, 'killed-worker', 'stubborn', { parameters: { file: busy } })
  const waiting = await deploy(product, 'killed-worker', 'waits', { parameters: { file: quiet, gate: join(folder, 'never') } })
  const counted = await deploy(product, 'killed-worker', 'counted', { parameters: { file: later } })
  const worker = await startWorker(product, { pool: 'killed-worker', limit: 2 })
  const runs = [await createRun(product, stubborn), await createRun(product, waiting)]
  const begun = [await untilWitnessed(busy, 'begin'), await untilWitnessed(quiet, 'begin')]
  const next = await createRun(product, counted)
  for (const id of runs) await untilState(product, id, 'RUNNING')
  process.kill(worker.pid, 'SIGKILL')
  for (const { pid } of begun) expect(await waitForEnd(pid, PATIENCE)).toBe(true)
  for (const id of runs) {
    const run = await untilState(product, id, 'CRASHED', 'COMPLETED', 'FAILED')
    expect(run.history).toEqual(['PENDING', 'RUNNING', 'CRASHED'])
    expect(run.state.message).toBe('Worker lost: its process has died')
    expect(run.epoch).toBe(1)
  }
  await untilFree(product, 'killed-worker')
  await startWorker(product, { pool: 'killed-worker', limit: 2, home: worker.home })
  await untilState(product, next, 'COMPLETED')
  expect(witnessed(later).map(({ event }) => event)).toEqual(['begin', 'end'])
  // Nobody has begun the lost ones a second time.
  expect([busy, quiet].map((file) => witnessed(file).length)).toEqual([1, 1])
})

test('worker and runners killed with -9 at once: the same worker, started again, witnesses it; a run that may be tried again is, once', async () => {
  const folder = temporaryFolder()
  const [plain, again] = ['plain', 'again'].map((name) => join(folder, name)) as [string, string]
  await createPool(product, 'killed-machine', 2)
  const waiting = await deploy(product, 'killed-machine', 'waits', { parameters: { file: plain, gate: join(folder, 'never') } })
  const dying = await deploy(product, 'killed-machine', 'diesOnce', { parameters: { file: again }, onContactLost: 'STOP' })
  await retryOnCrash(product, dying, 1)
  const worker = await startWorker(product, { pool: 'killed-machine', limit: 2 })
  const [lost, retried] = [await createRun(product, waiting), await createRun(product, dying)]
  const begun = [await untilWitnessed(plain, 'begin'), await untilWitnessed(again, 'begin')]
  for (const id of [lost, retried]) await untilState(product, id, 'RUNNING')
  // The runners first: nobody is left who could say that the worker is gone.
  for (const pid of [...begun.map((line) => line.pid), worker.pid]) process.kill(pid, 'SIGSTOP')
  for (const pid of [worker.pid, ...begun.map((line) => line.pid)]) process.kill(pid, 'SIGKILL')
  await worker.ended
  await startWorker(product, { pool: 'killed-machine', limit: 2, home: worker.home })
  const crashed = await untilState(product, lost, 'CRASHED', 'COMPLETED', 'FAILED')
  expect(crashed.history).toEqual(['PENDING', 'RUNNING', 'CRASHED'])
  const done = await untilState(product, retried, 'COMPLETED', 'FAILED')
  expect(done.history).toEqual(['PENDING', 'RUNNING', 'CRASHED', 'SCHEDULED', 'PENDING', 'RUNNING', 'COMPLETED'])
  expect(witnessed(again).map(({ event, attempt }) => `${event} ${attempt}`)).toEqual(['begin 1', 'begin 2', 'end 2'])
  expect(witnessed(plain)).toHaveLength(1)
  await untilFree(product, 'killed-machine')
})
