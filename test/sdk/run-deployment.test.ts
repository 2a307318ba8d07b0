/** What `runDeployment` makes of the answers of a control plane, of their absence, and of being told to stop. The whole way is in test/e2e/children.test.ts. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, onTestFinished, test } from 'vitest'
import { newId } from '../../core/ids.ts'
import type { StateType } from '../../core/states.ts'
import type { ControlPlane } from '../../sdk/client/control-plane.ts'
import type { TaskRunRecord } from '../../sdk/engine/task-run-record.ts'
import {
  DeploymentNotRun,
  flow,
  RunCancelled,
  runDeployment,
  resumeFlowRun,
  type RunDeploymentOptions,
  secrets,
  sendInput,
  tags,
  UsageError,
  variables,
  waitForFlowRun,
} from '../../sdk/index.ts'
import { startFlow } from './support/start-flow.ts'

/** One answer: GraphQL data, an error code, or a status without a word of GraphQL. */
type Reply = { data: unknown } | { code: string } | { status: number }

const child = (type: StateType, name = `${type[0]}${type.slice(1).toLowerCase()}`) => ({
  uuid: '01a1fe00-0000-7000-8000-000000000001',
  name: 'calm-otter',
  url: 'http://127.0.0.1/flow-runs/x',
  state: { type, name, message: null },
})
const created = (type: StateType): Reply => ({ data: { createFlowRun: { flowRun: child(type) } } })
const seen = (type: StateType): Reply => ({ data: { flowRun: child(type) } })

let server: Server | null = null
afterEach(() => {
  server?.close()
  server?.closeAllConnections()
  server = null
})

/** A door that gives these answers, one after the other, the last one again and again; and what it was asked. */
async function answering(...replies: Reply[]) {
  const asked: { variables: { input: Record<string, unknown> }; authorization: string | undefined }[] = []
  server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => {
      body += chunk
    })
    request.on('end', () => {
      const reply = (replies.length > 1 ? replies.shift() : replies[0]) as Reply
      asked.push({ ...(JSON.parse(body) as (typeof asked)[number]), authorization: request.headers.authorization })
      if ('status' in reply) return response.writeHead(reply.status).end('<html>')
      response.end(JSON.stringify('data' in reply ? reply : { errors: [{ message: 'no', extensions: { code: reply.code } }] }))
    })
  })
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve))
  return { asked, apiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

/** Runs a flow that asks that door with the run's token `secret`. */
async function runIn(apiUrl: string | null, body: () => unknown, controller = new AbortController(), more: Partial<ControlPlane> = {}) {
  const taskRuns = new Map<string, TaskRunRecord>()
  const outcome = await startFlow(flow({ name: 'parent' }, body), {
    around: {
      recorder: { taskRun: (record) => void taskRuns.set(record.id, record) },
      signal: controller.signal,
      controlPlane: apiUrl === null ? null : { apiUrl, credential: () => 'secret', ...more },
    },
  })
  return { ...outcome, standIns: [...taskRuns.values()] }
}

const run = async (apiUrl: string | null, options?: RunDeploymentOptions) => runIn(apiUrl, () => runDeployment('etl/nightly', options))

test('it waits for the end of the child, and a task run shows what the child shows', async () => {
  const { apiUrl, asked } = await answering(created('SCHEDULED'), seen('SCHEDULED'), seen('RUNNING'), seen('COMPLETED'))
  const { value, state, standIns, record } = await tags('around', () => run(apiUrl, { parameters: { n: 1 }, tags: ['a'] }))
  expect(value).toMatchObject({ flowRunName: 'calm-otter', state: { type: 'COMPLETED' } })
  expect(state.type).toBe('COMPLETED')
  expect(standIns[0]?.tags).toEqual(['around'])
  expect(standIns.map((one) => [one.name, one.childFlowRunId, one.states.map(({ type }) => type)])).toEqual([
    ['etl/nightly-0', child('RUNNING').uuid, ['PENDING', 'SCHEDULED', 'RUNNING', 'COMPLETED']],
  ])
  expect(asked[0]).toMatchObject({
    authorization: 'Bearer secret',
    variables: {
      input: {
        deploymentName: 'etl/nightly',
        parameters: { n: 1 },
        tags: ['a', 'around'],
        parent: { flowRunId: record.id, taskRunId: standIns[0]?.id, isWaiting: true },
      },
    },
  })
})

test('a failed child throws nothing; a flow that returns it has failed', async () => {
  const { apiUrl } = await answering(created('FAILED'))
  expect((await run(apiUrl)).state.type).toBe('FAILED')
  const ignored = await runIn(apiUrl, async () => {
    await runDeployment('etl/nightly')
  })
  expect(ignored.state.type).toBe('COMPLETED')
})

test('a control plane that cannot be asked is asked again, with the same key', async () => {
  const { apiUrl, asked } = await answering({ status: 502 }, { code: 'NOT_READY' }, created('RUNNING'), { status: 503 }, seen('COMPLETED'))
  expect((await run(apiUrl)).state.type).toBe('COMPLETED')
  const keys = asked.slice(0, 3).map(({ variables }) => variables.input['idempotencyKey'])
  expect(keys[0]).toMatch(/^run-deployment /)
  expect(new Set(keys).size).toBe(1)
})

test('what is refused is an error that says why, and the stand-in has failed', async () => {
  const refusal = { createFlowRun: { code: 'NOT_FOUND', message: 'There is no deployment etl/nightly.', hint: null } }
  const { apiUrl } = await answering({ data: refusal })
  const { error, standIns } = await run(apiUrl)
  expect(error).toBeInstanceOf(DeploymentNotRun)
  expect(error).toMatchObject({ code: 'NOT_FOUND', message: 'deployment etl/nightly was not run: There is no deployment etl/nightly.' })
  expect(standIns[0]?.state.type).toBe('FAILED')
  const forbidden = await answering({ code: 'FORBIDDEN' })
  expect((await run(forbidden.apiUrl)).error).toMatchObject({ code: 'FORBIDDEN' })
})

test('after the timeout, or without waiting, the child goes on and the flow, too', async () => {
  const { apiUrl, asked } = await answering(created('SCHEDULED'), seen('RUNNING'))
  const late = await run(apiUrl, { timeout: '300ms', idempotencyKey: 'mine' })
  expect(late.value).toMatchObject({ state: { type: 'RUNNING' } })
  expect(late.standIns[0]?.state).toMatchObject({ type: 'COMPLETED', name: 'Started' })
  expect(asked[0]?.variables.input).toMatchObject({ idempotencyKey: 'mine', parent: { isWaiting: true, waitsUntil: expect.any(String) } })
  const { apiUrl: other, asked: askedOnce } = await answering(created('SCHEDULED'))
  expect((await run(other, { wait: false })).value).toMatchObject({ state: { type: 'SCHEDULED' } })
  expect(askedOnce).toHaveLength(1)
  expect(askedOnce[0]?.variables.input).toMatchObject({ parent: { isWaiting: false } })
})

test('a cancelled flow stops waiting, and so does its stand-in', async () => {
  const { apiUrl } = await answering(created('RUNNING'), seen('RUNNING'))
  const controller = new AbortController()
  setTimeout(() => controller.abort(new RunCancelled()), 300)
  const { state, standIns } = await runIn(apiUrl, () => runDeployment('etl/nightly'), controller)
  expect(state.type).toBe('CANCELLED')
  expect(standIns[0]?.state.type).toBe('CANCELLED')
})

test('a child that is not linked has no stand-in', async () => {
  const { apiUrl, asked } = await answering(created('COMPLETED'))
  const { standIns } = await run(apiUrl, { asSubflow: false })
  expect(standIns).toEqual([])
  expect(asked[0]?.variables.input).toHaveProperty('parent', null)
})

test('wrong use is told before anything is asked', async () => {
  await expect(runDeployment('nightly')).rejects.toThrow(UsageError)
  await expect(runDeployment('etl/nightly', { parameter: {} } as never)).rejects.toThrow(/parameter/)
  await expect(runDeployment('etl/nightly', { timeout: 'soon' as never })).rejects.toThrow(UsageError)
  expect((await run(null)).error).toMatchObject({ code: 'wrong_use', hint: expect.stringContaining('weir server start') })
})

test('a run is waited for by its id, also while nobody answers; one that failed throws nothing, and fails a flow that returns it', async () => {
  const { apiUrl, asked } = await answering(seen('SCHEDULED'), { status: 503 }, seen('RUNNING'), seen('FAILED'))
  const { uuid, name, url } = child('FAILED')
  const ignored = await runIn(apiUrl, async () => void (await waitForFlowRun(uuid)))
  expect(ignored.state.type).toBe('COMPLETED')
  expect(ignored.standIns).toEqual([])
  expect(asked).toHaveLength(4)
  expect(asked[0]).toMatchObject({ authorization: 'Bearer secret', variables: { id: uuid } })
  const { value, state } = await runIn(apiUrl, () => waitForFlowRun(uuid))
  expect(state.type).toBe('FAILED')
  expect(value).toMatchObject({ flowRunId: uuid, flowRunName: name, url, state: { type: 'FAILED' } })
})

test('a wait for a run ends with its limit, with the flow, and with a run that is not there', async () => {
  const { uuid } = child('RUNNING')
  const running = await answering(seen('RUNNING'))
  const late = await runIn(running.apiUrl, () => waitForFlowRun(uuid, { timeout: '200ms' }))
  expect(late).toMatchObject({ state: { type: 'COMPLETED' }, value: { state: { type: 'RUNNING' } } })
  const controller = new AbortController()
  const waiting = runIn(running.apiUrl, () => waitForFlowRun(uuid), controller)
  setTimeout(() => controller.abort(new RunCancelled()), 20)
  expect((await waiting).state.type).toBe('CANCELLED')
  const away = await answering({ status: 503 })
  expect((await runIn(away.apiUrl, () => waitForFlowRun(uuid, { timeout: '10ms' }))).error).toMatchObject({ code: 'timed_out' })
  const gone = await answering({ data: { flowRun: null } })
  expect((await runIn(gone.apiUrl, () => waitForFlowRun(uuid))).error).toMatchObject({ code: 'NOT_FOUND', message: `there is no flow run ${uuid}` })
  await expect(waitForFlowRun('calm-otter')).rejects.toThrow('needs the id of a run, and got calm-otter')
  await expect(waitForFlowRun(uuid, { timeout: 'soon' as never })).rejects.toThrow(UsageError)
  await expect(waitForFlowRun(uuid, { limit: 1 } as never)).rejects.toThrow('waitForFlowRun() has no option "limit"')
  expect((await runIn(null, () => waitForFlowRun(uuid))).error).toMatchObject({
    code: 'wrong_use',
    hint: expect.stringContaining('weir server start'),
  })
})

test('a program that is no flow starts a run with its own key, and nothing stands for it', async () => {
  const { apiUrl, asked } = await answering(created('RUNNING'), seen('COMPLETED'))
  const before = { ...process.env }
  Object.assign(process.env, { WEIR_API_URL: apiUrl, WEIR_API_KEY: 'key-of-the-program' })
  try {
    expect(await runDeployment('etl/nightly')).toMatchObject({ state: { type: 'COMPLETED' } })
  } finally {
    for (const name of ['WEIR_API_URL', 'WEIR_API_KEY']) {
      if (before[name] === undefined) delete process.env[name]
      else process.env[name] = before[name]
    }
  }
  expect(asked[0]).toMatchObject({ authorization: 'Bearer key-of-the-program' })
  expect(asked[0]?.variables.input).toHaveProperty('parent', null)
})

test('a run that has said nothing for so long that its token is over gets a new one', async () => {
  const { apiUrl, asked } = await answering(created('RUNNING'), { code: 'UNAUTHENTICATED' }, seen('COMPLETED'))
  let token = 'old'
  const renew = () => {
    token = 'new'
  }
  const { state } = await runIn(apiUrl, () => runDeployment('etl/nightly'), undefined, { credential: () => token, renew })
  expect(state.type).toBe('COMPLETED')
  expect(asked.map(({ authorization }) => authorization)).toEqual(['Bearer old', 'Bearer old', 'Bearer new'])
  const hopeless = await answering({ code: 'UNAUTHENTICATED' })
  expect((await run(hopeless.apiUrl)).error).toMatchObject({ code: 'UNAUTHENTICATED' })
})

test('the value of a secret is handed to no other run, whatever would carry it: the place is named, and nothing is asked', async () => {
  const { apiUrl, asked } = await answering(created('COMPLETED'))
  process.env['WEIR_SECRET_HANDED_ON'] = 'canary-handed-on-77'
  onTestFinished(() => void delete process.env['WEIR_SECRET_HANDED_ON'])
  const carriers: [place: string, options: (secret: string) => RunDeploymentOptions][] = [
    ['parameters.rows', (secret) => ({ parameters: { rows: [{ deep: `Bearer ${secret}` }] } })],
    ['parameters.client', (secret) => ({ parameters: { client: { toJSON: () => ({ secret }) } } })],
    ['jobVariables.env', (secret) => ({ jobVariables: { env: { TOKEN: secret } } })],
    ['name', (secret) => ({ name: `with ${secret}` })],
    ['tags.1', (secret) => ({ tags: ['a', secret] })],
    ['idempotencyKey', (secret) => ({ idempotencyKey: secret })],
  ]
  for (const [place, options] of carriers) {
    const { error } = await runIn(apiUrl, async () => runDeployment('etl/nightly', options(await secrets.get('handed-on'))))
    expect(error, place).toMatchObject({ code: 'wrong_use', message: expect.stringContaining(`: ${place} has the value of a secret in it`) })
  }
  const variable = await runIn(apiUrl, async () => variables.set('token', [await secrets.get('handed-on')]))
  expect(variable.error).toMatchObject({ message: expect.stringContaining('value.0 has the value of a secret') })
  for (const send of [sendInput, resumeFlowRun]) {
    const message = await runIn(apiUrl, async () => send(newId(), await secrets.get('handed-on')))
    expect(message.error).toMatchObject({ message: expect.stringContaining('value has the value of a secret') })
  }
  expect(asked).toEqual([])
})

test('a run is resumed with an answer; one that does not fit is told by its place, and a run that is not paused, too', async () => {
  const answer = (resumed: object): Reply => ({ data: { resumeFlowRun: resumed } })
  const { apiUrl, asked } = await answering(
    { status: 503 },
    answer({ __typename: 'ResumeFlowRunSuccess' }),
    answer({ __typename: 'ResumeFlowRunSuccess' }),
    answer({
      __typename: 'ValidationError',
      code: 'BAD_USER_INPUT',
      message: 'no',
      issues: [{ path: ['input', 'approved'], message: 'expected boolean' }],
    }),
    answer({ __typename: 'ConflictError', code: 'CONFLICT', message: 'It is Running.', hint: 'Look again.' }),
    { status: 503 },
    answer({ __typename: 'ConflictError', code: 'CONFLICT', message: 'It is Running.', hint: 'Look again.' }),
  )
  const id = newId()
  const resume = async (input?: unknown) => (await runIn(apiUrl, () => resumeFlowRun(id, input))).error
  expect(await resume({ approved: true })).toBeUndefined()
  expect(asked[1]).toMatchObject({ authorization: 'Bearer secret', variables: { input: { id, input: { approved: true } } } })
  expect(await resume()).toBeUndefined()
  expect(asked[2]?.variables.input).toEqual({ id })
  expect(await resume({})).toMatchObject({ code: 'input_invalid', issues: [{ path: ['approved'], message: 'expected boolean' }] })
  expect(await resume({})).toMatchObject({ code: 'CONFLICT', message: 'the run was not resumed: It is Running.', hint: 'Look again.' })
  expect(await resume({})).toMatchObject({ code: 'CONFLICT', hint: expect.stringContaining('An earlier try had no answer') })
  await expect(resumeFlowRun('calm-otter')).rejects.toThrow('resumeFlowRun() needs the id of a run, and got calm-otter')
  await expect(resumeFlowRun(id, 1n)).rejects.toThrow('resumeFlowRun() needs a value that JSON has')
  expect((await runIn(null, () => resumeFlowRun(id))).error).toMatchObject({ code: 'wrong_use' })
})

test('a message that JSON cannot say is refused before anything is sent', async () => {
  const circle: { self?: object } = {}
  circle.self = circle
  for (const [value, why] of [
    [circle, 'sendInput() needs a value that JSON has: Converting circular structure to JSON'],
    [1n, 'sendInput() needs a value that JSON has: Do not know how to serialize a BigInt'],
    [undefined, 'sendInput() needs a value that JSON has (text, number, boolean, null, list, object)'],
  ] as const)
    await expect(sendInput(newId(), value)).rejects.toMatchObject({ code: 'wrong_use', message: why })
})
