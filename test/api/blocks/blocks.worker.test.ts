import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { mintRunToken } from '../../../api/auth/mint-run-token.ts'
import { sealerOf } from '../../../api/blocks/sealer.ts'
import { coordinatorsOf } from '../../../api/context.ts'
import { makeLog } from '../../../api/log.ts'
import { sweep } from '../../../api/maintenance/run-maintenance.ts'
import { sealBlocksAnew } from '../../../api/maintenance/seal-blocks-anew.ts'
import { newId } from '../../../core/ids.ts'
import { TIMINGS } from '../../../core/timings.ts'
import { query } from '../../support/engine-world.ts'
import { type Ask, askAs, bindings, CREATE, makeStage, makeWorkspace, system } from '../support.ts'

const SAVE = `mutation ($input: SaveBlockInput!) { saveBlock(input: $input) { __typename
  ... on SaveBlockSuccess { created block { id uuid fullName data updatedAt } } ... on ValidationError { code issues { path message } } ... on Error { code path message } } }`
const UPDATE = `mutation ($input: UpdateBlockInput!) { updateBlock(input: $input) { __typename
  ... on UpdateBlockSuccess { block { fullName data } } ... on ValidationError { code issues { path message } } ... on Error { code path message } } }`
const CREATE_BLOCK = `mutation ($input: CreateBlockInput!) { createBlock(input: $input) { __typename
  ... on CreateBlockSuccess { block { id data } } ... on Error { code path message } } }`
const REGISTER = `mutation ($input: RegisterBlockTypeInput!) { registerBlockType(input: $input) { __typename
  ... on RegisterBlockTypeSuccess { created blockType { id slug secretFields isBuiltIn } } ... on ValidationError { code issues { path message } } ... on Error { code path } } }`
const REVEAL = `mutation ($name: String!) { revealBlock(input: { name: $name }) { __typename
  ... on RevealBlockSuccess { name data secretPlaces } ... on Error { code path message hint } } }`

/** Longer than anything else that an answer says. */
const CANARY = 'canary-7f3a-hunter2-Zm9v'

const warehouse = {
  slug: 'warehouse',
  name: 'Warehouse',
  schema: {
    type: 'object',
    properties: {
      host: { type: 'string' },
      password: { type: 'string', minLength: 10, writeOnly: true },
      tokens: { type: 'array', items: { type: 'string', writeOnly: true } },
      note: { type: 'string' },
    },
    required: ['host', 'password'],
    additionalProperties: false,
  },
}

/** A stage with the type, and a run's own way of asking. */
async function makeBlockStage() {
  const stage = await makeStage()
  const run = (await stage.ask(CREATE, { input: { deploymentName: 'etl/nightly' } })).data.createFlowRun.flowRun as { uuid: string }
  const runner = async (epoch = 1): Promise<Ask> =>
    askAs(await mintRunToken(bindings.TOKEN_SECRET, TIMINGS, { workspaceId: stage.workspaceId, flowRunId: run.uuid, epoch, now: Date.now() }))
  await stage.ask(REGISTER, { input: warehouse })
  const rows = () =>
    query<{ id: string; data: object; sealed: Record<string, string>; key_ids: string[]; revision: number }>(
      sql`select id, data, sealed, key_ids, revision from blocks where workspace_id = ${stage.workspaceId}::uuid order by name`,
    )
  return { ...stage, run, runner, rows }
}

test('people see asterisks, runs see the secret; the record, its audit and every answer have it sealed', async () => {
  const { ask, runner, workspaceId, rows } = await makeBlockStage()
  const data = { host: 'db', password: CANARY, tokens: [`${CANARY}-1`, `${CANARY}-2`] }
  const hidden = { host: 'db', password: '********', tokens: ['********', '********'] }
  const made = await ask(SAVE, { input: { type: 'warehouse', name: 'main', data } })
  expect(made.data.saveBlock).toMatchObject({ created: true, block: { fullName: 'warehouse/main', data: hidden } })
  const { id, uuid } = made.data.saveBlock.block as { id: string; uuid: string }
  const read = await ask(
    `query ($id: ID!, $uuid: ID!) { a: block(id: $id) { data } b: block(id: $uuid) { data } c: block(name: "warehouse/main") { data type { slug secretFields } }
      d: block(name: "warehouse/none") { data } node(id: $id) { ... on Block { data } } blocks(filter: { type: { equals: "warehouse" } }) { totalCount nodes { data } }
      blockTypes { slug isBuiltIn } auditRows { nodes { action actor subject details } } }`,
    { id, uuid },
  )
  expect(read.data).toMatchObject({
    a: { data: hidden },
    b: { data: hidden },
    c: { data: hidden, type: { slug: 'warehouse', secretFields: ['password', 'tokens.*'] } },
    d: null,
    node: { data: hidden },
    blocks: { totalCount: 1, nodes: [{ data: hidden }] },
    blockTypes: [
      { slug: 'secret', isBuiltIn: true },
      { slug: 'warehouse', isBuiltIn: false },
    ],
  })
  const asRun = await runner()
  expect((await asRun('{ block(name: "warehouse/main") { data } }')).data.block.data).toEqual(hidden)
  expect((await asRun(REVEAL, { name: 'warehouse/main' })).data.revealBlock).toMatchObject({
    name: 'warehouse/main',
    data,
    secretPlaces: ['/password', '/tokens/0', '/tokens/1'],
  })
  expect((await asRun(REVEAL, { name: 'warehouse/none' })).data.revealBlock).toMatchObject({ code: 'NOT_FOUND', path: ['name'] })
  // An administrator's own key does not, and is told what does.
  expect((await ask(REVEAL, { name: 'warehouse/main' })).errors?.[0]).toMatchObject({ extensions: { code: 'FORBIDDEN' } })
  const [row] = await rows()
  expect(row).toMatchObject({ data: hidden, key_ids: [await sealerOf(bindings.SECRETS_KEY).keyId()] })
  expect(Object.keys(row?.sealed ?? {}).sort()).toEqual(['/password', '/tokens/0', '/tokens/1'])
  const audit = await query<{ actor: string; action: string; details: object }>(
    sql`select actor, action, details from audit_rows where workspace_id = ${workspaceId}::uuid and action like 'block%' order by id`,
  )
  expect(audit.map(({ action }) => action)).toEqual(['block-types:register', 'blocks:save', 'blocks:reveal'])
  expect(audit[2]).toMatchObject({ actor: expect.stringMatching(/^run /), details: { block: 'warehouse/main' } })
  for (const told of [made, read, rows, row, audit]) expect(JSON.stringify(told) ?? '').not.toContain(CANARY)
})

test('what is shown can be given back: it keeps the secret that is there, and the same again changes nothing', async () => {
  const { ask, runner, rows } = await makeBlockStage()
  const save = async (data: object) => (await ask(SAVE, { input: { type: 'warehouse', name: 'main', data } })).data.saveBlock
  const first = await save({ host: 'db', password: CANARY })
  const [before] = await rows()
  expect(await save({ host: 'db', password: CANARY })).toMatchObject({ created: false, block: { updatedAt: first.block.updatedAt } })
  expect((await rows())[0]).toEqual(before)
  expect(await save({ host: 'other', password: '********' })).toMatchObject({
    created: false,
    block: { data: { host: 'other', password: '********' } },
  })
  const asRun = await runner()
  expect((await asRun(REVEAL, { name: 'warehouse/main' })).data.revealBlock.data).toEqual({ host: 'other', password: CANARY })
  const { id } = first.block as { id: string }
  expect((await ask(UPDATE, { input: { id, name: 'renamed' } })).data.updateBlock).toMatchObject({ block: { fullName: 'warehouse/renamed' } })
  expect((await asRun(REVEAL, { name: 'warehouse/renamed' })).data.revealBlock.data).toMatchObject({ password: CANARY })
  expect((await ask(UPDATE, { input: { id, data: { host: 'db', password: 'another one' } } })).data.updateBlock.__typename).toBe('UpdateBlockSuccess')
  expect((await asRun(REVEAL, { name: 'warehouse/renamed' })).data.revealBlock.data).toMatchObject({ password: 'another one' })
  expect(await save({ host: 'new', password: '********' })).toMatchObject({ code: 'BAD_USER_INPUT', issues: [{ path: ['data', 'password'] }] })
  expect((await ask(UPDATE, { input: { id: newId(), name: 'x' } })).data.updateBlock).toMatchObject({ code: 'NOT_FOUND' })
})

test('a mistake is told with its place, and never with the secret', async () => {
  const { ask } = await makeBlockStage()
  const short = 'canary-2b'
  const cases: [unknown, string[]][] = [
    [{ host: 'db', password: short }, ['data', 'password']],
    [{ host: 1, password: CANARY }, ['data', 'host']],
    [{ host: 'db' }, ['data', 'password']],
    [{ host: 'db', password: { nested: CANARY } }, ['data', 'password']],
    [{ host: 'db', password: CANARY, other: 1 }, ['data', 'other']],
    // In place of the list that would have secrets in it.
    [{ host: 'db', password: 'long enough', tokens: CANARY }, ['data', 'tokens']],
    [{ host: 'db', password: 'long enough', tokens: { first: CANARY } }, ['data', 'tokens']],
    [[CANARY], ['data']],
  ]
  for (const [data, path] of cases) {
    const answer = await ask(SAVE, { input: { type: 'warehouse', name: 'main', data } })
    expect(answer.data.saveBlock, JSON.stringify(data)).toMatchObject({ code: 'BAD_USER_INPUT', issues: [{ path }] })
    expect(JSON.stringify(answer)).not.toMatch(/canary-(7f3a|2b)/)
  }
  for (const [input, code] of [
    [{ type: 'nothing', name: 'main', data: {} }, 'NOT_FOUND'],
    [{ type: 'warehouse', name: 'Main', data: { host: 'db', password: CANARY } }, 'BAD_USER_INPUT'],
    [{ type: 'warehouse', name: 'main', data: { host: 'x'.repeat(70_000), password: CANARY } }, 'BAD_USER_INPUT'],
  ] as const) {
    expect((await ask(SAVE, { input })).data.saveBlock.code).toBe(code)
  }
  expect((await ask('{ blocks { totalCount } }')).data.blocks.totalCount).toBe(0)
  const twice = { type: 'secret', name: 'one', data: { value: CANARY }, idempotencyKey: 'k' }
  const made = (await ask(CREATE_BLOCK, { input: twice })).data.createBlock
  expect((await ask(CREATE_BLOCK, { input: twice })).data.createBlock).toEqual(made)
  expect((await ask(CREATE_BLOCK, { input: { ...twice, idempotencyKey: 'other' } })).data.createBlock).toMatchObject({
    code: 'CONFLICT',
    path: ['name'],
  })
})

test('a sealed value that was changed, or moved to another field, block or workspace, does not open', async () => {
  const { ask, runner, workspaceId, rows } = await makeBlockStage()
  for (const name of ['a', 'b'])
    await ask(SAVE, { input: { type: 'warehouse', name, data: { host: 'db', password: `${CANARY}-${name}`, tokens: ['token'] } } })
  const [a, b] = await rows()
  const asRun = await runner()
  const write = (sealed: object) =>
    query(sql`update blocks set sealed = ${JSON.stringify(sealed)}::jsonb where workspace_id = ${workspaceId}::uuid and name = 'a'`)
  const [form, key, nonce, content] = (a?.sealed['/password'] ?? '').split('.') as [string, string, string, string]
  const flipped = `${content[0] === 'A' ? 'B' : 'A'}${content.slice(1)}`
  for (const password of [
    b?.sealed['/password'],
    a?.sealed['/tokens/0'],
    [form, key, nonce, flipped].join('.'),
    [form, 'deadbeef', nonce, content].join('.'),
    [form, key, nonce, ''].join('.'),
    'nonsense',
  ]) {
    await write({ ...a?.sealed, '/password': password })
    const { revealBlock } = (await asRun(REVEAL, { name: 'warehouse/a' })).data
    expect(revealBlock, password).toMatchObject({ code: 'CONFLICT', message: expect.stringContaining('"password" of block "warehouse/a"') })
  }
  await write(a?.sealed ?? {})
  expect((await asRun(REVEAL, { name: 'warehouse/a' })).data.revealBlock.data.password).toBe(`${CANARY}-a`)
  const sealer = sealerOf(bindings.SECRETS_KEY)
  const place = ['block', workspaceId, a?.id as string, '/password']
  expect(JSON.parse(await sealer.open(a?.sealed['/password'] as string, place))).toBe(`${CANARY}-a`)
  await expect(sealer.open(a?.sealed['/password'] as string, ['block', await makeWorkspace(), ...place.slice(2)])).rejects.toThrow()
})

test('a key that was replaced still opens; one that is gone is named; the first one seals', async () => {
  const [first, second] = [9, 10].map((byte) => btoa(String.fromCharCode(byte).repeat(32)).replace('=', '')) as [string, string]
  const place = ['block', 'w', 'b', '/password']
  const old = await sealerOf(first).seal(CANARY, place)
  const both = sealerOf(`${second},${first}`)
  expect(await both.open(old, place)).toBe(CANARY)
  const anew = await both.seal(CANARY, place)
  expect(anew.split('.')[1]).toBe(await sealerOf(second).keyId())
  await expect(sealerOf(first).open(anew, place)).rejects.toThrow(await sealerOf(second).keyId())
  expect(await both.seal(CANARY, place)).not.toBe(anew)
  // The sweep gives what it can open the present key, and leaves the rest.
  const { ask, runner, rows } = await makeBlockStage()
  await ask(SAVE, { input: { type: 'secret', name: 'token', data: { value: CANARY } } })
  const quiet = makeLog({}, () => {})
  const sweepWith = (keys: string) =>
    sweep(
      {
        db: system,
        coordinators: coordinatorsOf(bindings, TIMINGS, quiet, () => {}),
        timings: TIMINGS,
        log: quiet,
        newId,
        sealer: sealerOf(keys),
        retentionDays: null,
        now: Date.now(),
      },
      [sealBlocksAnew],
    )
  const [before] = await rows()
  await sweepWith(second)
  expect(await rows()).toEqual([before])
  await sweepWith(`${second},${first}`)
  const [after] = await rows()
  expect(after?.key_ids).toEqual([await sealerOf(second).keyId()])
  expect((await (await runner())(REVEAL, { name: 'secret/token' })).data.revealBlock).toMatchObject({ code: 'CONFLICT' })
  await sweepWith(`${first},${second}`)
  expect((await (await runner())(REVEAL, { name: 'secret/token' })).data.revealBlock.data).toEqual({ value: CANARY })
  await expect(sealerOf('').seal(CANARY, place)).rejects.toMatchObject({ code: 'NOT_READY' })
  await expect(sealerOf('short').seal(CANARY, place)).rejects.toMatchObject({ code: 'NOT_READY' })
})

test('a type that makes a field secret seals what is there, and one that makes it public shows nothing', async () => {
  const { ask, runner, rows } = await makeBlockStage()
  const schema = (secret: string[]) => ({
    type: 'object',
    properties: Object.fromEntries(['user', 'pass'].map((name) => [name, { type: 'string', writeOnly: secret.includes(name) }])),
  })
  const register = (secret: string[]) => ask(REGISTER, { input: { slug: 'login', schema: schema(secret) } })
  expect((await register(['pass'])).data.registerBlockType).toMatchObject({ created: true, blockType: { secretFields: ['pass'] } })
  const made = (await ask(SAVE, { input: { type: 'login', name: 'a', data: { user: `${CANARY}-user`, pass: CANARY } } })).data.saveBlock
  expect(made.block.data).toEqual({ user: `${CANARY}-user`, pass: '********' })
  expect((await register(['user', 'pass'])).data.registerBlockType.created).toBe(false)
  expect(JSON.stringify(await rows())).not.toContain(CANARY)
  await register([])
  const { id } = made.block as { id: string }
  const kept = { user: '********', pass: '********' }
  expect((await ask(UPDATE, { input: { id, data: kept } })).data.updateBlock).toMatchObject({ block: { data: kept } })
  expect((await (await runner())(REVEAL, { name: 'login/a' })).data.revealBlock.data).toEqual({ user: `${CANARY}-user`, pass: CANARY })
  const inTheWay = await ask('mutation ($id: ID!) { deleteBlockType(input: { id: $id }) { ... on Error { code message } } }', {
    id: (await ask('{ blockType(slug: "login") { id } }')).data.blockType.id,
  })
  expect(inTheWay.data.deleteBlockType).toMatchObject({ code: 'CONFLICT', message: expect.stringContaining('1 block is of this type') })
})

test('a type whose secrets could not be found in every block is refused, with the place', async () => {
  const { ask } = await makeBlockStage()
  const secret = { type: 'string', writeOnly: true }
  for (const schema of [
    { type: 'object', writeOnly: true },
    { type: 'object', not: { properties: { a: secret } } },
    { type: 'object', properties: { a: { $ref: 'https://example.com/schema' } } },
    { type: 'object', properties: { a: { $ref: '#/$defs/none' } } },
    { type: 'object', unevaluatedProperties: secret },
    { type: 'string' },
    true,
  ]) {
    const { registerBlockType } = (await ask(REGISTER, { input: { slug: 'odd', schema } })).data
    expect(registerBlockType, JSON.stringify(schema)).toMatchObject({ code: 'BAD_USER_INPUT', issues: [{ path: ['schema'] }] })
  }
  expect((await ask(REGISTER, { input: { ...warehouse, slug: 'secret' } })).data.registerBlockType).toMatchObject({ issues: [{ path: ['slug'] }] })
})

test('a run reads secrets under its present epoch, and a key when its scopes name it', async () => {
  const { ask, runner } = await makeBlockStage()
  await ask(SAVE, { input: { type: 'secret', name: 'token', data: { value: CANARY } } })
  expect((await (await runner(2))(REVEAL, { name: 'secret/token' })).errors?.[0]?.extensions.code).toBe('FORBIDDEN')
  const makeKey = async (role: string, scopes: string[] | null) =>
    (
      await ask(
        `mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { ... on CreateApiKeySuccess { key } ... on ValidationError { issues { path } } } }`,
        { input: { name: newId(), role, scopes } },
      )
    ).data.createApiKey
  expect(await makeKey('VIEWER', ['blocks:reveal'])).toMatchObject({ issues: [{ path: ['scopes', '0'] }] })
  for (const [scopes, isAllowed] of [
    [['blocks:reveal'], true],
    [['blocks:*'], false],
    [null, false],
  ] as const) {
    const { key } = await makeKey('EDITOR', scopes as string[] | null)
    const answer = await askAs(key)(REVEAL, { name: 'secret/token' })
    expect(answer.data?.revealBlock.data ?? answer.errors?.[0]?.extensions.code, String(scopes)).toEqual(isAllowed ? { value: CANARY } : 'FORBIDDEN')
  }
})

test('parameters may refer to variables and blocks: the rest is judged now, what they stand for by the runner, and the record keeps the reference', async () => {
  const { ask } = await makeStage({
    type: 'object',
    properties: {
      day: { type: 'string', format: 'date' },
      port: { type: 'integer', minimum: 1 },
      pair: { anyOf: [{ type: 'array', items: { type: 'integer' } }] },
    },
    required: ['day', 'port'],
    additionalProperties: false,
  })
  const create = async (parameters: object) => (await ask(CREATE, { input: { deploymentName: 'etl/nightly', parameters } })).data.createFlowRun
  const references = { day: { $variable: 'day' }, port: { $block: 'warehouse/main.port' }, pair: [1, { $variable: 'second' }] }
  expect(await create(references)).toMatchObject({ flowRun: { parameters: references } })
  for (const [parameters, path] of [
    [{ day: { $variable: 'day' } }, ['parameters', 'port']],
    [{ day: { $variable: 'day' }, port: 0 }, ['parameters', 'port']],
    [{ ...references, other: { $variable: 'x' } }, ['parameters', 'other']],
    [{ ...references, port: { $block: 'warehouse' } }, ['parameters', 'port']],
    [{ ...references, day: { $variable: 'day', more: 1 } }, ['parameters', 'day']],
  ] as const)
    expect(await create(parameters), JSON.stringify(parameters)).toMatchObject({ __typename: 'ValidationError', issues: [{ path }] })
})
