import { spawn } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { get } from 'node:http'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest'
import { newId } from '../../../core/ids.ts'
import { makeState } from '../../../core/states.ts'
import { markOf, Spool } from '../../../sdk/client/reporting/spool.ts'
import { spoolsOf } from '../../../sdk/client/settings.ts'
import { temporaryFolder } from '../../support/folder.ts'
import { linesOf, type PoolServer, startPoolServer } from '../support/pool-server.ts'
import { watchPool } from '../support/watch-pool.ts'
import { allGone, deploymentOf, readPids, ROOT, startWorkerProcess, type WorkerProcess } from '../support/worker-process.ts'

let pool: PoolServer
beforeEach(async () => {
  pool = await startPoolServer()
})
afterEach(() => pool.close())

const { runOf, said, room, untilFinal, holderFact } = watchPool(() => pool)

test('a worker says hello, tells its room, acknowledges an assignment and reports the run to its end', async () => {
  startWorkerProcess(pool.url, ['--limit', '3', '--name', 'one', '--spares', '2'])
  const hello = await pool.until(() => pool.hellos[0])
  expect(hello).toMatchObject({ slots: 3, holding: [], queues: [], worker: { name: 'one', type: 'process' } })
  await pool.until(() => said('room')[0])
  const id = pool.assign(deploymentOf('quick'))
  const run = await untilFinal(id)
  expect(run.stateType).toBe('COMPLETED')
  expect(linesOf(run).map(({ message }) => message)).toContain('quick was here')
  expect(said('acknowledge')).toEqual([{ type: 'acknowledge', runs: [{ flowRunId: id, epoch: 1 }] }])
  await pool.until(() => room()?.free === 3)
  expect(run.holderFacts.filter(({ kind }) => kind === 'exited')).toEqual([])
})

test('a worker tells Prometheus what it does, on this machine alone', async () => {
  const worker = startWorkerProcess(pool.url, ['--limit', '3', '--metrics-port', '0'])
  await pool.until(() => said('room')[0])
  type Ready = { metricsUrl: string }
  let ready: Ready | undefined
  while (!ready) {
    await new Promise((resolve) => setTimeout(resolve, 20))
    ready = worker.notes.find((note) => 'metricsUrl' in note) as Ready | undefined
  }
  const { metricsUrl } = ready
  expect(metricsUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/metrics$/)
  await untilFinal(pool.assign(deploymentOf('quick')))
  const read = async () => {
    const lines = (await (await fetch(metricsUrl)).text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'))
    return Object.fromEntries(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]))
  }
  let metrics = await read()
  while (metrics['weir_worker_slots_used'] !== 0 || metrics['weir_worker_reports_waiting'] !== 0) metrics = await read()
  expect(metrics).toMatchObject({
    weir_worker_slots: 3,
    'weir_worker_connected{way="socket"}': 1,
    'weir_worker_connected{way="poll"}': 0,
    weir_worker_assignments_total: 1,
    weir_worker_handed_back_total: 0,
    weir_worker_connections_lost_total: 0,
    'weir_worker_flow_runs_total{state="COMPLETED"}': 1,
    'weir_worker_flow_runs_total{state="FAILED"}': 0,
  })
  expect((await fetch(metricsUrl.replace('/metrics', '/'))).status).toBe(404)
  // A web page whose name was rebound to this machine asks with its own.
  const { port } = new URL(metricsUrl)
  expect(await statusFor(metricsUrl, `rebound.example:${port}`)).toBe(403)
  expect(await statusFor(metricsUrl, 'LOCALHOST:9464')).toBe(200)
})

/** Status of a GET under another name: `fetch` sets `Host` itself. */
const statusFor = (url: string, host: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => get(url, { headers: { host } }, (response) => resolve(response.resume().statusCode)).once('error', reject))

test('what is more than its slots goes back at once', async () => {
  startWorkerProcess(pool.url, ['--limit', '1'])
  await pool.until(() => said('room')[0])
  pool.assign(deploymentOf('sleeps'))
  const second = pool.assign(deploymentOf('quick'))
  const back = await pool.until(() => said('hand-back')[0])
  expect(back).toMatchObject({ runs: [{ flowRunId: second, epoch: 1, reason: 'all 1 slots of the worker are taken' }] })
})

test('a run that the record does not give its worker speaks at once: taken back it goes on, and it stops when its epoch is over', async () => {
  startWorkerProcess(pool.url, [], { WEIR_TIME_SCALE: '0.05' })
  await pool.until(() => said('room')[0])
  const id = pool.assign(deploymentOf('sleeps'))
  await pool.until(() => runOf(id).stateType === 'RUNNING')
  const words = () => pool.requests.flatMap(({ reports }) => reports.filter(({ flowRunId, facts }) => flowRunId === id && facts.length === 0)).length
  pool.lost = [{ flowRunId: id, epoch: 1 }]
  await pool.until(() => words() > 0)
  pool.lost = []
  const heard = said('renew').length
  await pool.until(() => said('renew').length > heard + 1)
  expect(room()?.free).toBe(9)
  runOf(id).assignment = { ...runOf(id).assignment, epoch: 2 }
  pool.lost = [{ flowRunId: id, epoch: 1 }]
  await pool.until(() => room()?.free === 10)
  expect(runOf(id).stateType).toBe('RUNNING')
  expect(runOf(id).holderFacts).toEqual([])
})

test('the hooks of a flow that has ended have their time, also when the record has long given its lease up', async () => {
  const worker = startWorkerProcess(pool.url, [], { WEIR_TIME_SCALE: '0.1' })
  await pool.until(() => said('room')[0])
  const folder = temporaryFolder()
  const id = pool.assign({ ...deploymentOf('hooks'), onContactLost: 'stop' }, { go: join(folder, 'go'), done: join(folder, 'done') })
  expect((await untilFinal(id)).stateType).toBe('COMPLETED')
  pool.lost = [{ flowRunId: id, epoch: 1 }]
  const heard = said('renew').length
  await pool.until(() => said('renew').length > heard + 2)
  writeFileSync(join(folder, 'go'), '')
  await pool.until(() => existsSync(join(folder, 'done')))
  await pool.until(() => room()?.free === 10)
  expect(worker.text()).not.toContain('stopped')
})

/** Two files by which a test stops a flood and hears how much it was. */
function flood() {
  const folder = temporaryFolder()
  const stop = join(folder, 'stop')
  const printed = join(folder, 'printed')
  const megabytes = () => (existsSync(printed) ? Number(readFileSync(printed, 'utf8')) : 0)
  const until = async (more: number) => {
    for (const before = megabytes(); megabytes() < before + more; ) await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return { parameters: { stop, printed }, until, end: () => writeFileSync(stop, '') }
}

test('what a run prints is told while it runs, and goes on being told', async () => {
  startWorkerProcess(pool.url, [], { WEIR_TIME_SCALE: '0.1' })
  await pool.until(() => said('room')[0])
  const folder = temporaryFolder()
  const next = (line: number) => join(folder, `line-${line}`)
  const id = pool.assign(deploymentOf('printsOnDemand'), { folder, lines: 3 })
  for (let line = 1; line <= 3; line += 1) {
    writeFileSync(next(line), '')
    await pool.until(() => linesOf(runOf(id)).some(({ message }) => message === `line ${line}`))
    expect(runOf(id).stateType).toBe('RUNNING')
  }
  writeFileSync(next(4), '')
  expect((await untilFinal(id)).stateType).toBe('COMPLETED')
})

test('a flood of output is held back, and neither memory nor the run suffers', async () => {
  const worker = startWorkerProcess(pool.url)
  await pool.until(() => said('room')[0])
  const { parameters, until, end } = flood()
  const id = pool.assign(deploymentOf('floods'), parameters)
  await until(20)
  expect(residentMemory(worker.child.pid as number)).toBeLessThan(300 * 1024 * 1024)
  end()
  expect((await untilFinal(id)).stateType).toBe('COMPLETED')
})

test('while nobody takes it a flood is counted instead of kept, and the log says how many lines are missing', async () => {
  const worker = startWorkerProcess(pool.url)
  await pool.until(() => said('room')[0])
  const { parameters, until, end } = flood()
  const id = pool.assign(deploymentOf('floods'), parameters)
  await pool.until(() => runOf(id).stateType === 'RUNNING')
  pool.away = true
  await untilSaid(worker, 'cannot be delivered')
  await until(50)
  expect(residentMemory(worker.child.pid as number)).toBeLessThan(300 * 1024 * 1024)
  pool.away = false
  end()
  expect((await untilFinal(id)).stateType).toBe('COMPLETED')
  await pool.until(() => linesOf(runOf(id)).some(({ source, message }) => source === 'weir' && /lines of output dropped/.test(message)))
})

test('with reuse one process serves several runs, without it every run has its own', async () => {
  startWorkerProcess(pool.url, ['--limit', '1', '--spares', '1'])
  await pool.until(() => said('room')[0])
  const pidOf = async (reuse: boolean) => {
    await pool.until(() => room()?.free === 1)
    const run = await untilFinal(pool.assign({ ...deploymentOf('tellsEnvironment'), reuse }))
    return (await pool.until(() => linesOf(run).find(({ message }) => message.startsWith('process ')))).message.split(' ')[1]
  }
  const first = await pidOf(true)
  expect(await pidOf(true)).toBe(first)
  expect(new Set([await pidOf(false), await pidOf(false)]).size).toBe(2)
})

test('with reuse wave after wave of runs is served by the processes of the first, however few spares are wanted', async () => {
  startWorkerProcess(pool.url, ['--limit', '4', '--spares', '1'])
  const serveWave = async () => {
    await pool.until(() => room()?.free === 4)
    const ids = Array.from({ length: 4 }, () => pool.assign({ ...deploymentOf('tellsEnvironment'), reuse: true }))
    const pids: string[] = []
    for (const id of ids) {
      const run = await untilFinal(id)
      const { message } = await pool.until(() => linesOf(run).find(({ message }) => message.startsWith('process ')))
      pids.push(message.split(' ')[1] as string)
    }
    return pids
  }
  const first = new Set(await serveWave())
  expect([...(await serveWave()), ...(await serveWave())].filter((pid) => !first.has(pid))).toEqual([])
})

test('a crowd of runs does not boot a crowd of processes: with reuse those that are up serve the others', async () => {
  const crowd = 8 * availableParallelism()
  startWorkerProcess(pool.url, ['--limit', String(crowd), '--spares', '1'])
  await pool.until(() => said('room')[0])
  const ids = Array.from({ length: crowd }, () => pool.assign({ ...deploymentOf('tellsEnvironment'), reuse: true }))
  const pids = new Set<string>()
  for (const id of ids) {
    const run = await untilFinal(id)
    expect(run.stateType).toBe('COMPLETED')
    pids.add((await pool.until(() => linesOf(run).find(({ message }) => message.startsWith('process ')))).message.split(' ')[1] as string)
  }
  expect(pids.size).toBeLessThan(crowd)
})

test('runs that need a process each get one after the other, and a run that is cancelled while it waits for one ends as cancelled', async () => {
  const crowd = 3 * availableParallelism()
  startWorkerProcess(pool.url, ['--limit', String(crowd), '--spares', '0'])
  await pool.until(() => said('room')[0])
  const ids = Array.from({ length: crowd }, () => pool.assign(deploymentOf('sleeps')))
  for (const id of ids.toReversed()) pool.say({ type: 'direct', flowRunId: id, epoch: 1, directive: { kind: 'cancel' } })
  for (const id of ids) expect((await untilFinal(id)).stateType).toBe('CANCELLED')
})

test('SIGTERM drains: nothing new, what runs goes on to its end, then exit 0', async () => {
  const worker = startWorkerProcess(pool.url)
  await pool.until(() => said('room')[0])
  const id = pool.assign(deploymentOf('sleeps'))
  await pool.until(() => runOf(id).stateType === 'RUNNING')
  worker.child.kill('SIGTERM')
  await pool.until(() => room()?.draining)
  const late = pool.assign(deploymentOf('quick'))
  expect(await pool.until(() => said('hand-back')[0])).toMatchObject({ runs: [{ flowRunId: late, reason: 'the worker is draining' }] })
  pool.say({ type: 'direct', flowRunId: id, epoch: 1, directive: { kind: 'cancel' } })
  expect((await untilFinal(id)).stateType).toBe('CANCELLED')
  expect(await worker.ended).toBe(0)
})

test('told from afar to leave, a worker does what the first SIGTERM does', async () => {
  const worker = startWorkerProcess(pool.url)
  await pool.until(() => said('room')[0])
  expect(pool.hellos[0]).toMatchObject({ understands: ['drain'] })
  const id = pool.assign(deploymentOf('sleeps'))
  await pool.until(() => runOf(id).stateType === 'RUNNING')
  pool.say({ type: 'drain' })
  await pool.until(() => (said('room').at(-1) as { draining: boolean }).draining)
  // Told again after a reconnect, and stopped by its supervisor meanwhile: it still waits for its run.
  pool.say({ type: 'drain' })
  worker.child.kill('SIGTERM')
  const late = pool.assign(deploymentOf('quick'))
  expect(await pool.until(() => said('hand-back')[0])).toMatchObject({ runs: [{ flowRunId: late, reason: 'the worker is draining' }] })
  pool.say({ type: 'direct', flowRunId: id, epoch: 1, directive: { kind: 'cancel' } })
  expect((await untilFinal(id)).stateType).toBe('CANCELLED')
  expect(await worker.ended).toBe(0)
})

test('the second SIGTERM ends what runs, and says so to the API', async () => {
  const worker = startWorkerProcess(pool.url)
  await pool.until(() => said('room')[0])
  const id = pool.assign(deploymentOf('sleeps'))
  await pool.until(() => runOf(id).stateType === 'RUNNING')
  worker.child.kill('SIGTERM')
  await pool.until(() => room()?.draining)
  worker.child.kill('SIGTERM')
  expect((await untilFinal(id)).stateType).toBe('CRASHED')
  expect(await worker.ended).toBe(0)
})

test('a lost socket is opened again with the same session, and the runs go on', async () => {
  startWorkerProcess(pool.url)
  await pool.until(() => said('room')[0])
  const id = pool.assign(deploymentOf('sleeps'))
  await pool.until(() => runOf(id).stateType === 'RUNNING')
  pool.cut()
  const again = await pool.until(() => pool.hellos[1])
  expect(again.sessionId).toBe(pool.hellos[0]?.sessionId)
  expect(again.holding).toEqual([{ flowRunId: id, epoch: 1 }])
  expect(runOf(id).holderFacts).toEqual([])
})

test('without a socket the session is renewed over HTTP', async () => {
  startWorkerProcess(pool.url, [], { WEIR_TIME_SCALE: '0.05' })
  await pool.until(() => said('room')[0])
  const id = pool.assign(deploymentOf('sleeps'))
  await pool.until(() => runOf(id).stateType === 'RUNNING')
  pool.refusal = { status: 503, code: 'not_ready', message: 'no sockets today' }
  pool.cut()
  const { sessionId } = pool.hellos[0] as { sessionId: string }
  await pool.until(() =>
    pool.requests.some((request) => request.sessionId === sessionId && request.reports.length + request.holderFacts.length === 0),
  )
})

test('while the API is away a run ends, and what it said arrives when the API is back', async () => {
  const worker = startWorkerProcess(pool.url)
  await pool.until(() => said('room')[0])
  const id = pool.assign(deploymentOf('quick'))
  pool.away = true
  await untilSaid(worker, 'cannot be delivered')
  pool.away = false
  const run = await untilFinal(id)
  expect(run.stateType).toBe('COMPLETED')
  expect(linesOf(run).filter(({ message }) => message === 'quick was here')).toHaveLength(1)
})

test('what a runner of an earlier worker leaves is delivered, also when that runner outlives the start of this one', async () => {
  const home = temporaryFolder()
  const id = pool.assign(deploymentOf('quick'))
  const runner = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
  onTestFinished(() => void runner.kill('SIGKILL'))
  const { stateId, runToken } = runOf(id).assignment
  const owner = markOf(runner.pid as number)
  const spool = new Spool(spoolsOf(home), id, 1, () => ({ spool: 1, flowRunId: id, epoch: 1, stateId, runToken, apiUrl: pool.url, owner }))
  const state = makeState({ id: newId(), type: 'COMPLETED', timestamp: Date.now() })
  spool.write([{ n: 1, facts: [{ kind: 'flow-run-state', state, runCount: 1 }] }])
  startWorkerProcess(pool.url, [], { WEIR_HOME: home })
  await pool.until(() => said('room')[0])
  runner.kill('SIGKILL')
  expect((await untilFinal(id)).stateType).toBe('COMPLETED')
})

test('a run that has not ended with what its dead runner left ends at once, and need not fall silent first', async () => {
  const home = temporaryFolder()
  const id = pool.assign(deploymentOf('quick'))
  const { stateId, runToken } = runOf(id).assignment
  const runner = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
  const owner = markOf(runner.pid as number)
  runner.kill('SIGKILL')
  const spool = new Spool(spoolsOf(home), id, 1, () => ({ spool: 1, flowRunId: id, epoch: 1, stateId, runToken, apiUrl: pool.url, owner }))
  const state = makeState({ id: newId(), type: 'RUNNING', timestamp: Date.now() })
  spool.write([{ n: 1, facts: [{ kind: 'flow-run-state', state, runCount: 1 }] }])
  startWorkerProcess(pool.url, [], { WEIR_HOME: home })
  expect(await holderFact(id, 'worker-gone')).toMatchObject({ flowRunId: id, epoch: 1 })
  expect(runOf(id).stateType).toBe('RUNNING')
})

test('many runs at once share requests', async () => {
  startWorkerProcess(pool.url, ['--limit', '8', '--spares', '4'])
  await pool.until(() => said('room')[0])
  const ids = Array.from({ length: 8 }, () => pool.assign({ ...deploymentOf('quick'), reuse: true }))
  for (const id of ids) expect((await untilFinal(id)).stateType).toBe('COMPLETED')
  for (const id of ids) {
    const numbers = pool.requests.flatMap(({ reports }) => reports.filter(({ flowRunId }) => flowRunId === id).map(({ n }) => n))
    expect(numbers).toEqual(numbers.map((_, index) => index + 1))
  }
})

test('when the worker is killed its runners end by themselves', async () => {
  const worker = startWorkerProcess(pool.url)
  await pool.until(() => said('room')[0])
  const file = join(temporaryFolder(), 'pids')
  const id = pool.assign(deploymentOf('hasFamily'), { file })
  await pool.until(() => runOf(id).stateType === 'RUNNING')
  const family = await readPids(file)
  worker.child.kill('SIGKILL')
  expect(await holderFact(id, 'worker-gone')).toMatchObject({ flowRunId: id, epoch: 1 })
  await allGone(family.slice(0, 2))
  process.kill(family[2] as number, 'SIGKILL')
})

test.each([
  [{ status: 404, code: 'not_found', message: 'There is no work pool test.' }, 2, /--create-pool/],
  [{ status: 409, code: 'pool_type_mismatch', message: 'Pool test is of type docker.' }, 2, /docker/],
  [{ status: 426, code: 'unsupported_protocol', message: 'Protocol 1 is not spoken here any more.' }, 3, /Protocol 1/],
  [{ status: 403, code: 'forbidden', message: 'This key may not serve pools.' }, 3, /may not serve/],
])('it is sent away with a clear message: %j', async (refusal, code, message) => {
  pool.refusal = refusal
  const worker = startWorkerProcess(pool.url)
  expect(await worker.ended).toBe(code)
  expect(worker.text()).toMatch(message)
})

test('a wrong key is told and not repeated', async () => {
  const worker = startWorkerProcess(pool.url, [], { WEIR_API_KEY: 'weir_local_wrong' })
  expect(await worker.ended).toBe(3)
  expect(worker.text()).toMatch(/does not accept the API key/)
  expect(worker.text()).not.toContain('weir_local_wrong')
})

test('a file that changes is not served by a spare that had loaded it before', async () => {
  const { writeFileSync } = await import('node:fs')
  const folder = temporaryFolder()
  const write = (word: string) =>
    writeFileSync(
      join(folder, 'flow.ts'),
      `import { flow } from '${join(ROOT, 'sdk/dist/index.js')}'\nexport const main = flow({ name: 'main' }, async () => { process.stdout.write('${word}\\n') })\n`,
    )
  write('first')
  startWorkerProcess(pool.url, ['--spares', '2'])
  await pool.until(() => said('room')[0])
  const printed = async () => {
    const run = await untilFinal(pool.assign({ entrypoint: 'flow.ts:main', path: folder }))
    return (await pool.until(() => linesOf(run).find(({ source }) => source === 'stdout'))).message
  }
  expect(await printed()).toBe('first')
  expect(await printed()).toBe('first')
  write('second!')
  expect(await printed()).toBe('second!')
})

async function untilSaid(worker: WorkerProcess, text: string): Promise<void> {
  while (!worker.text().includes(text)) await new Promise((resolve) => setTimeout(resolve, 20))
}

/** Bytes; 0 where the system does not tell. */
function residentMemory(pid: number): number {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024
  } catch {
    return 0
  }
}
