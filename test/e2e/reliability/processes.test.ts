/** Processes on the worker's side die, flood, or have a wrong clock; the control plane stays. One product for all, a pool for each. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { waitForEnd } from '../../../server/processes/end-process.ts'
import { ask } from '../../support/control-plane.ts'
import {
  createPool,
  createRun,
  createTenRuns,
  deploy,
  expectWholeSteps,
  PATIENCE,
  range,
  readLogs,
  readRun,
  readTaskRuns,
  until,
  untilFree,
  untilState,
} from './product.ts'
import { product } from './shared-product.ts'
import { expectOneExecution, mostAtOnce, startWorker, temporaryFolder, untilWitnessed, witnessed } from './worker.ts'

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

test('slots of a named limit come back from runners that are killed and from a worker that dies, never two at once, and none is left', async () => {
  const folder = temporaryFolder()
  const [file, gate] = [join(folder, 'witness'), join(folder, 'gate')]
  await createPool(product, 'slots', 4)
  const made = await ask<{ result: object }>(
    product,
    'mutation { result: createConcurrencyLimit(input: { name: "reactor", limit: 1 }) { ... on CreateConcurrencyLimitSuccess { concurrencyLimit { limit } } } }',
  )
  expect(made.result).toEqual({ concurrencyLimit: { limit: 1 } })
  const deployment = await deploy(product, 'slots', 'holds', { parameters: { file, gate } })
  const worker = await startWorker(product, { pool: 'slots', limit: 4 })
  const runs = await Promise.all(range(4).map(() => createRun(product, deployment)))
  const begun = (count: number) => until(`${count} holders`, () => witnessed(file).filter(({ event }) => event === 'begin')[count - 1])
  const first = await begun(1)
  await until('the others wait', async () => (await product.sql('select 1 from concurrency_slots where taken_at is null')).length === 3)
  const whys = await Promise.all(
    runs.map((id) =>
      ask<{ flowRun: { why: { waitingFor: { message: string }[] } } }>(
        product,
        'query ($id: ID!) { flowRun(id: $id) { why { waitingFor { message } } } }',
        { id },
      ),
    ),
  )
  const messages = whys.flatMap(({ flowRun }) => flowRun.why.waitingFor.map(({ message }) => message))
  expect(messages).toEqual(Array.from({ length: 3 }, () => 'Something of the run waits for a slot of concurrency limit reactor: 1 of 1 taken'))
  process.kill(first.pid, 'SIGKILL')
  const second = await begun(2)
  process.kill(second.pid, 'SIGSTOP')
  process.kill(second.pid, 'SIGKILL')
  await begun(3)
  // Its worker dies, and with it the third and the fourth, which waits.
  process.kill(worker.pid, 'SIGKILL')
  for (const id of runs) await untilState(product, id, 'CRASHED')
  expect(await product.sql('select * from concurrency_slots')).toEqual([])
  writeFileSync(gate, '')
  await startWorker(product, { pool: 'slots', limit: 4, home: worker.home })
  const last = await createRun(product, deployment)
  await untilState(product, last, 'COMPLETED')
  await until('no slot is taken', async () => (await product.sql('select * from concurrency_slots')).length === 0)
  expect(witnessed(file).map(({ event }) => event)).toEqual(['begin', 'begin', 'begin', 'begin', 'end'])
  const read = await ask<{ variable: { value: object; updatedBy: string } }>(product, '{ variable(name: "last-holder") { value updatedBy } }')
  const { uuid } = await readRun(product, last)
  expect(read.variable).toEqual({ value: { flowRunId: uuid }, updatedBy: `run ${uuid}` })
  await untilFree(product, 'slots')
})

test('a runner killed with -9 is tried again where its deployment says so, in a new process under a new epoch', async () => {
  const file = join(temporaryFolder(), 'witness')
  await createPool(product, 'retried-runner', 1)
  const deployment = await deploy(product, 'retried-runner', 'diesOnce', { parameters: { file }, onContactLost: 'STOP', retryOnCrash: 1 })
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

test.concurrent('worker and runners killed with -9 at once: the same worker, started again, witnesses it; a run that may be tried again is, once', async () => {
  const folder = temporaryFolder()
  const [plain, again] = ['plain', 'again'].map((name) => join(folder, name)) as [string, string]
  await createPool(product, 'killed-machine', 2)
  const waiting = await deploy(product, 'killed-machine', 'waits', { parameters: { file: plain, gate: join(folder, 'never') } })
  const dying = await deploy(product, 'killed-machine', 'diesOnce', { parameters: { file: again }, onContactLost: 'STOP', retryOnCrash: 1 })
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

/** Most memory that the process ever had, in MiB. */
const peakMemory = (pid: number): number => Math.round(Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024)

test.concurrent('200 MiB of output do not fill the memory of worker or runner; the run completes, and its log says what is missing', async () => {
  const file = join(temporaryFolder(), 'witness')
  await createPool(product, 'flooded', 1)
  const deployment = await deploy(product, 'flooded', 'floods', { parameters: { file, mebibytes: 200 } })
  const worker = await startWorker(product, { pool: 'flooded', limit: 1 })
  const id = await createRun(product, deployment)
  const run = await untilState(product, id, 'COMPLETED', 'CRASHED', 'FAILED')
  expect(run.history).toEqual(['PENDING', 'RUNNING', 'COMPLETED'])
  const peak = witnessed(file).find(({ event }) => event.startsWith('peak-'))?.event
  expect(Number(peak?.slice('peak-'.length))).toBeLessThan(250)
  expect(peakMemory(worker.pid)).toBeLessThan(250)
  // 128 bytes a line, and the last one: each is in the log, or counted. The worker's last lines may come after the run's own end.
  const printed = 200 * 8 * 1024 + 1
  const { kept, dropped } = await until('every line kept or counted', async () => {
    const [lines] = await product.sql<{ kept: number; dropped: number }>(
      `select count(*) filter (where line ->> 'source' = 'stdout')::int as kept,
              coalesce(sum(replace(split_part(line ->> 'message', ' ', 1), ',', '')::int) filter (where line ->> 'message' like '% lines of output dropped:%'), 0)::int as dropped
       from log_chunks, jsonb_array_elements(lines) line where flow_run_id = $1`,
      [run.uuid],
    )
    return lines && lines.kept + lines.dropped >= printed && lines
  })
  expect(kept + dropped).toBe(printed)
  expect(kept).toBeGreaterThan(0)
  expect(dropped).toBeGreaterThan(0)
  await untilFree(product, 'flooded')
})

test.concurrent.each([
  ['early', 5 * 60_000],
  ['late', -5 * 60_000],
])('a worker whose clock is 5 minutes %s: the record keeps its own time, in order, and misjudges nothing', async (word, shift) => {
  const file = join(temporaryFolder(), 'witness')
  const pool = `clock-${word}`
  await createPool(product, pool, 1)
  const deployment = await deploy(product, pool, 'steps')
  const preload = pathToFileURL(join(import.meta.dirname, 'shift-clock.mjs')).href
  await startWorker(product, { pool, limit: 1, env: { NODE_OPTIONS: `--import ${preload}`, SHIFT_CLOCK: String(shift) } })
  const before = Date.now()
  // Longer than the silence after which a worker counts as lost.
  const id = await createRun(product, deployment, { file, count: 50, each: 220 })
  await expectWholeSteps(product, id, 50)
  const after = Date.now()
  expectOneExecution(file, 50)
  const run = await readRun(product, id)
  const logs = await readLogs(product, id)
  const taskRuns = await readTaskRuns(product, id)
  const inOrder = (what: string, times: (string | null)[]) => {
    const instants = times.map((time) => Date.parse(time as string))
    expect(instants, what).toEqual([...instants].sort((a, b) => a - b))
    // What a message spends on its way counts as the clock's fault: seconds on a loaded machine, never minutes.
    expect(
      instants.map((instant) => Math.round((instant - before) / 1_000)).filter((second) => second < -10 || second > (after - before) / 1_000 + 10),
      what,
    ).toEqual([])
  }
  inOrder('times of the run', [run.createdAt, run.startTime, run.endTime])
  inOrder(
    'states',
    run.states.map(({ timestamp }) => timestamp),
  )
  const own = logs.filter(({ source }) => source === null)
  inOrder(
    'log lines of the flow',
    own.map(({ time }) => time),
  )
  for (const { message, time } of logs) inOrder(`log line "${message}"`, [time])
  for (const { name, startTime, endTime } of taskRuns) inOrder(name, [startTime, endTime])
  // What the worker printed came to the record too.
  expect(logs.map(({ message }) => message)).toContain('on stdout')
  await untilFree(product, pool)
})

test('two workers racing for 1,000 runs: each is executed once, never more at a time than the pool allows, and no place is left taken', async () => {
  const file = join(temporaryFolder(), 'witness')
  await createPool(product, 'race', 6)
  const deployment = await deploy(product, 'race', 'counted', { parameters: { file }, reuse: true })
  await Promise.all(['left', 'right'].map((name) => startWorker(product, { pool: 'race', name, limit: 5 })))
  const ids = (await Promise.all(range(100).map(() => createTenRuns(product, deployment)))).flat()
  expect(new Set(ids).size).toBe(1_000)
  const count = () =>
    product.sql<{ type: string; epoch: number; count: number }>(
      `select r.state_type as type, max(r.epoch) as epoch, count(*)::int as count from flow_runs r join work_pools p on p.id = r.work_pool_id
       where p.name = 'race' group by 1`,
    )
  const isOver = async () => (await count()).every(({ type }) => ['COMPLETED', 'CRASHED', 'FAILED'].includes(type))
  await until('all of them are over', isOver, 3 * PATIENCE)
  expect(await count()).toEqual([{ type: 'COMPLETED', epoch: 1, count: 1_000 }])
  const lines = witnessed(file)
  for (const event of ['begin', 'end']) {
    const runs = lines.filter((line) => line.event === event).map(({ flowRunId }) => flowRunId)
    expect([runs.length, new Set(runs).size]).toEqual([1_000, 1_000])
  }
  expect(mostAtOnce(lines)).toBeLessThanOrEqual(6)
  // Both took part.
  const [sessions] = await product.sql<{ workers: number }>(
    `select count(distinct r.worker_id)::int as workers from flow_runs r join work_pools p on p.id = r.work_pool_id where p.name = 'race'`,
  )
  expect(sessions).toEqual({ workers: 2 })
  await untilFree(product, 'race')
}, 300_000)
