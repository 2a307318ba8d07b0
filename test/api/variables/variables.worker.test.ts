import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { query } from '../../support/engine-world.ts'
import { subscribe } from '../subscribe.ts'
import { makeStage } from '../support.ts'

const CREATE = `mutation ($input: CreateVariableInput!) { createVariable(input: $input) { __typename
  ... on CreateVariableSuccess { variable { id uuid name value tags updatedBy } } ... on ConflictError { code path hint } ... on ValidationError { code issues { path } } } }`
const SET = `mutation ($input: SetVariableInput!) { setVariable(input: $input) { __typename
  ... on SetVariableSuccess { created variable { id value tags } } ... on Error { code path } } }`
const UPDATE = `mutation ($input: UpdateVariableInput!) { updateVariable(input: $input) { __typename
  ... on UpdateVariableSuccess { variable { name value tags } } ... on Error { code path } } }`
const DELETE =
  'mutation ($id: ID!) { deleteVariable(input: { id: $id }) { __typename ... on DeleteVariableSuccess { deletedId } ... on Error { code path } } }'

test('a variable is made, read by id and by name, changed, and deleted; each deed is audited without its value', async () => {
  const { ask, workspaceId } = await makeStage()
  const made = (await ask(CREATE, { input: { name: 'region', value: { eu: ['west', 'north'] }, tags: ['infra'] } })).data.createVariable
  expect(made).toMatchObject({ variable: { name: 'region', value: { eu: ['west', 'north'] }, tags: ['infra'], updatedBy: 'key "admin"' } })
  const { id, uuid } = made.variable as { id: string; uuid: string }
  const read = await ask(
    'query ($id: ID!, $uuid: ID!) { a: variable(id: $id) { name } b: variable(id: $uuid) { name } c: variable(name: "region") { name } d: variable(name: "none") { name } node(id: $id) { ... on Variable { name } } }',
    { id, uuid },
  )
  const region = { name: 'region' }
  expect(read.data).toEqual({ a: region, b: region, c: region, d: null, node: region })
  expect((await ask(CREATE, { input: { name: 'region', value: 1 } })).data.createVariable).toMatchObject({
    __typename: 'ConflictError',
    path: ['name'],
  })
  const updated = (await ask(UPDATE, { input: { id, name: 'place', value: null } })).data.updateVariable
  expect(updated).toEqual({ __typename: 'UpdateVariableSuccess', variable: { name: 'place', value: null, tags: ['infra'] } })
  await ask(CREATE, { input: { name: 'other' } })
  expect((await ask(UPDATE, { input: { id, name: 'other' } })).data.updateVariable).toMatchObject({ code: 'CONFLICT', path: ['name'] })
  expect((await ask(DELETE, { id })).data.deleteVariable).toEqual({ __typename: 'DeleteVariableSuccess', deletedId: id })
  expect((await ask(DELETE, { id })).data.deleteVariable).toMatchObject({ code: 'NOT_FOUND', path: ['id'] })
  expect((await ask(UPDATE, { input: { id, value: 1 } })).data.updateVariable).toMatchObject({ code: 'NOT_FOUND', path: ['id'] })
  const audit = await query<{ action: string; details: object }>(
    sql`select action, details from audit_rows where workspace_id = ${workspaceId}::uuid and action like 'variables:%' order by id`,
  )
  expect(audit.map(({ action }) => action)).toEqual(['variables:set', 'variables:set', 'variables:set', 'variables:delete'])
  expect(JSON.stringify(audit)).not.toContain('west')
})

test('setting is idempotent, keeps tags that are not named, and takes every kind of JSON', async () => {
  const { ask } = await makeStage()
  const set = async (input: object) => (await ask(SET, { input })).data.setVariable
  expect(await set({ name: 'a', value: 1, tags: ['x', 'x'] })).toMatchObject({ created: true, variable: { value: 1, tags: ['x'] } })
  for (const value of [0, -1.5, '', 'text', true, null, [], {}, [1, [2, { a: null }]], '☃ 𝄞']) {
    expect(await set({ name: 'a', value }), JSON.stringify(value)).toMatchObject({ created: false, variable: { value, tags: ['x'] } })
  }
  expect(await set({ name: 'a', value: 1, tags: [] })).toMatchObject({ variable: { tags: [] } })
})

test('the list is by name, in pages, and found by name and tags', async () => {
  const { ask } = await makeStage()
  for (const [name, tags] of [
    ['b-1', ['x']],
    ['a_2', ['x', 'y']],
    ['c', []],
  ] as const)
    await ask(SET, { input: { name, value: name, tags } })
  const list = async (args: string) =>
    (await ask(`{ variables${args} { totalCount pageInfo { endCursor hasNextPage } nodes { name } } }`)).data.variables
  const names = ({ nodes }: { nodes: { name: string }[] }) => nodes.map(({ name }) => name)
  const first = await list('(first: 2)')
  expect([names(first), first.totalCount, first.pageInfo.hasNextPage]).toEqual([['a_2', 'b-1'], 3, true])
  expect(names(await list(`(first: 2, after: "${first.pageInfo.endCursor}")`))).toEqual(['c'])
  expect(names(await list('(last: 1)'))).toEqual(['c'])
  expect(names(await list('(filter: { name: { contains: "_" } })'))).toEqual(['a_2'])
  expect(names(await list('(filter: { tags: { any: ["y", "z"] } })'))).toEqual(['a_2'])
  expect(names(await list('(filter: { tags: { all: ["x"] }, name: { in: ["b-1", "c"] } })'))).toEqual(['b-1'])
})

test('names, values and tags that cannot be are refused with their place, and change nothing', async () => {
  const { ask } = await makeStage()
  const deep = Array.from({ length: 120 }).reduce<unknown>((inner) => [inner], 0)
  const bad: [Record<string, unknown>, string][] = [
    [{ name: '' }, 'name'],
    [{ name: 'Region' }, 'name'],
    [{ name: 'a b' }, 'name'],
    [{ name: 'a/b' }, 'name'],
    [{ name: 'ä' }, 'name'],
    [{ name: 'a\n' }, 'name'],
    [{ name: 'x'.repeat(256) }, 'name'],
    [{ name: "'; drop table variables; --" }, 'name'],
    [{ name: 'ok', value: 'x'.repeat(4_999) }, 'value'],
    [{ name: 'ok', value: 'a\u0000b' }, 'value'],
    [{ name: 'ok', value: '\ud800' }, 'value'],
    [{ name: 'ok', tags: [''] }, 'tags'],
    [{ name: 'ok', tags: Array.from({ length: 501 }, (_, n) => `t${n}`) }, 'tags'],
  ]
  for (const [input, place] of bad) {
    const answer = await ask(CREATE, { input: { value: 1, ...input } })
    const code = answer.errors?.[0]?.extensions.code ?? answer.data.createVariable.code
    expect(code, JSON.stringify(input).slice(0, 60)).toBe('BAD_USER_INPUT')
    if (answer.data?.createVariable) expect(answer.data.createVariable.issues[0].path[0], JSON.stringify(input).slice(0, 60)).toBe(place)
  }
  expect((await ask(CREATE, { input: { name: 'ok', value: deep } })).errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT')
  expect((await ask('{ variables { totalCount } }')).data.variables.totalCount).toBe(0)
  expect((await ask(CREATE, { input: { name: 'x'.repeat(255), value: 'x'.repeat(4_998) } })).data.createVariable.__typename).toBe(
    'CreateVariableSuccess',
  )
})

test('whoever listens to the workspace hears that variables have changed, once, also after coming back', async () => {
  const { ask, key } = await makeStage()
  const CHANGES = 'subscription ($since: String) { changes(topics: [VARIABLES, FLOW_RUNS], since: $since) { cursor reset topics } }'
  interface Message {
    cursor: string
    reset: boolean
    topics: string[]
  }
  const stream = await subscribe<Message>(key, CHANGES)
  const first = await stream.next()
  expect(first).toMatchObject({ reset: false, topics: [] })
  await ask(SET, { input: { name: 'a', value: 1 } })
  const second = await stream.until(({ topics }) => topics.length > 0)
  expect(second.topics).toEqual(['VARIABLES'])
  await stream.close()
  const again = await subscribe<Message>(key, CHANGES, { since: first.cursor })
  expect((await again.until(({ topics }) => topics.length > 0)).topics).toEqual(['VARIABLES'])
  await again.close()
  const stale = await subscribe<Message>(key, CHANGES, { since: 'nonsense' })
  expect((await stale.until(({ reset }) => reset)).topics).toEqual([])
  await stale.close()
})
