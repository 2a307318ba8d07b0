import { expect, test } from 'vitest'
import { makeStage } from '../support.ts'

const MAKE = `mutation ($input: CreateWorkPoolInput!) { createWorkPool(input: $input) { __typename
  ... on CreateWorkPoolSuccess { created workPool { name type concurrencyLimit status slotsUsed waitingCount queues { name priority isPaused concurrencyLimit } workers { name } } } ... on Error { message code path } } }`

test('a pool is made with its default queue; again it is a conflict, unless that is fine', async () => {
  const { ask } = await makeStage()
  expect((await ask(MAKE, { input: { name: 'gpu', concurrencyLimit: 2 } })).data.createWorkPool).toEqual({
    __typename: 'CreateWorkPoolSuccess',
    created: true,
    workPool: {
      name: 'gpu',
      type: 'process',
      concurrencyLimit: 2,
      status: 'NOT_READY',
      slotsUsed: 0,
      waitingCount: 0,
      queues: [{ name: 'default', priority: 1, isPaused: false, concurrencyLimit: null }],
      workers: [],
    },
  })
  expect((await ask(MAKE, { input: { name: 'gpu' } })).data.createWorkPool).toMatchObject({
    __typename: 'ConflictError',
    code: 'CONFLICT',
    path: ['name'],
  })
  expect((await ask(MAKE, { input: { name: 'gpu', ifMissing: true } })).data.createWorkPool).toMatchObject({
    created: false,
    workPool: { concurrencyLimit: 2 },
  })
  expect((await ask('{ workPools { totalCount nodes { name } } workPool(name: "gpu") { name } }')).data).toEqual({
    workPools: { totalCount: 2, nodes: [{ name: 'local' }, { name: 'gpu' }] },
    workPool: { name: 'gpu' },
  })
})

test('a pool of a type that nobody serves, or with a strange name or limit, is refused', async () => {
  const { ask } = await makeStage()
  const cases: [object, string][] = [
    [{ name: 'x', type: 'kubernetes-of-tomorrow' }, 'type'],
    [{ name: '' }, 'name'],
    [{ name: 'a%b' }, 'name'],
    [{ name: 'x', concurrencyLimit: 0 }, 'concurrencyLimit'],
    [{ name: 'x', description: 'x'.repeat(20_000) }, 'description'],
  ]
  for (const [input, place] of cases) {
    expect((await ask(MAKE, { input })).data.createWorkPool, JSON.stringify(input).slice(0, 80)).toMatchObject({
      __typename: 'ValidationError',
      path: [place],
    })
  }
})
