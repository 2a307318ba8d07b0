/**
 * What a worker does for its runs, one after the other: one worker for all tests, which look at nothing but their own runs and leave none behind.
 * What a test does to the worker itself, or to its way to the control plane, is in worker.test.ts.
 */
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { HolderFact } from '../../../core/protocol/reports.ts'
import { temporaryFolder } from '../../support/folder.ts'
import { API_KEY, linesOf, type PoolServer, startPoolServer } from '../support/pool-server.ts'
import { watchPool } from '../support/watch-pool.ts'
import { allGone, deploymentOf, lives, readPids, spawnWorkerProcess, type WorkerProcess } from '../support/worker-process.ts'

let pool: PoolServer
let worker: WorkerProcess & { end(): Promise<void> }
const { runOf, said, room, untilFinal, holderFact, hooksSaid } = watchPool(() => pool)
beforeAll(async () => {
  pool = await startPoolServer()
  const env = { WEIR_TIME_SCALE: '0.05', SOME_COPY: `Bearer ${API_KEY}`, INNOCENT: 'yes' }
  worker = spawnWorkerProcess(pool.url, ['--limit', '10', '--spares', '1'], env)
  await pool.until(() => room())
})
afterEach(() => pool.until(() => room()?.free === 10))
afterAll(async () => {
  await worker.end()
  await pool.close()
})

test('what a process prints becomes log lines of its run', async () => {
  const run = await untilFinal(pool.assign(deploymentOf('prints')))
  await pool.until(() => linesOf(run).some(({ source }) => source === 'stderr'))
  expect(linesOf(run)).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ source: 'stdout', level: 'info', message: 'to stdout' }),
      expect.objectContaining({ source: 'stderr', level: 'warn', message: 'to stderr' }),
    ]),
  )
})

test('a runner that is killed is told with its signal, a reason and its last words', async () => {
  const fact = await holderFact(pool.assign(deploymentOf('killsItself')), 'exited')
  expect(fact).toMatchObject({ code: null, signal: 'SIGKILL', reason: 'killed (SIGKILL): out of memory, or by hand' })
  expect(fact).toMatchObject({ stderr: expect.stringContaining('about to die') })
})

test('a flow that ends its process is told with the exit code and the line that names the error', async () => {
  const fact = await holderFact(pool.assign(deploymentOf('exits'), { code: 3 }), 'exited')
  expect(fact).toMatchObject({ code: 3, signal: null, reason: 'exit code 3: Error: the disk is full' })
  expect(await hooksSaid(fact.flowRunId)).toEqual([`info: hook of CRASHED (exit code 3: Error: the disk is full) in ${fact.flowRunId}`])
})

test('a cancelled flow ends by itself', async () => {
  const id = pool.assign(deploymentOf('sleeps'))
  await pool.until(() => runOf(id).stateType === 'RUNNING')
  pool.say({ type: 'direct', flowRunId: id, epoch: 1, directive: { kind: 'cancel' } })
  expect((await untilFinal(id)).stateType).toBe('CANCELLED')
  expect(await hooksSaid(id)).toEqual([`hook of CANCELLED (the run was cancelled) in ${id}`])
})

test('one that does not listen is killed when the grace is over', async () => {
  const id = pool.assign(deploymentOf('stubborn'))
  await pool.until(() => linesOf(runOf(id)).some(({ message }) => message === 'spinning'))
  pool.say({ type: 'direct', flowRunId: id, epoch: 1, directive: { kind: 'cancel' } })
  expect(await holderFact(id, 'killed')).toMatchObject({ kind: 'killed', flowRunId: id, epoch: 1 })
  expect(await hooksSaid(id)).toEqual([`info: hook of CANCELLED (killed after it did not stop) in ${id}`])
})

test('a flow that computes past its time limit is ended all the same: it timed out, and its failure has its hooks; so has one whose task or subflow does that', async () => {
  const id = pool.assign(deploymentOf('spins'))
  const fact = await holderFact(id, 'exited')
  const message = expect.stringMatching(
    /^flow run \S+ took longer than its limit of 100 ms and computed on without a pause, so its process was ended$/,
  )
  expect(fact).toMatchObject({ signal: 'SIGKILL', reason: message, timedOut: { message, retryAfter: null } })
  expect(await hooksSaid(id)).toEqual([expect.stringMatching(/^info: hook of FAILED \(flow run \S+ took longer than its limit of 100 ms/)])
  expect(await holderFact(pool.assign(deploymentOf('spinsAgain')), 'exited')).toMatchObject({ timedOut: { message, retryAfter: 250 } })
  const inTask = pool.assign(deploymentOf('spinsInTask'))
  const ofTask = (await holderFact(inTask, 'exited')) as HolderFact & { kind: 'exited' }
  const reason = expect.stringMatching(/^task run spin-0 took longer than its limit of 100 ms and computed on/)
  const states = [{ type: 'PENDING' }, { type: 'RUNNING' }]
  expect(ofTask).toMatchObject({ signal: 'SIGKILL', reason, timedOut: { message: reason, retryAfter: null } })
  expect(ofTask.timedOut?.part).toMatchObject([
    { kind: 'child-flow-run', parentFlowRunId: inTask, flowName: 'inner', states: [{ type: 'RUNNING' }] },
    { kind: 'task-run', flowRunId: ofTask.timedOut?.part?.[0]?.flowRunId, name: 'spin-0', runCount: 1, states },
  ])
  expect(await hooksSaid(inTask)).toEqual([expect.stringMatching(/^info: hook of FAILED \(task run spin-0 took longer than its limit/)])
})

test('children and grandchildren end with their run, also those that left its process group', async () => {
  const file = join(temporaryFolder(), 'pids')
  const id = pool.assign(deploymentOf('hasFamily'), { file })
  await pool.until(() => runOf(id).stateType === 'RUNNING')
  const family = await readPids(file)
  expect(family.filter(lives)).toHaveLength(3)
  pool.say({ type: 'direct', flowRunId: id, epoch: 1, directive: { kind: 'cancel' } })
  await allGone(family)
})

test('a run that this worker does not hold any more is stopped without a word', async () => {
  const id = pool.assign(deploymentOf('sleeps'))
  await pool.until(() => runOf(id).stateType === 'RUNNING')
  pool.say({ type: 'direct', flowRunId: id, epoch: 1, directive: { kind: 'stop', reason: 'epoch 2 runs elsewhere' } })
  await pool.until(() => room()?.free === 10)
  expect(runOf(id).stateType).toBe('RUNNING')
  expect(runOf(id).holderFacts).toEqual([])
  expect(worker.text()).toContain('epoch 2 runs elsewhere')
})

test('the same assignment twice is one run, acknowledged twice', async () => {
  const id = pool.assign(deploymentOf('sleeps'))
  await pool.until(() => runOf(id).stateType === 'RUNNING')
  pool.say({ type: 'assign', assignments: [runOf(id).assignment] })
  const acknowledged = () => said('acknowledge').filter((message) => JSON.stringify(message).includes(id))
  await pool.until(() => acknowledged().length === 2)
  expect(runOf(id).facts.filter((fact) => fact.kind === 'flow-run-state' && fact.state.type === 'RUNNING')).toHaveLength(1)
  pool.say({ type: 'direct', flowRunId: id, epoch: 1, directive: { kind: 'cancel' } })
})

test('a newer epoch begins only when the process of the older one has ended', async () => {
  const file = join(temporaryFolder(), 'pids')
  const id = pool.assign(deploymentOf('hasFamily'), { file })
  await pool.until(() => runOf(id).stateType === 'RUNNING')
  const older = await readPids(file)
  const { assignment } = runOf(id)
  const deployment = { ...assignment.deployment, ...deploymentOf('quick') } as typeof assignment.deployment
  const newer = { ...assignment, epoch: 2, deployment }
  pool.runs.set(id, { assignment: newer, n: 0, facts: [], holderFacts: [], stateType: 'PENDING', stateId: newer.stateId, directives: [] })
  pool.say({ type: 'assign', assignments: [newer] })
  expect((await untilFinal(id)).stateType).toBe('COMPLETED')
  expect(older.filter(lives)).toEqual([])
})

test('the key of the worker reaches no runner, the environment of the deployment does', async () => {
  const folder = temporaryFolder()
  const { entrypoint, path } = deploymentOf('tellsEnvironment')
  const jobVariables = { env: { FROM_DEPLOYMENT: 'here' } }
  const id = pool.assign({ entrypoint: join(path, entrypoint), path: folder, jobVariables })
  const run = await untilFinal(id)
  const text = (await pool.until(() => linesOf(run).find(({ message }) => message.startsWith('environment ')))).message
  const env = JSON.parse(text.slice('environment '.length))
  expect(env).toMatchObject({ INNOCENT: 'yes', FROM_DEPLOYMENT: 'here' })
  expect(text).not.toContain(API_KEY)
  expect(env.SOME_COPY).toBeUndefined()
  expect(linesOf(run).some(({ message }) => message.endsWith(` in ${folder}`))).toBe(true)
})

test('flags for Node get a process of their own', async () => {
  const jobVariables = { env: { NODE_OPTIONS: '--title=of-its-own' } }
  const run = await untilFinal(pool.assign({ ...deploymentOf('tellsEnvironment'), jobVariables }))
  const line = await pool.until(() => linesOf(run).find(({ message }) => message.startsWith('environment ')))
  expect(JSON.parse(line.message.slice('environment '.length))).toMatchObject({ NODE_OPTIONS: '--title=of-its-own' })
  expect(run.stateType).toBe('COMPLETED')
})

test('a deployment whose folder is gone fails its run with the folder in the message', async () => {
  const run = await untilFinal(pool.assign({ entrypoint: 'flow.ts:gone', path: '/nowhere/at/all' }))
  expect(run.stateType).toBe('FAILED')
  expect(JSON.stringify(run.facts)).toContain('/nowhere/at/all')
})
