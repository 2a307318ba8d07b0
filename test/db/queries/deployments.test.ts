import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '../../../core/ids.ts'
import type { Db } from '../../../db/client.ts'
import { findApiKey, findApiKeys, insertApiKey, listApiKeys, revokeApiKey } from '../../../db/queries/api-keys/api-keys.ts'
import {
  countDeployments,
  findDeploymentByName,
  findDeploymentVersions,
  findDeployments,
  listDeployments,
  listDeploymentsOfFlow,
  listDeploymentVersions,
} from '../../../db/queries/deployments/find-deployments.ts'
import { saveDeployment } from '../../../db/queries/deployments/save-deployment.ts'
import { findFlows } from '../../../db/queries/flows/find-flows.ts'
import { useSignInToken } from '../../../db/queries/sign-in-tokens/use-sign-in-token.ts'
import { createWorkPool } from '../../../db/queries/work-pools/create-work-pool.ts'
import { findWorkspace } from '../../../db/queries/workspaces/find-workspace.ts'
import { startTestDatabase, type TestDatabase } from '../../support/database.ts'
import { deploymentOf, makeFixture } from '../../support/record-fixture.ts'

let database: TestDatabase
let db: Db

beforeAll(async () => {
  database = await startTestDatabase()
  db = await database.makeWorkspace()
  for (const name of ['pool', 'other']) {
    await db.run(
      createWorkPool({ id: newId(), defaultQueueId: newId(), name, type: 'process', description: null, concurrencyLimit: null, jobVariables: {} }),
    )
  }
})
afterAll(() => database?.stop())

const deed = () => ({ id: newId(), actor: 'me', action: 'test', details: {} })

const save = (init: Partial<Parameters<typeof deploymentOf>[0]>) => db.run(saveDeployment(deploymentOf({ workPoolName: 'pool', ...init })))

test('the first deploy makes flow, deployment and version 1; the same again changes nothing', async () => {
  const init = {
    flowName: 'etl',
    name: 'nightly',
    tags: ['a'],
    parameters: { day: 1 },
    parameterSchema: { type: 'object', properties: { longer: {}, day: {} } },
    concurrencyLimit: 3,
    contentHash: 'h1',
  }
  const first = await save(init)
  expect(first).toMatchObject({ outcome: 'saved', created: true, changed: true })
  const again = await save(init)
  expect(again).toEqual({ ...first, created: false, changed: false })
  const found = await db.run(findDeploymentByName({ flowName: 'etl', name: 'nightly' }))
  expect(found).toMatchObject({
    fullName: 'etl/nightly',
    tags: ['a'],
    parameters: { day: 1 },
    parameterSchema: { type: 'object', properties: { longer: {}, day: {} } },
    concurrencyLimit: 3,
    version: { number: 1, contentHash: 'h1', entrypoint: 'flow.ts:flow' },
    workPool: { name: 'pool', type: 'process' },
    workQueue: { name: 'default' },
    isPaused: false,
  })
  // The author's order, which a form shows.
  expect(Object.keys(found?.parameterSchema?.['properties'] ?? {})).toEqual(['longer', 'day'])
})

test('a version is made only when the code is another; other changes keep it, and a limit is changed with them', async () => {
  const init = { flowName: 'etl', name: 'versions', contentHash: 'h1' }
  const first = await save(init)
  const code = await save({ ...init, contentHash: 'h2' })
  const path = await save({ ...init, contentHash: 'h2', path: '/elsewhere' })
  const text = await save({ ...init, contentHash: 'h2', path: '/elsewhere', description: 'words', concurrencyLimit: 2 })
  expect([first, code, path, text].map((each) => each.outcome === 'saved' && each.changed)).toEqual([true, true, true, true])
  if (first.outcome !== 'saved' || text.outcome !== 'saved' || path.outcome !== 'saved') throw new Error('not saved')
  expect(text.versionId).toBe(path.versionId)
  const versions = await db.run(listDeploymentVersions({ deploymentId: first.deploymentId, limit: 10 }))
  expect(versions.map((version) => [version.number, version.contentHash, version.path])).toEqual([
    [3, 'h2', '/elsewhere'],
    [2, 'h2', '/srv/flows'],
    [1, 'h1', '/srv/flows'],
  ])
  const [now] = await db.run(findDeployments([first.deploymentId]))
  expect(now).toMatchObject({ description: 'words', concurrencyLimit: 2, version: { number: 3 } })
  expect(await db.run(findDeploymentVersions([{ deploymentId: first.deploymentId, id: first.versionId }]))).toMatchObject([{ number: 1 }])
})

test('16 deploys of one name at once make one deployment, and versions without a gap', async () => {
  const saved = await Promise.all(Array.from({ length: 16 }, (_, index) => save({ flowName: 'race', name: 'race', contentHash: `h${index}` })))
  expect(new Set(saved.map((each) => each.outcome === 'saved' && each.deploymentId)).size).toBe(1)
  expect(saved.filter((each) => each.outcome === 'saved' && each.created)).toHaveLength(1)
  const found = await db.run(findDeploymentByName({ flowName: 'race', name: 'race' }))
  const versions = await db.run(listDeploymentVersions({ deploymentId: found?.id as string, limit: 100 }))
  expect(versions.map((version) => version.number)).toEqual(Array.from({ length: 16 }, (_, index) => 16 - index))
})

test('a pool or queue that is not there is answered, and so are retries without a fence; nothing is written', async () => {
  expect(await save({ flowName: 'ghost', workPoolName: 'none' })).toEqual({ outcome: 'no-work-pool' })
  expect(await save({ flowName: 'ghost', workQueueName: 'none' })).toMatchObject({ outcome: 'no-work-queue' })
  expect(await save({ flowName: 'ghost', retryOnCrash: 1 })).toEqual({ outcome: 'no-fence' })
  expect(await db.run(findDeploymentByName({ flowName: 'ghost', name: 'deployment' }))).toBeNull()
  const owner = await database.client()
  expect((await owner.query(`select 1 from flows where name = 'ghost'`)).rows).toEqual([])
})

test('moving to another pool keeps the deployment; lists and counts know them all', async () => {
  const first = await save({ flowName: 'mover', name: 'one' })
  const moved = await save({ flowName: 'mover', name: 'one', workPoolName: 'other' })
  if (first.outcome !== 'saved' || moved.outcome !== 'saved') throw new Error('not saved')
  expect(moved).toMatchObject({ deploymentId: first.deploymentId, changed: true, versionId: first.versionId })
  const [deployment] = await db.run(findDeployments([first.deploymentId]))
  expect(deployment?.workPool.name).toBe('other')
  const listed = await db.run(listDeployments({ limit: 200 }))
  expect(listed.rows[0]?.id).toBe(first.deploymentId)
  expect((await db.run(countDeployments())).count).toBe(listed.rows.length)
  expect(await db.run(listDeploymentsOfFlow(deployment?.flow.id as string))).toHaveLength(1)
  expect((await db.run(findFlows([deployment?.flow.id as string])))[0]?.name).toBe('mover')
})

test('a key is found by its id whatever its workspace, and is revoked once', async () => {
  const id = newId()
  const key = { id, name: 'ci', role: 'EDITOR' as const, secretHash: 'f'.repeat(64), createdBy: 'me', expiresAt: Date.now() + 1000.25 }
  expect(await db.run(insertApiKey(key))).toMatchObject({ ...key, workspaceId: db.workspaceId, revokedAt: null })
  expect(await database.system.run(findApiKey(id))).toMatchObject(key)
  expect(await database.system.run(findApiKey(newId()))).toBeNull()
  const [listed] = await db.run(findApiKeys([id]))
  expect(listed).toMatchObject({ id, name: 'ci', role: 'EDITOR', createdBy: 'me' })
  expect(listed).not.toHaveProperty('secretHash')
  expect(await db.run(listApiKeys())).toContainEqual(listed)
  expect(await (await database.makeWorkspace()).run(revokeApiKey(id, deed()))).toBe(false)
  expect(await db.run(revokeApiKey(id, deed()))).toBe(true)
  expect(await db.run(revokeApiKey(id, deed()))).toBe(false)
  expect((await database.system.run(findApiKey(id)))?.revokedAt).not.toBeNull()
  await expect(db.run(insertApiKey({ ...key, id: newId(), secretHash: 'the secret itself' }))).rejects.toMatchObject({
    constraint: 'api_keys_secret_hash',
  })
})

test('a sign-in token works once, also when it is used 16 times at once', async () => {
  const token = { tokenHash: 'c'.repeat(64), expiresAt: Date.now() + 60_000 }
  const record = database.system.inWorkspace(db.workspaceId)
  const used = await Promise.all(Array.from({ length: 16 }, () => record.run(useSignInToken(token))))
  expect(used.filter(Boolean)).toHaveLength(1)
})

test('a workspace sees itself and no other', async () => {
  const { db: other } = await makeFixture(await database.makeWorkspace())
  expect(await db.run(findWorkspace())).toMatchObject({ id: db.workspaceId })
  expect(await other.run(findWorkspace())).toMatchObject({ id: other.workspaceId })
})
