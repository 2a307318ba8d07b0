/** Credentials that end: what was let in with them is refused at once, and what is open is closed. */
import { runDurableObjectAlarm } from 'cloudflare:test'
import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { mintSignInToken } from '../../../api/auth/mint-sign-in-token.ts'
import { workPoolOf } from '../../../api/coordinators.ts'
import { newId } from '../../../core/ids.ts'
import { connect as connectRecord, CredentialEnded } from '../../../db/client.ts'
import { findWorkspace } from '../../../db/queries/workspaces/find-workspace.ts'
import { env, eventually, makeWorkspace, postReports, query, TestWorker } from '../../support/engine-world.ts'
import { subscribe } from '../subscribe.ts'
import { askAs, askWith, bindings, makeStage, send } from '../support.ts'

const WHO = '{ viewer { actor workspace { uuid } } }'
/** Needs nothing of the record. */
const NAME_ONLY = '{ viewer { actor } }'
const LIVE = 'subscription { flowRunsChanged { cursor } }'
const REVOKE = 'mutation ($id: ID!) { revokeApiKey(input: { id: $id }) { __typename } }'

async function signIn(workspaceId: string): Promise<{ cookie: string }> {
  const token = await mintSignInToken(bindings.TOKEN_SECRET, { workspaceId, userId: newId(), name: 'ann', role: 'ADMIN' }, Date.now() + 60_000)
  const answer = await send(`/sign-in?token=${token}`)
  return { cookie: (answer.headers.get('set-cookie') as string).split(';')[0] as string }
}

test('whoever signs out ends the session: a copy of its cookie opens nothing, and its stream ends', async () => {
  const { workspaceId } = await makeStage()
  const [session, other] = [await signIn(workspaceId), await signIn(workspaceId)]
  expect((await askWith(session)(WHO)).data.viewer.actor).toBe('user "ann"')
  const stream = await subscribe<unknown>(session, LIVE)
  await stream.next()
  expect((await send('/sign-out', { method: 'POST', headers: session })).status).toBe(204)
  for (const document of [WHO, NAME_ONLY]) {
    const refused = await askWith(session)(document)
    expect(refused).toMatchObject({ status: 401, errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] })
    expect(refused.data?.viewer).toBeUndefined()
  }
  await stream.ends()
  expect((await askWith(other)(WHO)).status).toBe(200)
  expect((await send('/sign-out', { method: 'POST', headers: session })).status).toBe(204)
})

test('a revoked key is refused by the very next request, whatever it asks, and its streams end', async () => {
  const world = await makeWorkspace()
  const admin = await world.makeKey('ADMIN')
  const [ask, revoked] = [askAs(admin.text), askAs(world.viewerKey.text)]
  const stream = await subscribe<unknown>(world.viewerKey.text, LIVE)
  await stream.next()
  expect((await revoked(WHO)).status).toBe(200)
  await ask(REVOKE, { id: world.viewerKey.id })
  for (const document of [WHO, NAME_ONLY, '{ flowRuns { nodes { id } } }', '{ __schema { queryType { name } } }']) {
    const refused = await revoked(document)
    expect(refused, document).toMatchObject({ status: 401, errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] })
    expect(refused.data?.viewer ?? refused.data?.__schema ?? refused.data?.flowRuns, document).toBeUndefined()
  }
  await stream.ends()
})

test('reports of a revoked or expired key are refused, though it was used a moment ago', async () => {
  const world = await makeWorkspace()
  const report = () =>
    postReports(world.workerKey.text, { protocol: 1, sentAt: Date.now(), sessionId: newId(), reports: [], holderFacts: [] }).then(
      ({ status }) => status,
    )
  expect(await report()).not.toBe(401)
  await query(sql`update api_keys set expires_at = now() where id = ${world.workerKey.id}::uuid`)
  expect(await report()).toBe(401)
  await query(sql`update api_keys set expires_at = null, revoked_at = now() where id = ${world.workerKey.id}::uuid`)
  expect(await report()).toBe(401)
})

test("an expired key is refused at once; its streams and its workers' sockets end when it does", async () => {
  const world = await makeWorkspace()
  const pool = await world.makePool()
  // Long enough to connect with, on a busy machine too.
  const expiresAt = Date.now() + 3_000
  await query(sql`update api_keys set expires_at = ${new Date(expiresAt).toISOString()}::timestamptz where workspace_id = ${world.workspaceId}`)
  const [stream, worker] = await Promise.all([subscribe<unknown>(world.viewerKey.text, LIVE), TestWorker.start(world, pool.name)])
  await stream.ends()
  await runDurableObjectAlarm(workPoolOf(env, world.workspaceId, pool.id) as never)
  expect(await worker.isDismissed()).toMatchObject({ code: 'revoked', closeCode: 4401 })
  expect((await askAs(world.viewerKey.text)(WHO)).status).toBe(401)
})

test('when a key was last used is noted, without anybody waiting for it', async () => {
  const world = await makeWorkspace()
  const admin = await world.makeKey('ADMIN')
  const ask = askAs(admin.text)
  const USED = '{ apiKeys { uuid lastUsedAt } }'
  const used = async () =>
    ((await ask(USED)).data.apiKeys as { uuid: string; lastUsedAt: string | null }[]).find(({ uuid }) => uuid === admin.id)?.lastUsedAt
  const at = await eventually(async () => (await used()) ?? undefined)
  expect(Math.abs(Date.parse(at) - Date.now())).toBeLessThan(60_000)
  expect(await used()).toBe(at)
})

test('the database refuses every batch of a credential that does not hold, in its own workspace only', async () => {
  const [mine, theirs] = [await makeWorkspace(), await makeWorkspace()]
  const record = connectRecord({
    url: bindings.DATABASE_URL,
    fetch: ((input: RequestInfo, init?: RequestInit) => bindings.SQL!.fetch(input, init)) as typeof fetch,
  })
  const read = (workspaceId: string, credential: { apiKeyId: string } | { sessionId: string }) =>
    record.inWorkspace(workspaceId, credential).run(findWorkspace())
  expect((await read(mine.workspaceId, { apiKeyId: mine.viewerKey.id }))?.id).toBe(mine.workspaceId)
  const refused = [{ apiKeyId: theirs.viewerKey.id }, { apiKeyId: newId() }, { sessionId: newId() }, { sessionId: mine.viewerKey.id }]
  for (const credential of refused) await expect(read(mine.workspaceId, credential)).rejects.toBeInstanceOf(CredentialEnded)
})
