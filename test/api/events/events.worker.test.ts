import { expect, test } from 'vitest'
import { newId } from '../../../core/ids.ts'
import { eventFact } from '../../support/event-fact.ts'
import { startRunner } from '../reporting.ts'
import { subscribe } from '../subscribe.ts'
import { makeStage } from '../support.ts'

const EVENT = 'id uuid name occurred receivedAt resource { id labels } related { id role labels } payload follows flowRunId taskRunId'
const EMIT = `mutation ($input: EmitEventInput!) { emitEvent(input: $input) { __typename
  ... on EmitEventSuccess { created event { ${EVENT} } } ... on ValidationError { code issues { path message } } } }`
const LIST = `query ($first: Int, $after: String, $filter: EventFilter, $orderBy: EventOrder) {
  events(first: $first, after: $after, filter: $filter, orderBy: $orderBy) { totalCount totalCountIsExact nodes { ${EVENT} } pageInfo { hasNextPage endCursor } } }`

const shipped = { name: 'order.shipped', resource: { id: 'order.1' } }

test('an event is told, read by either id and as a node, and told again changes nothing', async () => {
  const { ask } = await makeStage()
  const input = {
    id: newId(),
    name: 'order.shipped',
    resource: { id: 'order.1', labels: { country: 'NO' } },
    related: [{ id: 'customer.7', role: 'customer' }],
    payload: { parcels: [1, { heavy: true }] },
    follows: newId(),
    occurred: '2026-01-01T12:00:00.000Z',
  }
  const { created, event } = (await ask(EMIT, { input })).data.emitEvent
  expect(created).toBe(true)
  expect(event).toEqual({
    id: expect.any(String),
    uuid: input.id,
    name: 'order.shipped',
    occurred: expect.stringMatching(/^2026-01-01T12:00:00/),
    receivedAt: expect.any(String),
    resource: { id: 'order.1', labels: { country: 'NO' } },
    related: [{ id: 'customer.7', role: 'customer', labels: {} }],
    payload: { parcels: [1, { heavy: true }] },
    follows: input.follows,
    flowRunId: null,
    taskRunId: null,
  })
  expect((await ask(EMIT, { input: { ...shipped, id: input.id, name: 'other' } })).data.emitEvent).toMatchObject({
    created: false,
    event: { name: 'order.shipped' },
  })
  const read = await ask(
    `query ($id: ID!, $uuid: ID!, $none: ID!) { a: event(id: $id) { ${EVENT} } b: event(id: $uuid) { name } c: event(id: $none) { name } node(id: $id) { ... on Event { uuid } } }`,
    { id: event.id, uuid: event.uuid, none: newId() },
  )
  expect(read.data).toEqual({ a: event, b: { name: 'order.shipped' }, c: null, node: { uuid: event.uuid } })
})

const WRONG: [object, string[]][] = [
  [{ ...shipped, name: '' }, ['name']],
  [{ ...shipped, name: 'n'.repeat(256) }, ['name']],
  [{ ...shipped, resource: { id: '' } }, ['resource', 'id']],
  [{ ...shipped, resource: { id: 'order.1', labels: { count: 1 } } }, ['resource', 'labels', 'count']],
  [{ ...shipped, resource: { id: 'order.1', labels: ['x'] } }, ['resource', 'labels']],
  [{ ...shipped, related: [{ id: 'customer.7', role: '' }] }, ['related', '0', 'role']],
  [{ ...shipped, payload: [1] }, ['payload']],
  [{ ...shipped, payload: { text: 'x'.repeat(524_288) } }, ['payload']],
  [{ ...shipped, follows: 'the other one' }, ['follows']],
  [{ ...shipped, id: 'mine' }, ['id']],
]

test('what is no event is refused with its place', async () => {
  const { ask } = await makeStage()
  for (const [input, path] of WRONG) {
    const { emitEvent } = (await ask(EMIT, { input })).data
    expect(emitEvent, JSON.stringify(input).slice(0, 100)).toMatchObject({
      __typename: 'ValidationError',
      code: 'BAD_USER_INPUT',
      issues: [{ path }],
    })
  }
  expect((await ask(LIST)).data.events.totalCount).toBe(0)
})

test('the list is in pages, in the order asked for, and found by all that the filter names', async () => {
  const { ask } = await makeStage()
  const told = [
    { name: 'order.made', resource: { id: 'order.1' }, related: [{ id: 'customer.7', role: 'customer' }], occurred: '2026-01-01T12:00:00Z' },
    { name: 'order.shipped', resource: { id: 'order.1' }, occurred: '2026-01-01T14:00:00Z' },
    { name: 'parcel.lost', resource: { id: 'parcel.3' }, occurred: '2026-01-01T13:00:00Z' },
  ]
  for (const input of told) await ask(EMIT, { input })
  const names = async (variables: object = {}) => {
    const { nodes, totalCount } = (await ask(LIST, variables as Record<string, unknown>)).data.events
    expect(totalCount).toBe(nodes.length)
    return (nodes as { name: string }[]).map(({ name }) => name)
  }
  expect(await names()).toEqual(['order.shipped', 'parcel.lost', 'order.made'])
  expect(await names({ orderBy: 'OCCURRED_ASC' })).toEqual(['order.made', 'parcel.lost', 'order.shipped'])
  expect(await names({ orderBy: 'RECEIVED_ASC' })).toEqual(['order.made', 'order.shipped', 'parcel.lost'])
  expect(await names({ filter: { name: { startsWith: 'order.' } } })).toEqual(['order.shipped', 'order.made'])
  expect(await names({ filter: { resource: { id: { in: ['parcel.3', 'x'] } } } })).toEqual(['parcel.lost'])
  expect(await names({ filter: { related: { id: 'customer.7', role: 'customer' } } })).toEqual(['order.made'])
  expect(await names({ filter: { related: { id: 'customer.7', role: 'shop' } } })).toEqual([])
  expect(await names({ filter: { occurred: { after: '2026-01-01T13:00:00Z', before: '2026-01-01T14:00:00Z' } } })).toEqual(['parcel.lost'])
  const first = (await ask(LIST, { first: 2 })).data.events
  expect(first.pageInfo.hasNextPage).toBe(true)
  const rest = (await ask(LIST, { first: 2, after: first.pageInfo.endCursor })).data.events
  expect((rest.nodes as { name: string }[]).map(({ name }) => name)).toEqual(['order.made'])
  // A cursor is of one order.
  const wrong = await ask(LIST, { after: first.pageInfo.endCursor, orderBy: 'RECEIVED_ASC' })
  expect(wrong.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT')
})

test("a run's events come with its reports, once, related to the run, and its listeners hear of them", async () => {
  const { ask, key } = await makeStage()
  const runner = await startRunner(ask, 'shipping')
  const heard = await subscribe<{ changed: string[] }>(key, 'subscription ($id: ID!) { flowRunChanged(id: $id) { changed } }', { id: runner.id })
  await heard.next()
  const fact = eventFact(runner.uuid, { taskRunId: newId(), payload: { parcels: 2 } })
  await runner.report(fact, { ...eventFact(runner.uuid), resource: {} as never })
  expect((await heard.next()).changed).toContain('events')
  await heard.close()
  // The same event with a later report is the same event.
  await runner.report({ ...fact, name: 'other' })
  const { nodes, totalCount } = (await ask(LIST, { filter: { flowRun: runner.id } })).data.events
  expect(totalCount).toBe(1)
  expect(nodes[0]).toMatchObject({
    uuid: fact.eventId,
    name: 'order.shipped',
    flowRunId: runner.id,
    payload: { parcels: 2 },
    related: [
      { id: `weir.flow-run.${runner.uuid}`, role: 'flow-run', labels: { name: 'shipping' } },
      { role: 'flow', labels: { name: 'script' } },
      { id: `weir.task-run.${fact.taskRunId}`, role: 'task-run' },
    ],
  })
  const related = { id: `weir.flow-run.${runner.uuid}` }
  expect((await ask(LIST, { filter: { related } })).data.events.totalCount).toBe(1)
  // The one without a resource is missing, and the run's log says so.
  const { data } = await ask('query ($id: ID!) { flowRun(id: $id) { logs { nodes { message } } } }', { id: runner.id })
  expect(JSON.stringify(data)).toContain('event order.shipped was not stored: facts.1.resource.id: expected text of 1 to 512 characters')
})
