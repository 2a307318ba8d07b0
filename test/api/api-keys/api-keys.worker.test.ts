import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { sqlStatement, systemStatement } from '../../../db/statement.ts'
import { connect, makeWorkspace, query, TestWorker } from '../../support/engine-world.ts'
import { subscribe } from '../subscribe.ts'
import { askAs, makeKey, makeStage, system } from '../support.ts'

test('a key works at once, is stored as a hash only, and is noted in the audit', async () => {
  const { ask, workspaceId } = await makeStage()
  const { data } = await ask('mutation { createApiKey(input: { name: "ci", role: VIEWER }) { ... on CreateApiKeySuccess { id name key } } }')
  const { id, key } = data.createApiKey as { id: string; key: string }
  expect(key).toMatch(/^weir_test_[0-9a-f]{32}_[A-Za-z0-9_-]{43}$/)
  expect((await askAs(key)('{ viewer { actor } }')).data.viewer.actor).toBe('key "ci"')
  const rows = (statement: ReturnType<typeof sql>) =>
    system.run(
      systemStatement(
        sqlStatement(
          () => statement,
          (found: Record<string, unknown>[]) => found,
        ),
      ),
    )
  const [row] = await rows(sql`select * from api_keys where id = ${id}::uuid`)
  expect(JSON.stringify(row)).not.toContain(key.slice(-43))
  const [audit] = await rows(sql`select actor, action, subject from audit_rows where workspace_id = ${workspaceId}::uuid order by id desc limit 1`)
  expect(audit).toEqual({ actor: 'key "admin"', action: 'api-keys:create', subject: id })
})

test('a key that would be of no use is refused', async () => {
  const { ask } = await makeStage()
  const make = async (input: string) =>
    (await ask(`mutation { createApiKey(input: { ${input} }) { __typename ... on Error { path } } }`)).data.createApiKey
  expect(await make('name: "", role: ADMIN')).toEqual({ __typename: 'ValidationError', path: ['name'] })
  expect(await make('name: "a/b", role: ADMIN')).toEqual({ __typename: 'ValidationError', path: ['name'] })
  expect(await make('name: "x", role: ADMIN, expiresAt: "2020-01-01T00:00:00Z"')).toEqual({ __typename: 'ValidationError', path: ['expiresAt'] })
})

const KEYS = '{ apiKeys { id uuid name prefix role scopes serviceAccount { name } createdAt createdBy lastUsedAt expiresAt revokedAt } }'

test('administrators see every key of their workspace, and no secret', async () => {
  const { ask } = await makeStage()
  const { data } = await ask(
    'mutation { createApiKey(input: { name: "ci", role: WORKER, expiresAt: "2099-01-01T00:00:00Z" }) { ... on CreateApiKeySuccess { id key } } }',
  )
  const { id, key } = data.createApiKey as { id: string; key: string }
  const [newest, first, ...more] = (await ask(KEYS)).data.apiKeys
  expect(more).toEqual([])
  expect(newest).toMatchObject({
    ...{ uuid: id, name: 'ci', role: 'WORKER', createdBy: 'key "admin"', revokedAt: null },
    expiresAt: '2099-01-01T00:00:00.000000Z',
    prefix: key.slice(0, key.lastIndexOf('_', key.length - 44)),
  })
  expect(first).toMatchObject({ name: 'admin', role: 'ADMIN', expiresAt: null })
  expect((await ask(`{ node(id: "${newest.id}") { ... on ApiKey { name } } }`)).data.node).toEqual({ name: 'ci' })
  expect((await ask('{ __type(name: "ApiKey") { fields { name } } }')).data.__type.fields.map(({ name }: { name: string }) => name).sort()).toEqual(
    [...Object.keys(newest)].sort(),
  )
})

const REVOKE =
  'mutation ($id: ID!) { revokeApiKey(input: { id: $id }) { __typename ... on RevokeApiKeySuccess { apiKey { revokedAt } } ... on Error { code path } } }'

test('a revoked key closes the sockets that it opened in every pool at once, and opens none again', async () => {
  const world = await makeWorkspace()
  const pools = [await world.makePool(), await world.makePool()]
  const workers = await Promise.all(pools.map(({ name }) => TestWorker.start(world, name)))
  const admin = await world.makeKey('ADMIN')
  const ask = askAs(admin.text)
  const { data } = await ask(REVOKE, { id: world.workerKey.id })
  expect(data.revokeApiKey.apiKey.revokedAt).toMatch(/Z$/)
  for (const worker of workers) expect(await worker.isDismissed()).toMatchObject({ code: 'revoked', retry: false, closeCode: 4401 })
  const again = await connect(pools[0]?.name as string, { authorization: `Bearer ${world.workerKey.text}` })
  expect(again.status).toBe(401)
  // Again is no error, changes nothing and is not noted twice.
  expect((await ask(REVOKE, { id: world.workerKey.id })).data).toEqual(data)
  expect(await query(sql`select actor, action, subject from audit_rows where workspace_id = ${world.workspaceId}`)).toEqual([
    { actor: 'key "ADMIN"', action: 'api-keys:revoke', subject: world.workerKey.id },
  ])
})

test('a key that ends itself, by revocation or by rotation, is answered, and what it has open is closed', async () => {
  const { ask } = await makeStage()
  const make = async () =>
    (await ask('mutation { createApiKey(input: { name: "own", role: ADMIN }) { ... on CreateApiKeySuccess { key apiKey { id name } } } }')).data
      .createApiKey as { key: string; apiKey: { id: string; name: string } }
  const listen = async (key: string) => {
    const stream = await subscribe<unknown>(key, 'subscription { flowRunsChanged { cursor } }')
    await stream.next()
    return stream
  }
  const first = await make()
  expect(first.apiKey.name).toBe('own')
  const open = await listen(first.key)
  const revoked = await askAs(first.key)(REVOKE, { id: first.apiKey.id })
  expect(revoked.data.revokeApiKey.apiKey.revokedAt).toMatch(/Z$/)
  await open.ends()
  const second = await make()
  const stillOpen = await listen(second.key)
  const rotated = await askAs(second.key)(
    `mutation ($id: ID!) { rotateApiKey(input: { id: $id, overlap: 0 }) {
      ... on RotateApiKeySuccess { key apiKey { uuid name } previous { uuid expiresAt } } } }`,
    { id: second.apiKey.id },
  )
  const { key, apiKey, previous } = rotated.data.rotateApiKey
  expect(apiKey.name).toBe('own')
  expect(previous.expiresAt).toMatch(/Z$/)
  expect((await askAs(key)('{ viewer { actor } }')).data.viewer.actor).toBe('key "own"')
  await stillOpen.ends()
  const noted = await ask(
    'query ($uuids: [String!]) { auditRows(first: 2, filter: { subject: { in: $uuids } }) { nodes { action subject details } } }',
    {
      uuids: [apiKey.uuid, previous.uuid],
    },
  )
  expect(noted.data.auditRows.nodes).toEqual([
    { action: 'api-keys:revoke', subject: previous.uuid, details: { name: 'own', replacedBy: apiKey.uuid } },
    { action: 'api-keys:create', subject: apiKey.uuid, details: { name: 'own', replaces: previous.uuid } },
  ])
})

test('a key of another workspace cannot be revoked, nor one that is not there', async () => {
  const world = await makeWorkspace()
  const ask = askAs(await makeKey((await makeWorkspace()).workspaceId))
  expect((await ask(REVOKE, { id: world.workerKey.id })).data.revokeApiKey).toEqual({ __typename: 'NotFoundError', code: 'NOT_FOUND', path: ['id'] })
  expect((await ask(REVOKE, { id: 'x' })).data.revokeApiKey).toEqual({ __typename: 'ValidationError', code: 'BAD_USER_INPUT', path: ['id'] })
  expect(await query(sql`select 1 from api_keys where workspace_id = ${world.workspaceId} and revoked_at is not null`)).toEqual([])
})
