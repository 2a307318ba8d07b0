import { expect, test } from 'vitest'
import { logsFact, startRunner, taskRunFact } from '../reporting.ts'
import { subscribe as open, type Stream } from '../subscribe.ts'
import { CREATE, makeStage, send } from '../support.ts'

interface Message {
  cursor: string
  reset: boolean
  changed: string[]
  flowRun: { state: { type: string }; taskRuns: { totalCount: number } }
  flowRuns: { id: string }[]
  others: string[]
  logs: { message: string }[]
  complete: boolean
}

const subscribe = (key: string, query: string, variables: Record<string, unknown>): Promise<Stream<Message>> => open<Message>(key, query, variables)

const RUN =
  'subscription ($id: ID!, $since: String) { flowRunChanged(id: $id, since: $since) { cursor reset changed flowRun { name state { type } taskRuns { totalCount } } } }'

test('a run page hears of task runs and states, each message with the run as it is then', async () => {
  const { ask, key } = await makeStage()
  const runner = await startRunner(ask)
  const stream = await subscribe(key, RUN, { id: runner.id })
  const first = await stream.next()
  expect(first).toMatchObject({ reset: false, changed: [], flowRun: { state: { type: 'RUNNING' }, taskRuns: { totalCount: 0 } } })
  await runner.report(taskRunFact(runner.uuid, 'read'))
  const second = await stream.until((message) => message.changed.includes('task-runs'))
  expect(second.flowRun.taskRuns.totalCount).toBe(1)
  await runner.end('COMPLETED')
  const third = await stream.until((message) => message.changed.includes('state'))
  expect(third.flowRun.state.type).toBe('COMPLETED')
  await stream.close()

  const replayed = await subscribe(key, RUN, { id: runner.id, since: first.cursor })
  expect(await replayed.next()).toMatchObject({
    reset: false,
    changed: expect.arrayContaining(['task-runs', 'state']),
    flowRun: { state: { type: 'COMPLETED' } },
  })
  await replayed.close()
  const nothing = await subscribe(key, RUN, { id: runner.id, since: third.cursor })
  expect(await nothing.next()).toMatchObject({ reset: false, changed: [] })
  await nothing.close()
  const lost = await subscribe(key, RUN, { id: runner.id, since: '1-1-1' })
  expect(await lost.next()).toMatchObject({ reset: true })
  await lost.close()
})

test('a list hears of runs in its filter, and of those that leave it', async () => {
  const { ask, key } = await makeStage()
  const LIST =
    'subscription ($filter: FlowRunFilter) { flowRunsChanged(filter: $filter) { cursor reset flowRuns { id name state { type } } others } }'
  const stream = await subscribe(key, LIST, { filter: { state: { type: { in: ['SCHEDULED'] } } } })
  expect(await stream.next()).toMatchObject({ reset: false, flowRuns: [], others: [] })
  const { flowRun } = (await ask(CREATE, { input: { deploymentName: 'etl/nightly', name: 'new' } })).data.createFlowRun
  expect((await stream.until((message) => message.flowRuns.length > 0)).flowRuns).toMatchObject([
    { id: flowRun.id, name: 'new', state: { type: 'SCHEDULED' } },
  ])
  await ask('mutation ($id: ID!) { cancelFlowRun(input: { id: $id }) { __typename } }', { id: flowRun.id })
  expect((await stream.until((message) => message.others.length > 0)).others).toEqual([flowRun.id])
  await stream.close()
})

test('log lines come in order and once, also for somebody who comes back, and end with the run', async () => {
  const { ask, key } = await makeStage()
  const runner = await startRunner(ask)
  const LOGS = 'subscription ($id: ID!, $after: String) { logs(flowRunId: $id, after: $after) { cursor complete logs { message } } }'
  await runner.report(logsFact(runner.uuid, 'one', 'two'))
  const stream = await subscribe(key, LOGS, { id: runner.id })
  const first = await stream.next()
  expect(first).toMatchObject({ complete: false, logs: [{ message: 'one' }, { message: 'two' }] })
  await runner.report(logsFact(runner.uuid, 'three'))
  const second = await stream.until((message) => message.logs.length > 0)
  expect(second.logs).toEqual([{ message: 'three' }])
  await stream.close()
  await runner.report(logsFact(runner.uuid, ...Array.from({ length: 2_500 }, (_, index) => `line ${index}`)))
  const back = await subscribe(key, LOGS, { id: runner.id, after: second.cursor })
  const lines: string[] = []
  const read = (message: Message) => {
    lines.push(...message.logs.map((line) => line.message))
    return lines.length >= 2_500
  }
  await back.until(read)
  expect(lines).toEqual(Array.from({ length: 2_500 }, (_, index) => `line ${index}`))
  await runner.end('COMPLETED')
  expect(await back.until((message) => message.complete)).toMatchObject({ logs: [] })
  await back.close()
})

test('a cursor that is none, and a run that is not there, are told at once', async () => {
  const { ask } = await makeStage()
  const runner = await startRunner(ask)
  const answer = await ask('subscription ($id: ID!) { flowRunChanged(id: $id) { cursor } }', { id: 'nonsense' })
  expect(answer.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT')
  const bad = await send('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', authorization: `Bearer ${(await makeStage()).key}` },
    body: JSON.stringify({ query: RUN, variables: { id: runner.id } }),
  })
  expect(await bad.text()).toContain('NOT_FOUND')
})
