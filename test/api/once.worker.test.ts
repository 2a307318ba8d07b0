/** Mutations that are sent again with the same idempotency key. */
import { expect, test } from 'vitest'
import { makeStage } from './support.ts'

const CREATE = `mutation ($input: CreateVariableInput!) { createVariable(input: $input) { __typename
  ... on CreateVariableSuccess { variable { id } } ... on Error { code path message } } }`

test('the same request is answered with what it made, however often and however much at once it is sent', async () => {
  const { ask } = await makeStage()
  const create = async (input: object) => (await ask(CREATE, { input })).data.createVariable
  const input = { name: 'a', value: { x: 1, y: [2] }, idempotencyKey: 'k' }
  const answers = await Promise.all(Array.from({ length: 6 }, () => create(input)))
  expect(new Set(answers.map(({ __typename }) => __typename))).toEqual(new Set(['CreateVariableSuccess']))
  expect(new Set(answers.map(({ variable }) => variable.id)).size).toBe(1)
  // The order of an object's keys is no difference.
  expect(await create({ idempotencyKey: 'k', value: { y: [2], x: 1 }, name: 'a' })).toEqual(answers[0])
  expect((await ask('{ variables { totalCount } }')).data.variables.totalCount).toBe(1)
})

test('another request with the same key is a conflict, and a key that no longer leads anywhere too', async () => {
  const { ask } = await makeStage()
  const create = async (input: object) => (await ask(CREATE, { input })).data.createVariable
  const made = await create({ name: 'a', value: 1, idempotencyKey: 'k' })
  expect(await create({ name: 'b', value: 1, idempotencyKey: 'k' })).toMatchObject({ code: 'CONFLICT', path: ['idempotencyKey'] })
  await ask('mutation ($id: ID!) { deleteVariable(input: { id: $id }) { __typename } }', { id: made.variable.id })
  expect(await create({ name: 'a', value: 1, idempotencyKey: 'k' })).toMatchObject({
    code: 'CONFLICT',
    message: 'What this request has made is gone.',
  })
  expect(await create({ name: 'a', value: 1, idempotencyKey: '' })).toMatchObject({ code: 'BAD_USER_INPUT', path: ['idempotencyKey'] })
  expect(await create({ name: 'a', value: 1, idempotencyKey: 'x'.repeat(256) })).toMatchObject({ code: 'BAD_USER_INPUT', path: ['idempotencyKey'] })
  expect(await create({ name: 'a', value: 1 })).toMatchObject({ __typename: 'CreateVariableSuccess' })
  // What was refused was not remembered.
  expect(await create({ name: 'a', value: 1, idempotencyKey: 'new' })).toMatchObject({ code: 'CONFLICT', path: ['name'] })
  expect(await create({ name: 'a', value: 1, idempotencyKey: 'new' })).toMatchObject({ code: 'CONFLICT', path: ['name'] })
})

test('pools, queues, service accounts, schedules and keys are made once; a key is shown once', async () => {
  const { ask } = await makeStage()
  const twice = async (mutation: string) => {
    const [first, second] = [await ask(mutation), await ask(mutation)].map(({ data }) => Object.values(data)[0])
    return [first, second] as [Record<string, unknown>, Record<string, unknown>]
  }
  const [pool, samePool] = await twice(
    'mutation { createWorkPool(input: { name: "gpu", idempotencyKey: "k" }) { __typename ... on CreateWorkPoolSuccess { workPool { id } } } }',
  )
  expect(samePool).toEqual(pool)
  const [queue, sameQueue] = await twice(
    'mutation { createWorkQueue(input: { workPoolName: "gpu", name: "q", idempotencyKey: "k" }) { __typename ... on CreateWorkQueueSuccess { workQueue { id } } } }',
  )
  expect(queue?.['__typename']).toBe('CreateWorkQueueSuccess')
  expect(sameQueue).toEqual(queue)
  const [account, sameAccount] = await twice(
    'mutation { createServiceAccount(input: { name: "ci", role: EDITOR, idempotencyKey: "k" }) { __typename ... on CreateServiceAccountSuccess { serviceAccount { id } } } }',
  )
  expect(account?.['__typename']).toBe('CreateServiceAccountSuccess')
  expect(sameAccount).toEqual(account)
  const [key, again] = await twice(
    'mutation { createApiKey(input: { name: "ci", role: VIEWER, idempotencyKey: "k" }) { __typename ... on CreateApiKeySuccess { key } ... on Error { code path } } }',
  )
  const [schedule, sameSchedule] = await twice(
    'mutation { createSchedule(input: { deploymentName: "etl/nightly", schedule: { cron: "0 0 1 1 *" }, idempotencyKey: "k" }) { __typename ... on CreateScheduleSuccess { schedule { id slug } } } }',
  )
  expect(schedule?.['__typename']).toBe('CreateScheduleSuccess')
  expect(sameSchedule).toEqual(schedule)
  expect(key?.['__typename']).toBe('CreateApiKeySuccess')
  expect(again).toEqual({ __typename: 'ConflictError', code: 'CONFLICT', path: ['idempotencyKey'] })
  expect((await ask('{ apiKeys { name } }')).data.apiKeys).toHaveLength(2)
})
