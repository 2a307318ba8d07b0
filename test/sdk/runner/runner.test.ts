import { createServer } from 'node:http'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { ReportRequest } from '../../../core/protocol/reports.ts'
import { stampOf } from '../../../sdk/runner/loaded-files.ts'
import { startRunner } from '../support/runner-process.ts'

const HELLO = `
import { appendFileSync } from 'node:fs'
import { flow, task, logger } from 'weirflow'
const greet = task({ name: 'greet' }, async (name: string) => { logger().info('greeting', { name }); return 'Hello ' + name })
export const hello = flow({ name: 'hello' }, async ({ name }: { name: string }) => greet(name))
export const slow = flow({ name: 'slow' }, async (_: object, { signal }) => { await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))) })
export const busy = flow({ name: 'busy' }, async () => { process.stdout.write('busy\\n'); for (;;); })
export const fails = flow({ name: 'fails', retries: 1 }, async () => { throw new TypeError('no such thing') })
export const exits = flow({ name: 'exits' }, async () => { logger().info('about to exit'); process.exit(3) })
export const uncaught = flow({ name: 'uncaught' }, async () => { setTimeout(() => { throw new Error('out of nowhere') }, 5); await new Promise((resolve) => setTimeout(resolve, 60_000)) })
export const turns = flow({ name: 'turns' }, async ({ file }: { file: string }) => {
  for (let turn = 1; ; turn++) { appendFileSync(file, 'turn ' + turn + '\\n'); logger().info('turn ' + turn); await new Promise((resolve) => setTimeout(resolve, 1)) }
})
export const where = flow({ name: 'where' }, async () => { logger().info(process.cwd() + ' ' + process.env.WHERE) })
`

test('a runner that has booted runs the flow it is given and ends with code 0', async () => {
  using runner = startRunner({ 'flow.ts': HELLO })
  expect(await runner.heard('ready')).toEqual({ type: 'ready', preloaded: null })
  const { flowRunId } = runner.run('flow.ts:hello', { parameters: { name: 'Ada' } })
  expect(await runner.heard('finished')).toMatchObject({ flowRunId, epoch: 1, stateType: 'COMPLETED', spoolLeft: false })
  expect(await runner.exited).toEqual({ code: 0, signal: null })
  expect(runner.states().map(({ name }) => name)).toEqual(['Running', 'Completed'])
  expect(runner.taskRuns()).toMatchObject([{ name: 'greet-0', runCount: 1, flowRunId }])
  expect(runner.logs().map(({ message }) => message)).toContain('greeting')
  expect(runner.reports.map(({ n }) => n)).toEqual(runner.reports.map((_, at) => at + 1))
  expect(runner.stderr()).toBe('')
})

test('a spare imports the module ahead and names the files it has loaded, and which version of them', async () => {
  using runner = startRunner({ 'flow.ts': HELLO })
  await runner.heard('ready')
  runner.send({ type: 'preload', key: 'k', path: runner.folder, entrypoint: 'flow.ts:hello', env: { WHERE: 'here' } })
  const ready = await runner.heard('ready', ({ preloaded }) => preloaded === 'k')
  expect(ready.files).toMatchObject({ [join(runner.folder, 'flow.ts')]: stampOf(join(runner.folder, 'flow.ts')) })
  runner.run('flow.ts:where', { deployment: { jobVariables: { env: { WHERE: 'here' } } } })
  await runner.heard('finished')
  expect(runner.logs().map(({ message }) => message)).toContain(`${runner.folder} here`)
})

test('what a runner says of a file is of the time before it read it: a change in between makes it stale', async () => {
  const changesItself = `import { writeFileSync } from 'node:fs'
    import { flow } from 'weirflow'
    writeFileSync(import.meta.filename, '// another version')
    export const main = flow({ name: 'main' }, async () => {})`
  using runner = startRunner({ 'flow.ts': changesItself })
  await runner.heard('ready')
  runner.run('flow.ts:main', { deployment: { reuse: true } })
  const { files } = await runner.heard('finished')
  const file = join(runner.folder, 'flow.ts')
  expect(files?.[file]).not.toBe(stampOf(file))
  runner.send({ type: 'shutdown' })
  expect(await runner.exited).toEqual({ code: 0, signal: null })
})

test('a spare whose module cannot be imported says so', async () => {
  using runner = startRunner({ 'flow.ts': 'throw new Error("not today")' })
  await runner.heard('ready')
  runner.send({ type: 'preload', key: 'k', path: runner.folder, entrypoint: 'flow.ts:hello', env: {} })
  expect((await runner.heard('ready', ({ problem }) => problem !== undefined)).problem).toContain('not today')
})

test("the run of a deployment is called as its flow's runName says, and keeps its name when that fails", async () => {
  const named = (runName: string) => `import { flow } from 'weirflow'
    export const main = flow({ name: 'main', runName: '${runName}' }, async ({ city }: { city: string }) => {})`
  using runner = startRunner({ 'flow.ts': named('weather of {city}'), 'broken.ts': named('weather of {town}') })
  await runner.heard('ready')
  runner.run('flow.ts:main', { parameters: { city: 'Rome' }, deployment: { reuse: true } })
  await runner.heard('finished')
  const names = () => runner.reports.flatMap(({ facts }) => facts.flatMap((fact) => (fact.kind === 'flow-run-state' && fact.name ? [fact.name] : [])))
  expect(names()).toEqual(['weather of Rome'])
  const second = runner.run('broken.ts:main', { parameters: { city: 'Rome' }, deployment: { reuse: true } })
  await runner.heard('finished', ({ flowRunId }) => flowRunId === second.flowRunId)
  expect(names()).toEqual(['weather of Rome'])
  runner.send({ type: 'shutdown' })
  await runner.exited
})

test('a runner whose deployment says so takes another run after the first', async () => {
  using runner = startRunner({ 'flow.ts': HELLO })
  await runner.heard('ready')
  const first = runner.run('flow.ts:hello', { parameters: { name: 'A' }, deployment: { reuse: true } })
  await runner.heard('finished', ({ flowRunId }) => flowRunId === first.flowRunId)
  const second = runner.run('flow.ts:hello', { parameters: { name: 'B' }, deployment: { reuse: true } })
  expect(await runner.heard('finished', ({ flowRunId }) => flowRunId === second.flowRunId)).toMatchObject({ stateType: 'COMPLETED' })
  runner.send({ type: 'shutdown' })
  expect(await runner.exited).toEqual({ code: 0, signal: null })
})

test('user code waits for the acknowledgement of RUNNING when the claim does not allow more', async () => {
  using runner = startRunner({ 'flow.ts': HELLO })
  await runner.heard('ready')
  runner.answering = false
  const { flowRunId } = runner.run('flow.ts:hello', { parameters: { name: 'A' }, mayStart: false })
  const { report } = await runner.heard('report')
  expect(report.facts).toMatchObject([{ kind: 'flow-run-state', state: { type: 'RUNNING' } }, { kind: 'logs' }])
  expect(runner.messages.some(({ type }) => type === 'started')).toBe(false)
  runner.answering = true
  runner.send({
    type: 'answer',
    n: 1,
    answers: Date.now(),
    answer: { flowRunId, epoch: 1, acknowledged: 1, stateId: report.stateId, stateType: 'RUNNING', fence: 75_000, directives: [] },
  })
  await runner.heard('started')
  expect(await runner.heard('finished')).toMatchObject({ stateType: 'COMPLETED' })
})

test('an answer that comes twice, or late, has no report sent twice', async () => {
  using runner = startRunner({ 'flow.ts': HELLO })
  await runner.heard('ready')
  runner.answering = false
  const { flowRunId } = runner.run('flow.ts:hello', { parameters: { name: 'A' } })
  const answer = async (n: number) => {
    const { report } = await runner.heard('report', (message) => message.report.n === n)
    const { stateId } = report
    const common = { flowRunId, epoch: 1, stateId, stateType: null, fence: 75_000, directives: [] }
    runner.send({ type: 'answer', n, answers: Date.now(), answer: { ...common, acknowledged: n } })
  }
  await answer(1)
  await runner.heard('report', ({ report }) => report.n === 2)
  await answer(1)
  await answer(2)
  expect(await runner.heard('finished')).toMatchObject({ stateType: 'COMPLETED', spoolLeft: false })
  expect(runner.messages.flatMap((message) => (message.type === 'report' ? [message.report.n] : []))).toEqual([1, 2])
})

test('an assignment that is too old asks before it starts', async () => {
  using runner = startRunner({ 'flow.ts': HELLO })
  await runner.heard('ready')
  runner.answering = false
  runner.run('flow.ts:hello', { parameters: { name: 'A' }, claimedAt: Date.now() - 60_000 })
  await runner.heard('report')
  expect(runner.messages.some(({ type }) => type === 'started')).toBe(false)
})

test('a cancel directive aborts the flow, which ends CANCELLED', async () => {
  using runner = startRunner({ 'flow.ts': HELLO })
  await runner.heard('ready')
  const { flowRunId } = runner.run('flow.ts:slow')
  await runner.heard('started')
  runner.send({ type: 'direct', flowRunId, epoch: 1, directive: { kind: 'cancel' } })
  expect(await runner.heard('finished')).toMatchObject({ stateType: 'CANCELLED', spoolLeft: false })
  expect(runner.states().at(-1)).toMatchObject({ type: 'CANCELLED' })
})

test('a run that is not ours any more ends without another word', async () => {
  using runner = startRunner({ 'flow.ts': HELLO })
  await runner.heard('ready')
  const { flowRunId } = runner.run('flow.ts:slow')
  await runner.heard('report')
  runner.send({ type: 'direct', flowRunId, epoch: 1, directive: { kind: 'stop', reason: 'given out again' } })
  expect(await runner.heard('finished')).toMatchObject({ stateType: null, spoolLeft: false })
  expect(runner.states().map(({ type }) => type)).toEqual(['RUNNING'])
  expect(await runner.exited).toEqual({ code: 0, signal: null })
})

test('SIGTERM ends the run CRASHED', async () => {
  using runner = startRunner({ 'flow.ts': HELLO })
  await runner.heard('ready')
  runner.run('flow.ts:slow')
  await runner.heard('started')
  runner.process.kill('SIGTERM')
  expect(await runner.heard('finished')).toMatchObject({ stateType: 'CRASHED' })
})

test('a failing flow is tried again in its process and then ends FAILED with its error', async () => {
  using runner = startRunner({ 'flow.ts': HELLO })
  await runner.heard('ready')
  runner.run('flow.ts:fails')
  expect(await runner.heard('finished')).toMatchObject({ stateType: 'FAILED' })
  expect(runner.states().map(({ name }) => name)).toEqual(['Running', 'AwaitingRetry', 'Retrying', 'Failed'])
  expect(runner.states().at(-1)?.details.error).toMatchObject({ name: 'TypeError', message: 'no such thing' })
})

test('a retry that waits for longer than the process does releases the run', async () => {
  using runner = startRunner({ 'flow.ts': HELLO })
  await runner.heard('ready')
  runner.run('flow.ts:fails', { deployment: { retries: { count: 1, delay: 120_000, jitter: 0 } } })
  expect(await runner.heard('finished')).toMatchObject({ stateType: null })
  expect(runner.facts().findLast((fact) => fact.kind === 'flow-run-state')).toMatchObject({ release: true, state: { name: 'AwaitingRetry' } })
})

test('an error that nobody caught ends the run CRASHED with the error, and the process with code 1', async () => {
  using runner = startRunner({ 'flow.ts': HELLO })
  await runner.heard('ready')
  runner.run('flow.ts:uncaught')
  expect((await runner.exited).code).toBe(1)
  expect(runner.states().at(-1)).toMatchObject({ type: 'CRASHED', details: { cause: 'exit', error: { message: 'out of nowhere' } } })
  expect(runner.stderr()).toContain('out of nowhere')
})

test('what a run had to say lies on disk when its code ends the process', async () => {
  using runner = startRunner({ 'flow.ts': HELLO })
  await runner.heard('ready')
  runner.answering = false
  runner.run('flow.ts:exits')
  expect((await runner.exited).code).toBe(3)
  const [name] = readdirSync(runner.spools)
  expect(readFileSync(join(runner.spools, name as string), 'utf8')).toContain('about to exit')
})

test('a run that ends while the API is away leaves a spool that only its owner can read, and exits with 75', async () => {
  using runner = startRunner({ 'flow.ts': HELLO })
  await runner.heard('ready')
  runner.answering = false
  const { flowRunId } = runner.run('flow.ts:hello', { parameters: { name: 'A' } })
  runner.send({ type: 'unreachable', reason: 'nothing listens there' })
  expect(await runner.heard('finished')).toMatchObject({ stateType: 'COMPLETED', spoolLeft: true })
  expect((await runner.exited).code).toBe(75)
  const path = join(runner.spools, `${flowRunId}.1.spool`)
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(readFileSync(path, 'utf8')).toContain('"COMPLETED"')
})

test('a runner that loses its worker says so with its run token and ends, even with a busy event loop', async () => {
  const heard: { authorization: string | undefined; body: ReportRequest }[] = []
  const server = createServer((request, response) => {
    let text = ''
    request.on('data', (chunk) => {
      text += chunk
    })
    request.on('end', () => {
      heard.push({ authorization: request.headers.authorization, body: JSON.parse(text) as ReportRequest })
      response.end(JSON.stringify({ serverTime: 0, answers: 0, runs: [] }))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    using runner = startRunner({ 'flow.ts': HELLO })
    await runner.heard('ready')
    const { flowRunId } = runner.run('flow.ts:busy', { apiUrl: `http://127.0.0.1:${(server.address() as { port: number }).port}` })
    await new Promise((resolve) => runner.process.stdout?.once('data', resolve))
    runner.die()
    expect(await runner.exited).toEqual({ code: null, signal: 'SIGKILL' })
    expect(heard).toMatchObject([{ authorization: 'Bearer token', body: { holderFacts: [{ kind: 'worker-gone', flowRunId, epoch: 1 }] } }])
  } finally {
    server.close()
  }
})

test('once a runner has said that its worker is gone, its code does nothing more, and all that it did is on disk', async () => {
  const runner = startRunner({ 'flow.ts': HELLO })
  const file = join(runner.folder, 'turns')
  let whenHeard = ''
  const server = createServer((_, response) => {
    whenHeard = readFileSync(file, 'utf8')
    // As long as the answer takes, the process lives.
    setTimeout(() => response.end(JSON.stringify({ serverTime: 0, answers: 0, runs: [] })), 300)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    await runner.heard('ready')
    const apiUrl = `http://127.0.0.1:${(server.address() as { port: number }).port}`
    const { flowRunId } = runner.run('flow.ts:turns', { parameters: { file }, apiUrl })
    while (!existsSync(file)) await new Promise((resolve) => setTimeout(resolve, 5))
    runner.die()
    expect(await runner.exited).toEqual({ code: null, signal: 'SIGKILL' })
    const done = readFileSync(file, 'utf8')
    expect(done).toBe(whenHeard)
    const last = done.trimEnd().split('\n').at(-1) as string
    expect(readFileSync(join(runner.spools, `${flowRunId}.1.spool`), 'utf8')).toContain(`"${last}"`)
  } finally {
    server.close()
    runner[Symbol.dispose]()
  }
})

test('a flow that computes without a break is RUNNING in the record before it has given up a single turn', async () => {
  using runner = startRunner({ 'flow.ts': HELLO })
  await runner.heard('ready')
  const { flowRunId } = runner.run('flow.ts:busy')
  await runner.heard('report')
  expect(runner.states().map(({ type }) => type)).toEqual(['RUNNING'])
  expect(runner.reports).toMatchObject([{ flowRunId, n: 1 }])
})

test('a fence that passes ends a run that asked for it, even with a busy event loop, and no other', async () => {
  using stops = startRunner({ 'flow.ts': HELLO })
  using goes = startRunner({ 'flow.ts': HELLO })
  await Promise.all([stops.heard('ready'), goes.heard('ready')])
  const printed = [stops, goes].map((runner) => new Promise((resolve) => runner.process.stdout?.once('data', resolve)))
  stops.run('flow.ts:busy', { fence: 1_500, deployment: { onContactLost: 'stop' } })
  goes.run('flow.ts:busy', { fence: 1_500 })
  await Promise.all(printed)
  expect(await stops.exited).toEqual({ code: null, signal: 'SIGKILL' })
  expect(goes.process.exitCode).toBe(null)
})

test('renewals over the lifeline move the fence of a busy runner', async () => {
  using runner = startRunner({ 'flow.ts': HELLO })
  await runner.heard('ready')
  const printed = new Promise((resolve) => runner.process.stdout?.once('data', resolve))
  const { flowRunId } = runner.run('flow.ts:busy', { fence: 1_500, deployment: { onContactLost: 'stop' } })
  await printed
  const renew = (fence: number) =>
    runner.renew({ flowRunId, epoch: 1, fence, sentAt: { wall: Date.now(), monotonic: Number(process.hrtime.bigint()) / 1e6 } })
  renew(60_000)
  const ended = await Promise.race([runner.exited.then(() => true), new Promise((resolve) => setTimeout(() => resolve(false), 3_500))])
  expect(ended).toBe(false)
  expect(existsSync(runner.folder)).toBe(true)
})

test('a spare without a run ends quietly when its worker does', async () => {
  using runner = startRunner({})
  await runner.heard('ready')
  runner.die()
  expect((await runner.exited).code).toBe(0)
})
