import { expect, test } from 'vitest'
import { newId } from '../../../core/ids.ts'
import { makeState, type PauseForm } from '../../../core/states.ts'
import { type Runner, startRunner } from '../reporting.ts'
import { askAs, type Ask, makeKey, makeStage } from '../support.ts'

const RESUME = `mutation ($id: ID!, $input: JSON) { resumeFlowRun(input: { id: $id, input: $input }) { __typename
  ... on ResumeFlowRunSuccess { flowRun { state { type name message } pause { key } } } ... on ValidationError { issues { path message } } ... on Error { message } } }`
const SEND = `mutation ($input: SendToFlowRunInput!) { sendToFlowRun(input: $input) { __typename ... on SendToFlowRunSuccess { messageId } ... on Error { message code } } }`
const TAKE = `mutation ($input: TakeFromFlowRunInput!) { takeFromFlowRun(input: $input) { __typename ... on TakeFromFlowRunSuccess { received { value sentBy } } ... on Error { message } } }`

const FORM: PauseForm = {
  key: '1/pause-0',
  schema: {
    type: 'object',
    properties: { approved: { type: 'boolean' }, note: { type: 'string', maxLength: 10 } },
    required: ['approved', 'note'],
    additionalProperties: false,
  },
  defaults: { note: 'fine' },
}

const pause = (runner: Runner, form: PauseForm | undefined, pauseUntil: number) =>
  runner.report({
    kind: 'flow-run-state',
    state: makeState({
      id: newId(),
      type: 'PAUSED',
      timestamp: Date.now(),
      message: 'Ship it?',
      details: { pauseUntil, ...(form ? { pause: form } : {}) },
    }),
    runCount: 1,
  })

const resume = async (ask: Ask, id: string, input?: unknown) => (await ask(RESUME, { id, input })).data.resumeFlowRun

test('a paused run shows what it asks, refuses answers that do not fit by their place, and goes on with the one that does', async () => {
  const { ask } = await makeStage()
  const runner = await startRunner(ask)
  await pause(runner, FORM, Date.now() + 60_000)
  const shown = await ask(
    'query ($id: ID!) { flowRun(id: $id) { pause { key message inputSchema defaults isSuspended deadline } why { waitingFor { kind message until } } } }',
    {
      id: runner.id,
    },
  )
  expect(shown.data.flowRun.pause).toMatchObject({
    key: FORM.key,
    message: 'Ship it?',
    inputSchema: FORM.schema,
    defaults: FORM.defaults,
    isSuspended: false,
  })
  expect(shown.data.flowRun.why.waitingFor).toMatchObject([
    { kind: 'WAITING_FOR_INPUT', message: 'Ship it?', until: shown.data.flowRun.pause.deadline },
  ])

  const refused = await resume(ask, runner.id, { approved: 'yes', note: 'far too long a note', more: 1 })
  expect(refused.__typename).toBe('ValidationError')
  expect(refused.issues).toEqual(
    expect.arrayContaining([
      { path: ['input', 'approved'], message: 'expected boolean, got "yes"' },
      { path: ['input', 'note'], message: expect.stringContaining('at most 10 characters') },
      { path: ['input', 'more'], message: '"more" is not asked for in the answer' },
    ]),
  )
  expect((await resume(ask, runner.id)).issues).toMatchObject([{ path: ['input', 'approved'] }])

  expect(await resume(ask, runner.id, { approved: true })).toMatchObject({
    flowRun: { state: { type: 'RUNNING', message: 'Resumed by key "admin"' }, pause: null },
  })
  const { data, errors } = await ask(
    'query ($id: ID!) { flowRun(id: $id) { pauseAnswer(key: "1/pause-0") { value sentBy } inputs { kind key } runCount } }',
    { id: runner.id },
  )
  expect(errors).toBeUndefined()
  expect(data.flowRun).toEqual({
    pauseAnswer: { value: { approved: true, note: 'fine' }, sentBy: 'key "admin"' },
    inputs: [{ kind: 'ANSWER', key: FORM.key }],
    runCount: 1,
  })
  expect((await resume(ask, runner.id, { approved: true })).message).toMatch(/only a paused run/)
  expect(await runner.hear()).toEqual([{ kind: 'resume', pause: expect.any(String) }])
  expect(await runner.hear()).toEqual([])
})

test('a pause that asks nothing takes no answer; one whose deadline has passed takes nothing any more, and its process goes on by itself', async () => {
  const { ask } = await makeStage()
  const runner = await startRunner(ask)
  await pause(runner, { key: 'a' }, Date.now() + 60_000)
  expect((await resume(ask, runner.id, { a: 1 })).issues).toEqual([{ path: ['input'], message: 'the run asks for nothing, so it takes no input' }])
  expect((await resume(ask, runner.id)).flowRun.state.type).toBe('RUNNING')
  await runner.hear()
  await pause(runner, { key: 'b' }, Date.now() - 1)
  expect((await resume(ask, runner.id)).message).toMatch(/deadline of the pause has passed/)
  await runner.report({ kind: 'flow-run-state', state: makeState({ id: newId(), type: 'RUNNING', timestamp: Date.now() }), runCount: 1 })
  expect((await ask('query ($id: ID!) { flowRun(id: $id) { state { type } runCount } }', { id: runner.id })).data.flowRun).toEqual({
    state: { type: 'RUNNING' },
    runCount: 1,
  })
})

test('messages are received once and in order; the same receiver gets the same again; a run that is over takes none', async () => {
  const { ask, workspaceId } = await makeStage()
  const runner = await startRunner(ask)
  const send = async (value: unknown, messageId?: string) => (await ask(SEND, { input: { id: runner.id, value, messageId } })).data.sendToFlowRun
  const take = async (receiver: string) => {
    const { data, errors } = await ask(TAKE, { input: { id: runner.id, receiver } })
    expect(errors).toBeUndefined()
    return data.takeFromFlowRun.received
  }
  expect(await take('first')).toBeNull()
  const twice = newId()
  for (const [value, id] of [
    ['a', twice],
    ['a', twice],
    [{ b: 1 }, undefined],
    [null, undefined],
  ] as const)
    expect((await send(value, id)).__typename).toBe('SendToFlowRunSuccess')
  expect(await take('first')).toEqual({ value: 'a', sentBy: 'key "admin"' })
  expect(await take('first')).toMatchObject({ value: 'a' })
  expect(await take('second')).toMatchObject({ value: { b: 1 } })
  expect(await take('third')).toMatchObject({ value: null })
  expect(await take('fourth')).toBeNull()
  expect((await ask(TAKE, { input: { id: runner.id, receiver: 'x', from: newId() } })).data.takeFromFlowRun.received).toBeNull()
  const viewer = askAs(await makeKey(workspaceId, 'VIEWER'))
  for (const [mutation, input] of [
    [SEND, { id: runner.id, value: 1 }],
    [TAKE, { id: runner.id, receiver: 'x' }],
  ] as const)
    expect((await viewer(mutation, { input })).errors?.[0]?.extensions.code).toBe('FORBIDDEN')
  await runner.end('COMPLETED')
  expect(await send('late')).toMatchObject({ __typename: 'ConflictError' })
  expect((await ask(SEND, { input: { id: newId(), value: 1 } })).data.sendToFlowRun.__typename).toBe('NotFoundError')
})
