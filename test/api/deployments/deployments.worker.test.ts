import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { query } from '../../support/engine-world.ts'
import { makeStage } from '../support.ts'

const SAVE = `mutation ($input: SaveDeploymentInput!) { saveDeployment(input: $input) { __typename
  ... on SaveDeploymentSuccess { created changed deployment { id uuid fullName description tags parameters parameterSchema jobVariables concurrencyLimit version { number entrypoint contentHash } versions { number } workQueue { name } } }
  ... on ValidationError { issues { path message expected } } ... on Error { message code path hint } } }`
const BASE = { flowName: 'etl', name: 'hourly', entrypoint: 'etl.ts:etl', path: '/flows', workPoolName: 'local' }

const HASH = 'f00d'.repeat(16)

test('the same deploy again changes nothing; another entrypoint, path or content makes a version', async () => {
  const { ask } = await makeStage()
  const save = async (input: object) => (await ask(SAVE, { input: { ...BASE, ...input } })).data.saveDeployment
  expect(await save({ tags: ['a', 'a'], parameters: { day: 1 } })).toMatchObject({
    created: true,
    changed: true,
    deployment: { fullName: 'etl/hourly', tags: ['a'], parameters: { day: 1 }, version: { number: 1 }, workQueue: { name: 'default' } },
  })
  expect(await save({ tags: ['a'], parameters: { day: 1 } })).toMatchObject({
    created: false,
    changed: false,
    deployment: { version: { number: 1 } },
  })
  expect(await save({ tags: ['a'], parameters: { day: 1 }, contentHash: HASH })).toMatchObject({
    changed: true,
    deployment: { version: { number: 2, contentHash: HASH } },
  })
  expect(await save({ description: 'new', contentHash: HASH, concurrencyLimit: 3 })).toMatchObject({
    changed: true,
    deployment: { description: 'new', parameters: {}, concurrencyLimit: 3, version: { number: 2 }, versions: [{ number: 2 }, { number: 1 }] },
  })
})

test('what becomes of runs beyond the limit is kept where a deploy does not say it', async () => {
  const { ask } = await makeStage()
  const save = async (input: object) =>
    (
      await ask(
        'mutation ($input: SaveDeploymentInput!) { saveDeployment(input: $input) { ... on SaveDeploymentSuccess { changed deployment { id collisionStrategy } } } }',
        { input: { ...BASE, concurrencyLimit: 1, ...input } },
      )
    ).data.saveDeployment
  const { deployment } = await save({})
  expect(deployment).toMatchObject({ collisionStrategy: 'ENQUEUE' })
  expect(await save({ collisionStrategy: 'CANCEL_NEW' })).toMatchObject({ changed: true, deployment: { collisionStrategy: 'CANCEL_NEW' } })
  expect(await save({})).toMatchObject({ changed: false, deployment: { collisionStrategy: 'CANCEL_NEW' } })
  const update =
    'mutation ($input: UpdateDeploymentInput!) { updateDeployment(input: $input) { ... on UpdateDeploymentSuccess { deployment { collisionStrategy } } } }'
  const updated = await ask(update, { input: { id: deployment.id, collisionStrategy: 'ENQUEUE' } })
  expect(updated.data.updateDeployment.deployment.collisionStrategy).toBe('ENQUEUE')
})

test('hostile and mistaken deployments are refused with their place, and nothing is made', async () => {
  const { ask } = await makeStage()
  const cases: Record<string, [object, string, string?]> = {
    'an empty flow name': [{ flowName: '' }, 'ValidationError', 'flowName'],
    'a slash in the flow name': [{ flowName: 'a/b' }, 'ValidationError', 'flowName'],
    'a script as name': [{ name: '<img src=x>' }, 'ValidationError', 'name'],
    'a control character in the name': [{ name: 'a\u001b[31mb' }, 'ValidationError', 'name'],
    'a long name': [{ name: 'x'.repeat(256) }, 'ValidationError', 'name'],
    'an entrypoint without export': [{ entrypoint: 'etl.ts' }, 'ValidationError', 'entrypoint'],
    'an entrypoint with a bad export': [{ entrypoint: 'etl.ts:9 lives' }, 'ValidationError', 'entrypoint'],
    'a long entrypoint': [{ entrypoint: `${'x'.repeat(1_000)}:etl` }, 'ValidationError', 'entrypoint'],
    'no path': [{ path: '' }, 'ValidationError', 'path'],
    'a path from somewhere': [{ path: 'flows' }, 'ValidationError', 'path'],
    'a hash that is none': [{ contentHash: 'a'.repeat(63) }, 'ValidationError', 'contentHash'],
    'a pool that is not there': [{ workPoolName: 'nowhere' }, 'NotFoundError', 'workPoolName'],
    'a queue that is not there': [{ workQueueName: 'nowhere' }, 'NotFoundError', 'workQueueName'],
    'parameters as a list': [{ parameters: [] }, 'ValidationError', 'parameters'],
    'large parameters': [{ parameters: { x: 'x'.repeat(600_000) } }, 'ValidationError', 'parameters'],
    'job variables as text': [{ jobVariables: 'x' }, 'ValidationError', 'jobVariables'],
    'node flags that refer to a variable': [{ jobVariables: { nodeFlags: [{ $variable: 'flags' }] } }, 'ValidationError', 'jobVariables'],
    'a variable that node starts with, as a secret': [
      { jobVariables: { env: { NODE_OPTIONS: { $block: 'secret/options.value' } } } },
      'ValidationError',
      'jobVariables',
    ],
    'a schema for a list': [{ parameterSchema: { type: 'array' } }, 'ValidationError', 'parameterSchema'],
    'a default of another type': [
      { parameters: { day: 1 }, parameterSchema: { type: 'object', properties: { day: { type: 'string' } } } },
      'ValidationError',
      'parameters',
    ],
    'a limit of nothing': [{ concurrencyLimit: 0 }, 'ValidationError', 'concurrencyLimit'],
    'a negative limit': [{ concurrencyLimit: -1 }, 'ValidationError', 'concurrencyLimit'],
    'negative retries': [{ retries: { count: -1 } }, 'ValidationError', 'retries'],
    'endless retries': [{ retries: { count: 1_000_000 } }, 'ValidationError', 'retries'],
    'a delay of nonsense': [{ retries: { count: 1, delay: 'soon' } }, 'ValidationError', 'retries'],
    'a delay in a circle': [{ retries: { count: 1, delay: { initial: 1, factor: 0, max: 1 } } }, 'ValidationError', 'retries'],
    'jitter beyond all': [{ retries: { count: 1, jitter: 2 } }, 'ValidationError', 'retries'],
    'crashes retried while a runner out of contact goes on': [{ retryOnCrash: 1 }, 'ValidationError', 'retryOnCrash'],
    'the same, said aloud': [{ retryOnCrash: 1, onContactLost: 'CONTINUE' }, 'ValidationError', 'retryOnCrash'],
    'crashes retried for ever': [{ retryOnCrash: 1_001, onContactLost: 'STOP' }, 'ValidationError', 'retryOnCrash'],
    'crashes retried less than never': [{ retryOnCrash: -1 }, 'ValidationError', 'retryOnCrash'],
    'too many tags': [{ tags: Array.from({ length: 501 }, String) }, 'ValidationError', 'tags'],
  }
  expect(Object.keys(cases).length).toBeGreaterThanOrEqual(20)
  for (const [what, [input, type, place]] of Object.entries(cases)) {
    const { data, errors } = await ask(SAVE, { input: { ...BASE, ...input } })
    expect(errors, what).toBeUndefined()
    expect(data.saveDeployment.__typename, what).toBe(type)
    expect(data.saveDeployment.path?.[0], what).toBe(place)
  }
  expect((await ask('{ deployments { nodes { name } } }')).data.deployments.nodes).toEqual([{ name: 'nightly' }])
})

test('defaults need not be complete', async () => {
  const { ask } = await makeStage()
  const parameterSchema = { type: 'object', properties: { day: { type: 'string' }, city: { type: 'string' } }, required: ['day', 'city'] }
  const { data } = await ask(SAVE, { input: { ...BASE, parameters: { city: 'Oslo' }, parameterSchema } })
  expect(data.saveDeployment).toMatchObject({ created: true, deployment: { parameters: { city: 'Oslo' } } })
})

test('a schema that turns out to be unusable is told to whoever runs it, not hidden', async () => {
  const { ask } = await makeStage({ type: 'object', properties: { a: { $ref: '#/$defs/nothing' } } })
  const { data, errors } = await ask(
    'mutation { createFlowRun(input: { deploymentName: "etl/nightly", parameters: { a: 1 } }) { __typename ... on ValidationError { message path } } }',
  )
  expect(errors).toBeUndefined()
  expect(data.createFlowRun).toMatchObject({ __typename: 'ValidationError', path: ['parameters'] })
})

test('a deployment is found by id, uuid and name, and lists its runs', async () => {
  const { ask, deployment } = await makeStage()
  const { data } = await ask(
    `query ($id: ID!, $uuid: ID!) { a: deployment(id: $id) { name } b: deployment(id: $uuid) { name } c: deployment(name: "etl/nightly") { name flow { deployments { name } } flowRuns { totalCount nodes { id } } }
      d: deployment(name: "etl/none") { name } deployments(first: 1) { totalCount pageInfo { hasNextPage } } node(id: $id) { ... on Deployment { fullName } } }`,
    deployment,
  )
  expect(data).toEqual({
    a: { name: 'nightly' },
    b: { name: 'nightly' },
    c: { name: 'nightly', flow: { deployments: [{ name: 'nightly' }] }, flowRuns: { totalCount: 0, nodes: [] } },
    d: null,
    deployments: { totalCount: 1, pageInfo: { hasNextPage: false } },
    node: { fullName: 'etl/nightly' },
  })
  expect((await ask('{ deployment { id } }')).errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT')
  expect((await ask('{ deployment(name: "nightly") { id } }')).errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT')
})

test('what becomes of a lost run is set by a deploy that says so, and kept by one that does not', async () => {
  const { ask } = await makeStage()
  const save = async (input: object) => {
    const { data } = await ask(
      `mutation ($input: SaveDeploymentInput!) { saveDeployment(input: $input) { ... on SaveDeploymentSuccess { changed deployment { retryOnCrash onContactLost startAgain } }
        ... on Error { path hint } } }`,
      { input: { ...BASE, ...input } },
    )
    return data.saveDeployment
  }
  const ordinary = { retryOnCrash: 0, onContactLost: 'CONTINUE', startAgain: false }
  const careful = { retryOnCrash: 2, onContactLost: 'STOP', startAgain: true }
  expect(await save({})).toEqual({ changed: true, deployment: ordinary })
  expect(await save(careful)).toEqual({ changed: true, deployment: careful })
  expect(await save({})).toEqual({ changed: false, deployment: careful })
  expect(await save({ onContactLost: 'CONTINUE' })).toMatchObject({ path: ['retryOnCrash'], hint: expect.stringContaining('stop') })
  expect(await save({ retryOnCrash: 0 })).toEqual({ changed: true, deployment: { ...careful, retryOnCrash: 0 } })
  expect(await save(ordinary)).toEqual({ changed: true, deployment: ordinary })
})

test('who saves, makes and pauses is noted in the audit with what they did, and only where something changed', async () => {
  const { ask, workspaceId, deployment, workPool } = await makeStage()
  const notes = () =>
    query(sql`select actor, action, subject, details from audit_rows where workspace_id = ${workspaceId} order by id`) as Promise<unknown[]>
  const made = [
    {
      actor: 'key "admin"',
      action: 'work-pools:create',
      subject: workPool.uuid,
      details: { name: 'local', type: 'process', concurrencyLimit: null },
    },
    {
      actor: 'key "admin"',
      action: 'deployments:save',
      subject: deployment.uuid,
      details: { name: 'etl/nightly', entrypoint: 'etl.ts:etl', workPoolName: 'local' },
    },
  ]
  expect(await notes()).toEqual(made)
  await ask(SAVE, { input: { flowName: 'etl', name: 'nightly', entrypoint: 'etl.ts:etl', path: '/flows', workPoolName: 'local' } })
  await ask(SAVE, { input: { ...BASE, workPoolName: 'nowhere' } })
  await ask('mutation { createWorkPool(input: { name: "local", ifMissing: true }) { __typename } }')
  await ask('mutation ($id: ID!) { resumeDeployment(input: { id: $id }) { __typename } }', { id: deployment.id })
  expect(await notes()).toEqual(made)
  await ask('mutation ($id: ID!) { pauseDeployment(input: { id: $id }) { __typename } }', { id: deployment.id })
  expect((await notes()).slice(2)).toEqual([
    { actor: 'key "admin"', action: 'deployments:pause', subject: deployment.uuid, details: { isPaused: true } },
  ])
})
