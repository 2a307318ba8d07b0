/** The control plane dies with -9 under running flows, and comes back: with all it had, or without what its objects remembered. */
import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { spoolsOf } from '../../../sdk/client/settings.ts'
import { openHome } from '../../../server/home.ts'
import { createPool, createRun, deploy, expectWholeSteps, range, readLogs, readRun, readTaskRuns, until, untilFree, untilState } from './product.ts'
import { makeNextBuild } from './next-build.ts'
import { product } from './shared-product.ts'
import { expectOneExecution, mostAtOnce, startWorker, temporaryFolder, untilWitnessed, witnessed } from './worker.ts'

test('workerd killed with -9 in the middle of runs: they go on, and everything they said is there, once and in order', async () => {
  const folder = temporaryFolder()
  const files = range(3).map((index) => join(folder, `witness-${index}`))
  await createPool(product, 'killed-workerd', 3)
  const deployment = await deploy(product, 'killed-workerd', 'steps')
  await startWorker(product, { pool: 'killed-workerd', limit: 3 })
  const ids = await Promise.all(files.map((file) => createRun(product, deployment, { file, count: 60, each: 40 })))
  for (const at of [8, 24, 40]) {
    for (const file of files) await untilWitnessed(file, `step-${at}`)
    process.kill((await product.pids()).workerd, 'SIGKILL')
  }
  for (const id of ids) await expectWholeSteps(product, id, 60)
  for (const file of files) expectOneExecution(file, 60)
  await untilFree(product, 'killed-workerd')
})

test('the whole server killed with -9: one run ends while it is away, one goes on past its return; both arrive whole', async () => {
  const folder = temporaryFolder()
  const [short, long] = [join(folder, 'short'), join(folder, 'long')]
  await createPool(product, 'killed-server', 2)
  const deployment = await deploy(product, 'killed-server', 'steps')
  const worker = await startWorker(product, { pool: 'killed-server', limit: 2 })
  const ids = [
    await createRun(product, deployment, { file: short, count: 30, each: 20 }),
    await createRun(product, deployment, { file: long, count: 150, each: 40 }),
  ]
  await untilWitnessed(short, 'step-5')
  await untilWitnessed(long, 'step-5')
  await product.kill()
  await untilWitnessed(short, 'end')
  expect(worker.notes.some(({ event, message }) => event === 'lost' && message.includes('runs go on'))).toBe(true)
  await product.start()
  expect(witnessed(long).at(-1)?.event).not.toBe('end')
  await expectWholeSteps(product, ids[0] as string, 30)
  await expectWholeSteps(product, ids[1] as string, 150)
  expectOneExecution(short, 30)
  expectOneExecution(long, 150)
  await untilFree(product, 'killed-server')
})

test('the control plane is upgraded to another version under load, the record first: nothing is lost, doubled or judged', async () => {
  const folder = temporaryFolder()
  const [file, long] = [join(folder, 'witness'), join(folder, 'long')]
  await createPool(product, 'upgraded', 4)
  const counted = await deploy(product, 'upgraded', 'counted', { parameters: { file } })
  const steps = await deploy(product, 'upgraded', 'steps')
  await startWorker(product, { pool: 'upgraded', limit: 4 })
  const through = await createRun(product, steps, { file: long, count: 100, each: 40 })
  await untilWitnessed(long, 'step-3')
  // Whoever triggers asks again with the same key until there is an answer.
  const ids: string[] = []
  let isOver = false
  const load = range(2).map(async (caller) => {
    for (let index = 0; !isOver; index++) {
      const idempotencyKey = `upgrade-${caller}-${index}`
      ids.push(await until('the run is created', () => createRun(product, counted, {}, { idempotencyKey }).catch(() => null)))
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  })
  await until('runs come in', () => ids.length >= 6)
  const next = makeNextBuild()
  await product.migrate(next.migrations)
  // The old version goes on with the new record for a while.
  const between = ids.length
  await until('runs come in on the new record', () => ids.length >= between + 6)
  await product.stop()
  // Another build of the Worker finds the same data; what its objects had in memory is gone with the old one.
  await product.start(next.server)
  expect(await (await fetch(`${product.url}/healthz`)).json()).toEqual({ status: 'ok', build: 'next' })
  const after = ids.length
  await until('runs come in again', () => ids.length >= after + 6)
  isOver = true
  await Promise.all(load)
  await expectWholeSteps(product, through, 100)
  expectOneExecution(long, 100)
  expect(new Set(ids).size).toBe(ids.length)
  for (const id of ids) expect((await untilState(product, id, 'COMPLETED', 'CRASHED', 'FAILED')).state.type).toBe('COMPLETED')
  const rows = await product.sql<{ id: string; epoch: number; crashes: number }>(
    `select r.id, r.epoch, (select count(*)::int from flow_run_states s where s.flow_run_id = r.id and s.type = 'CRASHED') as crashes
     from flow_runs r join work_pools p on p.id = r.work_pool_id where p.name = 'upgraded' and r.idempotency_key like 'upgrade-%'`,
  )
  expect(rows.length).toBe(ids.length)
  expect(rows.filter(({ crashes }) => crashes > 0)).toEqual([])
  const begun = witnessed(file).filter(({ event }) => event === 'begin')
  expect(begun.map(({ flowRunId }) => flowRunId).sort()).toEqual(rows.map(({ id }) => id).sort())
  await untilFree(product, 'upgraded')
})

test('a run that ended while server and worker were both killed is brought to its end by the next worker, from disk', async () => {
  const file = join(temporaryFolder(), 'witness')
  await createPool(product, 'killed-both', 1)
  const deployment = await deploy(product, 'killed-both', 'steps')
  const worker = await startWorker(product, { pool: 'killed-both', limit: 1 })
  const id = await createRun(product, deployment, { file, count: 20, each: 20 })
  await untilWitnessed(file, 'step-3')
  await untilState(product, id, 'RUNNING')
  await product.kill()
  await untilWitnessed(file, 'end')
  const spools = () => readdirSync(spoolsOf(worker.home)).filter((name) => name.endsWith('.spool'))
  await until('the runner has left its spool and is gone', () => worker.notes.some(({ message }) => message === 'COMPLETED') && spools().length === 1)
  process.kill(worker.pid, 'SIGKILL')
  await worker.ended
  await product.start()
  // The lost contact is witnessed first, or the spool arrives first; either way its end is the run's own. A spool in one piece brings the end at once, one in
  // several sets the run going again before.
  await startWorker(product, { pool: 'killed-both', limit: 1, home: worker.home })
  await until('the run COMPLETED', async () => (await readRun(product, id)).state.type === 'COMPLETED')
  const run = await readRun(product, id)
  expect(['COMPLETED', 'CRASHED COMPLETED', 'CRASHED RUNNING COMPLETED'].map((rest) => `PENDING RUNNING ${rest}`)).toContain(run.history.join(' '))
  expect(run).toMatchObject({ epoch: 1, runCount: 1 })
  expect((await readLogs(product, id)).filter(({ source }) => source === null)).toHaveLength(21)
  expect(await readTaskRuns(product, id)).toHaveLength(20)
  expectOneExecution(file, 20)
  await until('the spool is gone', () => spools().length === 0)
  await untilFree(product, 'killed-both')
})

test('a pool whose object has lost all it kept goes on from the record: what runs, what waits, what is due later, and its limit', async () => {
  const folder = temporaryFolder()
  const [file, gate] = [join(folder, 'witness'), join(folder, 'gate')]
  await createPool(product, 'wiped', 2)
  const waiting = await deploy(product, 'wiped', 'waits', { parameters: { file, gate } })
  const counted = await deploy(product, 'wiped', 'counted', { parameters: { file } })
  const worker = await startWorker(product, { pool: 'wiped', limit: 6 })
  const running = [await createRun(product, waiting), await createRun(product, waiting)]
  for (const id of running) await untilState(product, id, 'RUNNING')
  const later = await createRun(product, counted, {}, { scheduledTime: new Date(Date.now() + 5_000).toISOString() })
  const next = await Promise.all(range(5).map(() => createRun(product, counted)))
  await product.kill()
  const { objects } = openHome(product.home)
  expect(readdirSync(objects)).not.toEqual([])
  rmSync(objects, { recursive: true })
  await product.start()
  await until('the worker is back', () => worker.notes.some(({ message }) => message === 'connected again'))
  const another = await createRun(product, counted)
  for (const id of running) expect((await readRun(product, id)).history).toEqual(['PENDING', 'RUNNING'])
  writeFileSync(gate, '')
  const ids = [...running, ...next, another, later]
  for (const id of ids)
    expect(await untilState(product, id, 'COMPLETED', 'CRASHED', 'FAILED')).toMatchObject({ epoch: 1, state: { type: 'COMPLETED' } })
  const uuids = await Promise.all(ids.map(async (id) => (await readRun(product, id)).uuid))
  for (const event of ['begin', 'end'])
    expect(
      witnessed(file)
        .filter((line) => line.event === event)
        .map(({ flowRunId }) => flowRunId)
        .sort(),
    ).toEqual(uuids.sort())
  // Counted from the record, not from zero: the worker had room for six.
  expect(mostAtOnce(witnessed(file))).toBe(2)
  await untilFree(product, 'wiped')
})
