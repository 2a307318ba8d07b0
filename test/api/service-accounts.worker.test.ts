/** Keys of machines: service accounts, scopes, rotation; and what the audit says of it. */
import { expect, test } from 'vitest'
import { eventually, makeWorkspace, TestWorker } from '../support/engine-world.ts'
import { subscribe } from './subscribe.ts'
import { type Ask, askAs, CREATE as CREATE_RUN, makeStage } from './support.ts'

const CREATE_KEY = `mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { __typename
  ... on CreateApiKeySuccess { id key } ... on ValidationError { code issues { path message } } ... on Error { code path } } }`
const ROTATE = `mutation ($input: RotateApiKeyInput!) { rotateApiKey(input: $input) { __typename
  ... on RotateApiKeySuccess { key apiKey { uuid name role scopes serviceAccount { name } expiresAt } previous { uuid expiresAt } } ... on Error { code path message } } }`
const WHO = '{ viewer { actor permissions } }'

const makeKey = async (ask: Ask, input: object) => {
  const { data, errors } = await ask(CREATE_KEY, { input: { name: 'k', ...input } })
  expect(errors).toBeUndefined()
  return data.createApiKey as { id: string; key: string; __typename: string; issues: { path: string[] }[] }
}

test('a key with scopes may what they name and its role allows, and nothing else', async () => {
  const { ask } = await makeStage()
  const { key } = await makeKey(ask, { role: 'EDITOR', scopes: ['flow-runs:*', 'deployments:read'] })
  const scoped = askAs(key)
  const { permissions } = (await scoped(WHO)).data.viewer as { permissions: string[] }
  expect(permissions).toContain('flow-runs:create')
  expect(permissions).toContain('deployments:read')
  expect(permissions.filter((name) => !name.startsWith('flow-runs:') && name !== 'deployments:read')).toEqual([])
  expect((await scoped(CREATE_RUN, { input: { deploymentName: 'etl/nightly' } })).data.createFlowRun.__typename).toBe('CreateFlowRunSuccess')
  for (const refused of [
    '{ workPools { nodes { id } } }',
    '{ variables { nodes { id } } }',
    '{ events { nodes { id } } }',
    'mutation { setVariable(input: { name: "a", value: 1 }) { __typename } }',
  ]) {
    expect((await scoped(refused)).errors?.[0]?.extensions.code, refused).toBe('FORBIDDEN')
  }
  // Below a field that is allowed too.
  const below = await scoped('{ deployments { nodes { workPool { workers { name } } } } }')
  expect(below.errors?.[0]?.extensions.code).toBe('FORBIDDEN')
  const narrow = askAs((await makeKey(ask, { role: 'EDITOR', scopes: ['flow-runs:*'] })).key)
  for (const field of [
    'deployment { parameters }',
    'flow { name }',
    'workPool { name }',
    'taskRuns { nodes { id } }',
    'logs { nodes { message } }',
    'artifacts { id }',
  ]) {
    const answer = await narrow(`{ flowRuns { nodes { name ${field} } } }`)
    expect(answer.errors?.[0]?.extensions.code, field).toBe('FORBIDDEN')
    expect(JSON.stringify(answer.data ?? null), field).not.toContain('"parameters"')
  }
  // What it makes, it sees.
  expect((await narrow(CREATE_RUN, { input: { deploymentName: 'etl/nightly' } })).data.createFlowRun.flowRun.state.type).toBe('SCHEDULED')
})

test('scopes that nobody knows, or that the role has nothing of, are refused with their place', async () => {
  const { ask } = await makeStage()
  const bad: [object, string[]][] = [
    [{ role: 'VIEWER', scopes: ['flow-runs:read', 'rule:the-world'] }, ['scopes', '1']],
    [{ role: 'VIEWER', scopes: ['flow-runs:delete'] }, ['scopes', '0']],
    [{ role: 'VIEWER', scopes: ['*'] }, ['scopes', '0']],
    [{ role: 'VIEWER', scopes: ['flow:*'] }, ['scopes', '0']],
    [{ role: 'VIEWER', scopes: ['toString'] }, ['scopes', '0']],
    [{ role: 'VIEWER', scopes: [] }, ['scopes']],
    [{ role: 'VIEWER', scopes: Array.from({ length: 101 }, (_, n) => `a:${n}`) }, ['scopes']],
    [{}, ['role']],
  ]
  for (const [input, path] of bad) {
    const answer = await makeKey(ask, input)
    expect(answer, JSON.stringify(input).slice(0, 80)).toMatchObject({ __typename: 'ValidationError' })
    expect(answer.issues[0]?.path).toEqual(path)
  }
})

test('a key with scopes makes no key that may more than itself, and lets nobody in as an administrator', async () => {
  const { ask } = await makeStage()
  const { key, id } = await makeKey(ask, { role: 'ADMIN', scopes: ['api-keys:*', 'flow-runs:read', 'service-accounts:*', 'workspaces:*'] })
  const scoped = askAs(key)
  expect((await scoped(CREATE_KEY, { input: { name: 'x', role: 'ADMIN' } })).errors?.[0]?.extensions.code).toBe('FORBIDDEN')
  expect((await scoped(CREATE_KEY, { input: { name: 'x', role: 'VIEWER' } })).errors?.[0]?.extensions.code).toBe('FORBIDDEN')
  expect((await scoped('mutation { createServiceAccount(input: { name: "x", role: VIEWER }) { __typename } }')).errors?.[0]?.extensions.code).toBe(
    'FORBIDDEN',
  )
  expect((await scoped('mutation { createSignInLink(input: {}) { __typename } }')).errors?.[0]?.extensions.code).toBe('FORBIDDEN')
  const admin = (await ask('{ apiKeys { uuid name } }')).data.apiKeys.find(({ name }: { name: string }) => name === 'admin')
  expect((await scoped(ROTATE, { input: { id: admin.uuid } })).errors?.[0]?.extensions.code).toBe('FORBIDDEN')
  expect((await makeKey(scoped, { role: 'VIEWER', scopes: ['flow-runs:read'] })).__typename).toBe('CreateApiKeySuccess')
  expect((await scoped(ROTATE, { input: { id } })).data.rotateApiKey.__typename).toBe('RotateApiKeySuccess')
})

test('a service account has keys with its role; deeds bear its name; with it its keys end', async () => {
  const { ask } = await makeStage()
  const made = await ask(
    'mutation { createServiceAccount(input: { name: "deployer", description: "CI", role: EDITOR }) { ... on CreateServiceAccountSuccess { serviceAccount { id name role } } } }',
  )
  const { id } = made.data.createServiceAccount.serviceAccount as { id: string }
  expect(await makeKey(ask, { serviceAccountId: id, role: 'ADMIN' })).toMatchObject({ __typename: 'ValidationError', issues: [{ path: ['role'] }] })
  const { key } = await makeKey(ask, { serviceAccountId: id })
  const machine = askAs(key)
  expect((await machine(WHO)).data.viewer.actor).toBe('service account "deployer"')
  const run = await machine(CREATE_RUN, { input: { deploymentName: 'etl/nightly' } })
  expect((await ask('query ($id: ID!) { flowRun(id: $id) { createdBy } }', { id: run.data.createFlowRun.flowRun.id })).data.flowRun.createdBy).toBe(
    'service account "deployer"',
  )
  const renamed = await ask(
    'mutation ($id: ID!) { updateServiceAccount(input: { id: $id, name: "builder" }) { ... on UpdateServiceAccountSuccess { serviceAccount { name description } } } }',
    { id },
  )
  expect(renamed.data.updateServiceAccount.serviceAccount).toEqual({ name: 'builder', description: 'CI' })
  const list = await ask('{ serviceAccounts { totalCount nodes { name apiKeys { name role serviceAccount { name } } } } }')
  expect(list.data.serviceAccounts).toEqual({
    totalCount: 1,
    nodes: [{ name: 'builder', apiKeys: [{ name: 'k', role: 'EDITOR', serviceAccount: { name: 'builder' } }] }],
  })
  const stream = await subscribe<unknown>(key, 'subscription { flowRunsChanged { cursor } }')
  await stream.next()
  expect(
    (await ask('mutation ($id: ID!) { deleteServiceAccount(input: { id: $id }) { __typename } }', { id })).data.deleteServiceAccount.__typename,
  ).toBe('DeleteServiceAccountSuccess')
  await stream.ends()
  expect((await machine(WHO)).status).toBe(401)
  const again = await ask('mutation ($id: ID!) { deleteServiceAccount(input: { id: $id }) { __typename } }', { id })
  expect(again.data.deleteServiceAccount.__typename).toBe('NotFoundError')
})

test('a rotated key goes on working for its overlap, then it is refused and what it has open ends', async () => {
  const world = await makeWorkspace()
  const pool = await world.makePool()
  const ask = askAs((await world.makeKey('ADMIN')).text)
  const worker = await TestWorker.start(world, pool.name)
  const { data } = await ask(ROTATE, { input: { id: world.workerKey.id, overlap: 3_600 } })
  const { key, apiKey, previous } = data.rotateApiKey
  expect(apiKey).toMatchObject({ name: 'WORKER', role: 'WORKER', expiresAt: null })
  expect(Math.abs(Date.parse(previous.expiresAt) - Date.now() - 3_600_000)).toBeLessThan(60_000)
  for (const works of [key, world.workerKey.text]) expect((await askAs(works)(WHO)).status).toBe(200)
  // Another rotation, at once: it ends what is open.
  expect((await ask(ROTATE, { input: { id: world.workerKey.id, overlap: 0 } })).data.rotateApiKey.__typename).toBe('RotateApiKeySuccess')
  await eventually(async () => (await askAs(world.workerKey.text)(WHO)).status === 401)
  expect(await worker.isDismissed()).toMatchObject({ code: 'revoked', closeCode: 4401 })
  expect((await askAs(key)(WHO)).status).toBe(200)
  expect((await ask(ROTATE, { input: { id: world.workerKey.id } })).data.rotateApiKey).toMatchObject({ code: 'CONFLICT', path: ['id'] })
  expect((await ask(ROTATE, { input: { id: apiKey.uuid, overlap: 31 * 86_400 } })).data.rotateApiKey).toMatchObject({
    code: 'BAD_USER_INPUT',
    path: ['overlap'],
  })
})

test('the audit is read in pages, and found by who, what and to what', async () => {
  const { ask } = await makeStage()
  const { id } = await makeKey(ask, { role: 'VIEWER' })
  await ask('mutation ($id: ID!) { updateApiKey(input: { id: $id, name: "renamed" }) { __typename } }', { id })
  await ask('mutation { setVariable(input: { name: "a", value: 1 }) { __typename } }')
  const list = async (args: string) =>
    (await ask(`{ auditRows${args} { totalCount pageInfo { endCursor } nodes { id actor action subject subjectName details occurredAt } } }`)).data
      .auditRows
  const all = await list('')
  expect(all.nodes.map(({ action }: { action: string }) => action)).toEqual([
    ...['variables:set', 'api-keys:create', 'api-keys:create', 'deployments:save', 'work-pools:create'],
  ])
  expect(all.nodes[0]).toMatchObject({ actor: 'key "admin"', details: { name: 'a' } })
  // By name: as noted, or as it is now; of what is gone as the deed noted it before.
  expect(all.nodes.map(({ subjectName }: { subjectName: string }) => subjectName)).toEqual([
    ...['a', 'renamed', expect.any(String), expect.stringContaining('/'), expect.any(String)],
  ])
  const page = await list('(first: 2)')
  expect((await list(`(first: 10, after: "${page.pageInfo.endCursor}")`)).nodes).toHaveLength(3)
  expect((await list(`(filter: { subject: { equals: "${id}" } })`)).totalCount).toBe(2)
  expect((await list('(filter: { action: { in: ["variables:set"] }, actor: { contains: "ADMIN" } })')).totalCount).toBe(1)
  expect((await list('(filter: { occurredAt: { before: "2020-01-01T00:00:00Z" } })')).totalCount).toBe(0)
  expect((await ask('query ($id: ID!) { node(id: $id) { ... on AuditRow { action } } }', { id: all.nodes[0].id })).data.node).toEqual({
    action: 'variables:set',
  })
  const { variables } = (await ask('{ variables { nodes { id } } }')).data
  await ask('mutation ($id: ID!) { deleteVariable(input: { id: $id }) { __typename } }', { id: variables.nodes[0].id })
  expect((await list('(first: 1)')).nodes[0]).toMatchObject({ action: 'variables:delete', subjectName: 'a' })
})
