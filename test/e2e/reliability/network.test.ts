/** The way between a worker and the control plane breaks, falls silent, grows slow. Both tests at once: they mostly wait. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { waitForEnd } from '../../../server/processes/end-process.ts'
import { type Cable, layCable } from './cable.ts'
import { createPool, createRun, deploy, expectWholeSteps, PATIENCE, readLogs, readRun, until, untilFree, untilState } from './product.ts'
import { product } from './shared-product.ts'
import { atEnd, expectOneExecution, startWorker, temporaryFolder, untilWitnessed, type Worker, witnessed } from './worker.ts'

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
  await until('the worker notices the silence', () => heardOf(worker, 'connection closed') > 1)
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
