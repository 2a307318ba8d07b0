import { type FieldNode, type OperationTypeNode, parse } from 'graphql'
import { expect, test } from 'vitest'
import { ROLES, type Role } from '../../api/auth/actor.ts'
import { mintRunToken } from '../../api/auth/mint-run-token.ts'
import { encodeChildId } from '../../api/node.ts'
import { PERMISSIONS } from '../../api/permissions.ts'
import { schema } from '../../api/schema.ts'
import { newId } from '../../core/ids.ts'
import { TIMINGS } from '../../core/timings.ts'
import { askAs, bindings, CREATE, makeKey, makeStage, send } from './support.ts'

/** Every verb of the API, and who may. `runner` asks about a run that is not its own. */
const VERBS: { verb: string; may: readonly (Role | 'runner')[]; query: (things: Things) => [string, Record<string, unknown>?] }[] = [
  { verb: 'viewer', may: ['ADMIN', 'EDITOR', 'VIEWER', 'WORKER', 'runner'], query: () => ['{ viewer { actor workspace { name } } }'] },
  { verb: 'flowRun', may: ['ADMIN', 'EDITOR', 'VIEWER'], query: ({ flowRunId }) => [`{ flowRun(id: "${flowRunId}") { name state { name } } }`] },
  {
    verb: 'flowRunHistogram',
    may: ['ADMIN', 'EDITOR', 'VIEWER'],
    query: () => ['{ flowRunHistogram(from: "2026-01-01T00:00:00Z", to: "2026-01-02T00:00:00Z", steps: 24) { isExact } }'],
  },
  { verb: 'flowRuns', may: ['ADMIN', 'EDITOR', 'VIEWER'], query: () => ['{ flowRuns { nodes { id } } }'] },
  {
    verb: 'taskRun',
    may: ['ADMIN', 'EDITOR', 'VIEWER'],
    query: ({ flowRunId }) => [`{ flowRun(id: "${flowRunId}") { taskRuns { nodes { id } } } }`],
  },
  { verb: 'logs', may: ['ADMIN', 'EDITOR', 'VIEWER'], query: ({ flowRunId }) => [`{ flowRun(id: "${flowRunId}") { logs { nodes { message } } } }`] },
  { verb: 'artifacts', may: ['ADMIN', 'EDITOR', 'VIEWER'], query: ({ flowRunId }) => [`{ flowRun(id: "${flowRunId}") { artifacts { id } } }`] },
  {
    verb: 'taskRun by id',
    may: ['ADMIN', 'EDITOR', 'VIEWER'],
    query: () => [`{ taskRun(id: "${encodeChildId('TaskRun', newId(), newId())}") { id } }`],
  },
  { verb: 'node', may: ['ADMIN', 'EDITOR', 'VIEWER'], query: ({ flowRunId }) => [`{ node(id: "${flowRunId}") { id } }`] },
  { verb: 'deployment', may: ['ADMIN', 'EDITOR', 'VIEWER', 'runner'], query: () => ['{ deployment(name: "etl/nightly") { version { number } } }'] },
  { verb: 'deployments', may: ['ADMIN', 'EDITOR', 'VIEWER', 'runner'], query: () => ['{ deployments { nodes { id } } }'] },
  { verb: 'workPool', may: ['ADMIN', 'EDITOR', 'VIEWER', 'WORKER'], query: () => ['{ workPool(name: "local") { status workers { name } } }'] },
  { verb: 'workPools', may: ['ADMIN', 'EDITOR', 'VIEWER', 'WORKER'], query: () => ['{ workPools { nodes { id } } }'] },
  { verb: 'defaultBaseJobTemplate', may: ['ADMIN', 'EDITOR', 'VIEWER', 'WORKER'], query: () => ['{ defaultBaseJobTemplate }'] },
  {
    verb: 'workPool baseJobTemplate',
    may: ['ADMIN', 'EDITOR', 'VIEWER'],
    query: () => ['{ deployment(name: "etl/nightly") { workPool { baseJobTemplate } } }'],
  },
  {
    verb: 'schedulePreview',
    may: ['ADMIN', 'EDITOR', 'VIEWER'],
    query: () => ['{ schedulePreview(schedule: { cron: "@daily" }, from: "2026-01-01T00:00:00Z", count: 1) { error } }'],
  },
  {
    verb: 'deployment schedules',
    may: ['ADMIN', 'EDITOR', 'VIEWER', 'runner'],
    query: () => ['{ deployment(name: "etl/nightly") { schedules { slug } } }'],
  },
  {
    verb: 'createSchedule',
    may: ['ADMIN', 'EDITOR'],
    query: () => ['mutation { createSchedule(input: { deploymentName: "etl/nightly", schedule: { cron: "@yearly" } }) { __typename } }'],
  },
  ...['pauseSchedule', 'resumeSchedule', 'deleteSchedule', 'updateSchedule'].map((verb) => ({
    verb,
    may: ['ADMIN', 'EDITOR'] as const,
    query: (): [string] => [`mutation { ${verb}(input: { id: "${newId()}" }) { __typename } }`],
  })),
  {
    verb: 'clearSchedules',
    may: ['ADMIN', 'EDITOR'],
    query: () => [`mutation { clearSchedules(input: { deploymentId: "${newId()}" }) { __typename } }`],
  },
  { verb: 'createFlowRun', may: ['ADMIN', 'EDITOR', 'runner'], query: () => [CREATE, { input: { deploymentName: 'etl/nightly' } }] },
  {
    verb: 'startFlowRun',
    may: ['ADMIN', 'EDITOR'],
    query: () => ['mutation ($id: ID!) { startFlowRun(input: { id: $id, flowName: "script" }) { __typename } }', { id: newId() }],
  },
  {
    verb: 'cancelFlowRun',
    may: ['ADMIN', 'EDITOR'],
    query: ({ flowRunId }) => [`mutation { cancelFlowRun(input: { id: "${flowRunId}" }) { __typename } }`],
  },
  {
    verb: 'pauseFlowRun',
    may: ['ADMIN', 'EDITOR'],
    query: ({ flowRunId }) => [`mutation { pauseFlowRun(input: { id: "${flowRunId}" }) { __typename } }`],
  },
  {
    verb: 'suspendFlowRun',
    may: ['ADMIN', 'EDITOR'],
    query: ({ flowRunId }) => [`mutation { suspendFlowRun(input: { id: "${flowRunId}" }) { __typename } }`],
  },
  {
    verb: 'resumeFlowRun',
    may: ['ADMIN', 'EDITOR'],
    query: ({ flowRunId }) => [`mutation { resumeFlowRun(input: { id: "${flowRunId}" }) { __typename } }`],
  },
  {
    verb: 'flowRun inputs',
    may: ['ADMIN', 'EDITOR', 'VIEWER'],
    query: ({ flowRunId }) => [`{ flowRun(id: "${flowRunId}") { inputs { value } pauseAnswer(key: "a") { value } } }`],
  },
  {
    verb: 'sendToFlowRun',
    may: ['ADMIN', 'EDITOR', 'runner'],
    query: ({ flowRunId }) => [`mutation { sendToFlowRun(input: { id: "${flowRunId}", value: 1 }) { __typename } }`],
  },
  {
    verb: 'takeFromFlowRun',
    may: ['ADMIN', 'EDITOR'],
    query: ({ flowRunId }) => [`mutation { takeFromFlowRun(input: { id: "${flowRunId}", receiver: "a" }) { __typename } }`],
  },
  {
    verb: 'setFlowRunState',
    may: ['ADMIN', 'EDITOR'],
    query: ({ flowRunId }) => [`mutation { setFlowRunState(input: { id: "${flowRunId}", type: FAILED }) { __typename } }`],
  },
  {
    verb: 'retryFlowRun',
    may: ['ADMIN', 'EDITOR'],
    query: ({ flowRunId }) => [`mutation { retryFlowRun(input: { id: "${flowRunId}" }) { __typename } }`],
  },
  {
    verb: 'saveDeployment',
    may: ['ADMIN', 'EDITOR'],
    query: () => [
      'mutation { saveDeployment(input: { flowName: "etl", name: "x", entrypoint: "a.ts:a", path: "/a", workPoolName: "local" }) { __typename } }',
    ],
  },
  {
    verb: 'createWorkPool',
    may: ['ADMIN', 'EDITOR', 'WORKER'],
    query: () => ['mutation { createWorkPool(input: { name: "local", ifMissing: true }) { __typename } }'],
  },
  {
    verb: 'updateWorkPool',
    may: ['ADMIN', 'EDITOR'],
    query: ({ workPoolId }) => [`mutation { updateWorkPool(input: { id: "${workPoolId}", description: "x" }) { __typename } }`],
  },
  {
    verb: 'createWorkQueue',
    may: ['ADMIN', 'EDITOR'],
    query: () => [`mutation { createWorkQueue(input: { workPoolName: "local", name: "${newId()}" }) { __typename } }`],
  },
  {
    verb: 'updateWorkQueue',
    may: ['ADMIN', 'EDITOR'],
    query: () => [`mutation { updateWorkQueue(input: { id: "${newId()}", isPaused: true }) { __typename } }`],
  },
  {
    verb: 'pauseDeployment',
    may: ['ADMIN', 'EDITOR'],
    query: () => [`mutation { pauseDeployment(input: { id: "${newId()}" }) { __typename } }`],
  },
  {
    verb: 'resumeDeployment',
    may: ['ADMIN', 'EDITOR'],
    query: () => [`mutation { resumeDeployment(input: { id: "${newId()}" }) { __typename } }`],
  },
  { verb: 'variable', may: ['ADMIN', 'EDITOR', 'VIEWER', 'runner'], query: () => ['{ variable(name: "x") { value } }'] },
  { verb: 'variables', may: ['ADMIN', 'EDITOR', 'VIEWER', 'runner'], query: () => ['{ variables { nodes { value } } }'] },
  { verb: 'block', may: ['ADMIN', 'EDITOR', 'VIEWER', 'runner'], query: () => ['{ block(name: "secret/x") { data } }'] },
  { verb: 'blocks', may: ['ADMIN', 'EDITOR', 'VIEWER', 'runner'], query: () => ['{ blocks { nodes { data } } }'] },
  { verb: 'blockType', may: ['ADMIN', 'EDITOR', 'VIEWER', 'runner'], query: () => ['{ blockType(slug: "secret") { schema } }'] },
  { verb: 'blockTypes', may: ['ADMIN', 'EDITOR', 'VIEWER', 'runner'], query: () => ['{ blockTypes { slug } }'] },
  {
    verb: 'registerBlockType',
    may: ['ADMIN', 'EDITOR'],
    query: () => ['mutation { registerBlockType(input: { slug: "x", schema: { type: "object" } }) { __typename } }'],
  },
  { verb: 'deleteBlockType', may: ['ADMIN', 'EDITOR'], query: () => [`mutation { deleteBlockType(input: { id: "${newId()}" }) { __typename } }`] },
  ...['createBlock', 'saveBlock'].map((verb) => ({
    verb,
    may: ['ADMIN', 'EDITOR', 'runner'] as const,
    query: (): [string] => [`mutation { ${verb}(input: { type: "secret", name: "x", data: { value: "v" } }) { __typename } }`],
  })),
  {
    verb: 'updateBlock',
    may: ['ADMIN', 'EDITOR', 'runner'],
    query: () => [`mutation { updateBlock(input: { id: "${newId()}", name: "x" }) { __typename } }`],
  },
  { verb: 'deleteBlock', may: ['ADMIN', 'EDITOR'], query: () => [`mutation { deleteBlock(input: { id: "${newId()}" }) { __typename } }`] },
  { verb: 'revealBlock', may: ['runner'], query: () => ['mutation { revealBlock(input: { name: "secret/x" }) { __typename } }'] },
  {
    verb: 'createVariable',
    may: ['ADMIN', 'EDITOR', 'runner'],
    query: () => ['mutation { createVariable(input: { name: "x", value: 1 }) { __typename } }'],
  },
  {
    verb: 'setVariable',
    may: ['ADMIN', 'EDITOR', 'runner'],
    query: () => ['mutation { setVariable(input: { name: "x", value: 1 }) { __typename } }'],
  },
  {
    verb: 'updateVariable',
    may: ['ADMIN', 'EDITOR', 'runner'],
    query: () => [`mutation { updateVariable(input: { id: "${newId()}", value: 1 }) { __typename } }`],
  },
  {
    verb: 'deleteVariable',
    may: ['ADMIN', 'EDITOR', 'runner'],
    query: () => [`mutation { deleteVariable(input: { id: "${newId()}" }) { __typename } }`],
  },
  {
    verb: 'concurrencyLimit',
    may: ['ADMIN', 'EDITOR', 'VIEWER', 'runner'],
    query: () => ['{ concurrencyLimit(name: "x") { activeSlots holders { holder } } }'],
  },
  {
    verb: 'concurrencyLimits',
    may: ['ADMIN', 'EDITOR', 'VIEWER', 'runner'],
    query: () => ['{ concurrencyLimits { nodes { name waiters { holder } } } }'],
  },
  {
    verb: 'createConcurrencyLimit',
    may: ['ADMIN', 'EDITOR'],
    query: () => ['mutation { createConcurrencyLimit(input: { name: "x", limit: 1 }) { __typename } }'],
  },
  ...(['updateConcurrencyLimit', 'resetConcurrencyLimit', 'deleteConcurrencyLimit'] as const).map((verb) => ({
    verb,
    may: ['ADMIN', 'EDITOR'] as const,
    query: (): [string] => [`mutation { ${verb}(input: { id: "${newId()}" }) { __typename } }`],
  })),
  {
    verb: 'flow',
    may: ['ADMIN', 'EDITOR', 'VIEWER', 'runner'],
    query: () => ['{ flow(name: "etl") { name } }'],
  },
  {
    verb: 'flows',
    may: ['ADMIN', 'EDITOR', 'VIEWER', 'runner'],
    query: () => ['{ flows { nodes { name } } }'],
  },
  {
    verb: 'artifact',
    may: ['ADMIN', 'EDITOR', 'VIEWER'],
    query: () => [`{ artifact(id: "${encodeChildId('Artifact', newId(), newId())}") { id } }`],
  },
  {
    verb: 'artifacts of the workspace',
    may: ['ADMIN', 'EDITOR', 'VIEWER'],
    query: () => ['{ artifacts { nodes { id } } }'],
  },
  { verb: 'event', may: ['ADMIN', 'EDITOR', 'VIEWER'], query: () => [`{ event(id: "${newId()}") { name } }`] },
  { verb: 'events', may: ['ADMIN', 'EDITOR', 'VIEWER'], query: () => ['{ events { nodes { name } } }'] },
  {
    verb: 'emitEvent',
    may: ['ADMIN', 'EDITOR'],
    query: () => ['mutation { emitEvent(input: { name: "order.shipped", resource: { id: "order.1" } }) { __typename } }'],
  },
  {
    verb: 'worker',
    may: ['ADMIN', 'EDITOR', 'VIEWER', 'WORKER'],
    query: () => [`{ worker(id: "${newId()}") { name } }`],
  },
  {
    verb: 'updateFlowRun',
    may: ['ADMIN', 'EDITOR'],
    query: ({ flowRunId }) => [`mutation { updateFlowRun(input: { id: "${flowRunId}", tags: [] }) { __typename } }`],
  },
  {
    verb: 'deleteFlowRun',
    may: ['ADMIN', 'EDITOR'],
    query: () => [`mutation { deleteFlowRun(input: { id: "${newId()}" }) { __typename } }`],
  },
  {
    verb: 'deleteFlow',
    may: ['ADMIN', 'EDITOR'],
    query: () => [`mutation { deleteFlow(input: { id: "${newId()}" }) { __typename } }`],
  },
  {
    verb: 'deleteDeployment',
    may: ['ADMIN', 'EDITOR'],
    query: () => [`mutation { deleteDeployment(input: { id: "${newId()}" }) { __typename } }`],
  },
  {
    verb: 'deleteWorkPool',
    may: ['ADMIN', 'EDITOR'],
    query: () => [`mutation { deleteWorkPool(input: { id: "${newId()}" }) { __typename } }`],
  },
  {
    verb: 'deleteWorkQueue',
    may: ['ADMIN', 'EDITOR'],
    query: () => [`mutation { deleteWorkQueue(input: { id: "${newId()}" }) { __typename } }`],
  },
  {
    verb: 'drainWorker',
    may: ['ADMIN', 'EDITOR'],
    query: () => [`mutation { drainWorker(input: { id: "${newId()}" }) { __typename } }`],
  },
  {
    verb: 'deleteWorker',
    may: ['ADMIN', 'EDITOR'],
    query: () => [`mutation { deleteWorker(input: { id: "${newId()}" }) { __typename } }`],
  },
  {
    verb: 'deleteArtifact',
    may: ['ADMIN', 'EDITOR'],
    query: () => [`mutation { deleteArtifact(input: { id: "${encodeChildId('Artifact', newId(), newId())}" }) { __typename } }`],
  },
  {
    verb: 'updateDeployment',
    may: ['ADMIN', 'EDITOR'],
    query: () => [`mutation { updateDeployment(input: { id: "${newId()}" }) { __typename } }`],
  },
  {
    verb: 'rotateApiKey',
    may: ['ADMIN'],
    query: () => [`mutation { rotateApiKey(input: { id: "${newId()}" }) { __typename } }`],
  },
  {
    verb: 'updateApiKey',
    may: ['ADMIN'],
    query: () => [`mutation { updateApiKey(input: { id: "${newId()}", name: "x" }) { __typename } }`],
  },
  {
    verb: 'serviceAccount',
    may: ['ADMIN'],
    query: () => [`{ serviceAccount(id: "${newId()}") { name } }`],
  },
  {
    verb: 'serviceAccounts',
    may: ['ADMIN'],
    query: () => ['{ serviceAccounts { nodes { name apiKeys { name } } } }'],
  },
  {
    verb: 'createServiceAccount',
    may: ['ADMIN'],
    query: () => [`mutation { createServiceAccount(input: { name: "${newId()}", role: VIEWER }) { __typename } }`],
  },
  {
    verb: 'updateServiceAccount',
    may: ['ADMIN'],
    query: () => [`mutation { updateServiceAccount(input: { id: "${newId()}" }) { __typename } }`],
  },
  {
    verb: 'deleteServiceAccount',
    may: ['ADMIN'],
    query: () => [`mutation { deleteServiceAccount(input: { id: "${newId()}" }) { __typename } }`],
  },
  {
    verb: 'auditRows',
    may: ['ADMIN'],
    query: () => ['{ auditRows { nodes { action } } }'],
  },
  { verb: 'apiKey', may: ['ADMIN'], query: () => [`{ apiKey(id: "${newId()}") { name } }`] },
  { verb: 'schedule', may: ['ADMIN', 'EDITOR', 'VIEWER', 'runner'], query: () => [`{ schedule(id: "${newId()}") { slug } }`] },
  { verb: 'workQueue', may: ['ADMIN', 'EDITOR', 'VIEWER', 'WORKER'], query: () => [`{ workQueue(id: "${newId()}") { name } }`] },
  {
    verb: 'operation',
    may: ['ADMIN', 'EDITOR', 'VIEWER'],
    query: () => [`{ operation(id: "${newId()}") { state } }`],
  },
  {
    verb: 'operations',
    may: ['ADMIN', 'EDITOR', 'VIEWER'],
    query: () => ['{ operations { nodes { state } } }'],
  },
  {
    verb: 'cancelFlowRuns',
    may: ['ADMIN', 'EDITOR'],
    query: () => ['mutation { cancelFlowRuns(input: { filter: { name: { equals: "none" } } }) { __typename } }'],
  },
  {
    verb: 'retryFlowRuns',
    may: ['ADMIN', 'EDITOR'],
    query: () => ['mutation { retryFlowRuns(input: { filter: { name: { equals: "none" } } }) { __typename } }'],
  },
  {
    verb: 'deleteFlowRuns',
    may: ['ADMIN', 'EDITOR'],
    query: () => ['mutation { deleteFlowRuns(input: { filter: { name: { equals: "none" } } }) { __typename } }'],
  },
  {
    verb: 'stopOperation',
    may: ['ADMIN', 'EDITOR'],
    query: () => [`mutation { stopOperation(input: { id: "${newId()}" }) { __typename } }`],
  },
  { verb: 'apiKeys', may: ['ADMIN'], query: () => ['{ apiKeys { name } }'] },
  { verb: 'revokeApiKey', may: ['ADMIN'], query: () => [`mutation { revokeApiKey(input: { id: "${newId()}" }) { __typename } }`] },
  { verb: 'createApiKey', may: ['ADMIN'], query: () => ['mutation { createApiKey(input: { name: "k", role: VIEWER }) { __typename } }'] },
  { verb: 'createSignInLink', may: ['ADMIN'], query: () => ['mutation { createSignInLink(input: {}) { __typename } }'] },
]

interface Things {
  flowRunId: string
  workPoolId: string
}

test('every verb is allowed to exactly the roles of its table, and a refusal changes nothing', async () => {
  const { workspaceId, ask, workPool } = await makeStage()
  const flowRunId = (await ask(CREATE, { input: { deploymentName: 'etl/nightly' } })).data.createFlowRun.flowRun.id as string
  const own = (await ask(CREATE, { input: { deploymentName: 'etl/nightly' } })).data.createFlowRun.flowRun.uuid as string
  const keys = new Map<string, string>(await Promise.all(ROLES.map(async (role) => [role, await makeKey(workspaceId, role)] as const)))
  keys.set('runner', await mintRunToken(bindings.TOKEN_SECRET, TIMINGS, { workspaceId, flowRunId: own, epoch: 1, now: Date.now() }))
  // Those who may not come first, so that nothing is left that somebody else has done.
  for (const [actor, key] of [...keys].reverse()) {
    for (const { verb, may, query } of VERBS) {
      const { data, errors } = await askAs(key)(...query({ flowRunId, workPoolId: workPool.id }))
      const isAllowed = may.includes(actor as Role)
      if (actor === 'runner' && !isAllowed && errors === undefined) expect(Object.values(data), `${actor} ${verb}`).toEqual([null])
      else expect(errors?.[0]?.extensions.code, `${actor} ${verb}`).toBe(isAllowed ? undefined : 'FORBIDDEN')
    }
  }
})

/** Live views, and who may follow them. */
const LIVE: { verb: string; may: readonly (Role | 'runner')[]; query: (things: Things) => string }[] = [
  {
    verb: 'flowRunChanged',
    may: ['ADMIN', 'EDITOR', 'VIEWER'],
    query: ({ flowRunId }) => `subscription { flowRunChanged(id: "${flowRunId}") { cursor } }`,
  },
  { verb: 'flowRunsChanged', may: ['ADMIN', 'EDITOR', 'VIEWER'], query: () => 'subscription { flowRunsChanged { cursor } }' },
  {
    verb: 'changes',
    may: ['ADMIN', 'EDITOR', 'VIEWER'],
    query: () =>
      'subscription { changes(topics: [FLOW_RUNS, WORK_POOLS, DEPLOYMENTS, VARIABLES, BLOCKS, CONCURRENCY_LIMITS, OPERATIONS]) { cursor } }',
  },
  { verb: 'logs', may: ['ADMIN', 'EDITOR', 'VIEWER'], query: ({ flowRunId }) => `subscription { logs(flowRunId: "${flowRunId}") { cursor } }` },
]

test('every live view is open to exactly the roles of its table', async () => {
  const { workspaceId, ask } = await makeStage()
  const create = async () =>
    (await ask(CREATE, { input: { deploymentName: 'etl/nightly' } })).data.createFlowRun.flowRun as { id: string; uuid: string }
  const [run, own] = [await create(), await create()]
  const keys = new Map<string, string>(await Promise.all(ROLES.map(async (role) => [role, await makeKey(workspaceId, role)] as const)))
  keys.set('runner', await mintRunToken(bindings.TOKEN_SECRET, TIMINGS, { workspaceId, flowRunId: own.uuid, epoch: 1, now: Date.now() }))
  for (const [actor, key] of keys) {
    for (const { verb, may, query } of LIVE) {
      const response = await send('/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'text/event-stream', authorization: `Bearer ${key}` },
        body: JSON.stringify({ query: query({ flowRunId: run.id, workPoolId: '' }) }),
      })
      const reader = (response.body as ReadableStream<Uint8Array>).getReader()
      let text = ''
      while (!/"(cursor|code)":/.test(text)) {
        const { value, done } = await reader.read()
        if (done) break
        text += new TextDecoder().decode(value)
      }
      await reader.cancel()
      expect(/"code":"(\w+)"/.exec(text)?.[1], `${actor} ${verb}: ${text}`).toBe(
        may.includes(actor as Role) ? undefined : actor === 'runner' && verb !== 'flowRunsChanged' && verb !== 'changes' ? 'NOT_FOUND' : 'FORBIDDEN',
      )
    }
  }
})

test('the tables above leave out no field of the API', () => {
  const things = { flowRunId: 'x', workPoolId: 'x' }
  const texts = [...VERBS.map(({ query }) => query(things)[0]), ...LIVE.map(({ query }) => query(things))]
  const named = texts.flatMap((text) =>
    parse(text).definitions.flatMap((definition) =>
      definition.kind === 'OperationDefinition'
        ? definition.selectionSet.selections.map((selection) => `${definition.operation}.${(selection as FieldNode).name.value}`)
        : [],
    ),
  )
  const fields = (['query', 'mutation', 'subscription'] as const).flatMap((operation) =>
    Object.keys(schema.getRootType(operation as OperationTypeNode)?.getFields() ?? {}).map((name) => `${operation}.${name}`),
  )
  expect(fields.filter((field) => !named.includes(field))).toEqual([])
})

test('the viewer is told what it may do, and that is what the table says', async () => {
  const { workspaceId } = await makeStage()
  for (const role of ROLES) {
    const { data } = await askAs(await makeKey(workspaceId, role))('{ viewer { permissions } }')
    const expected = Object.entries(PERMISSIONS)
      .filter(([, grant]) => (grant.roles as readonly Role[]).includes(role) && !('onlyNamed' in grant))
      .map(([permission]) => permission)
      .sort()
    expect(data.viewer.permissions).toEqual(expected)
  }
})
