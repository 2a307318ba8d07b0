/** Base job templates: what a pool accepts as one, what its deployments and runs may say under it, and what its worker gets. */
import { expect, test } from 'vitest'
import { eventually, makeWorkspace, TestWorker } from '../../support/engine-world.ts'
import { askAs, askWith, makeStage } from '../support.ts'

const TEMPLATE = {
  job_configuration: {
    env: { REGION: '{{ region }}', TOKEN: { $block: 'secret/api.value' } },
    nodeFlags: ['--max-old-space-size={{ memory }}'],
  },
  variables: {
    type: 'object',
    required: ['region'],
    properties: { region: { type: 'string', enum: ['eu', 'us'] }, memory: { type: 'integer', minimum: 16, default: 64 } },
  },
}

const UPDATE = `mutation ($input: UpdateWorkPoolInput!) { updateWorkPool(input: $input) { __typename
  ... on UpdateWorkPoolSuccess { workPool { baseJobTemplate hasOwnJobTemplate } } ... on ValidationError { issues { path message } } ... on Error { message } } }`
const SAVE = `mutation ($input: SaveDeploymentInput!) { saveDeployment(input: $input) { __typename
  ... on SaveDeploymentSuccess { deployment { id fullName } } ... on ValidationError { hint issues { path message } } ... on Error { message } } }`
const RUN = `mutation ($input: CreateFlowRunInput!) { createFlowRun(input: $input) { __typename
  ... on CreateFlowRunSuccess { flowRun { uuid } } ... on ValidationError { hint issues { path message } } ... on Error { message } } }`

const deployment = (workPoolName: string, jobVariables: object = {}) => ({
  flowName: 'etl',
  name: 'main',
  entrypoint: 'etl.ts:etl',
  path: '/flows',
  workPoolName,
  jobVariables,
})

test('a pool has the default template of its type until it is given one, and again when that is taken away', async () => {
  const { ask, workPool } = await makeStage()
  const { data } = await ask(
    '{ workPool(name: "local") { baseJobTemplate hasOwnJobTemplate } defaultBaseJobTemplate other: defaultBaseJobTemplate(type: "toString") }',
  )
  expect(data.workPool).toEqual({ baseJobTemplate: data.defaultBaseJobTemplate, hasOwnJobTemplate: false })
  expect(Object.keys(data.defaultBaseJobTemplate.variables.properties)).toEqual(['env', 'nodeFlags'])
  expect(data.other).toBeNull()
  const given = (await ask(UPDATE, { input: { id: workPool.id, baseJobTemplate: TEMPLATE } })).data.updateWorkPool.workPool
  // As it was written, names in their order.
  expect(JSON.stringify(given)).toBe(JSON.stringify({ baseJobTemplate: TEMPLATE, hasOwnJobTemplate: true }))
  const after = (await ask(UPDATE, { input: { id: workPool.id, description: 'x' } })).data.updateWorkPool.workPool
  expect(after.baseJobTemplate).toEqual(TEMPLATE)
  expect((await ask(UPDATE, { input: { id: workPool.id, baseJobTemplate: null } })).data.updateWorkPool.workPool).toEqual(data.workPool)
  const created = await ask(
    'mutation ($template: JSON) { createWorkPool(input: { name: "own", baseJobTemplate: $template }) { ... on CreateWorkPoolSuccess { workPool { baseJobTemplate } } } }',
    { template: TEMPLATE },
  )
  expect(created.data.createWorkPool.workPool).toEqual({ baseJobTemplate: TEMPLATE })
  const { auditRows } = (await ask('{ auditRows { nodes { action details } } }')).data
  expect(auditRows.nodes.map(({ details }: { details: { baseJobTemplate?: string } }) => details.baseJobTemplate).filter(Boolean)).toEqual([
    'own',
    'default',
    'own',
  ])
})

test('what is no template is refused with the place', async () => {
  const { ask, workPool } = await makeStage()
  const of = (properties: object) => ({ job_configuration: {}, variables: { properties } })
  const cases: [unknown, string, RegExp][] = [
    ['x', '', /is an object/],
    [{ ...TEMPLATE, job_configuration: { env: { A: '{{ zone }}' } } }, 'job_configuration.env.A', /there is no variable "zone"/],
    [of({ memory: { type: 'integer', default: '64' } }), 'variables.properties.memory.default', /expected integer, got "64"/],
    [of({ region: { $ref: '#/$defs/none', default: 'eu' } }), 'variables', /cannot be used/],
    [of({ text: { default: 'x'.repeat(66_000) } }), '', /at most 64 KiB/],
  ]
  for (const [baseJobTemplate, place, message] of cases) {
    const answer = await ask(UPDATE, { input: { id: workPool.id, baseJobTemplate } })
    expect(answer.errors, place).toBeUndefined()
    const { __typename, issues } = answer.data.updateWorkPool
    expect(__typename, place).toBe('ValidationError')
    expect(issues[0]).toEqual({ path: ['baseJobTemplate', ...place.split('.').filter(Boolean)], message: expect.stringMatching(message) })
  }
  const made = await ask(
    'mutation { createWorkPool(input: { name: "bad", baseJobTemplate: {} }) { __typename ... on ValidationError { issues { path } } } }',
  )
  expect(made.data.createWorkPool.issues[0].path).toEqual(['baseJobTemplate', 'job_configuration'])
})

test('deployments and runs that do not fit are refused with path and reason; what a run may still bring is not missing before', async () => {
  const { ask, workPool } = await makeStage()
  await ask(UPDATE, { input: { id: workPool.id, baseJobTemplate: TEMPLATE } })
  const saved = async (jobVariables: object) => (await ask(SAVE, { input: deployment('local', jobVariables) })).data.saveDeployment
  expect(await saved({ region: 'moon', memory: 8 })).toMatchObject({
    __typename: 'ValidationError',
    hint: 'Job variables are described by the base job template of the work pool local.',
    issues: [
      { path: ['jobVariables', 'region'], message: 'expected one of "eu", "us", got "moon"' },
      { path: ['jobVariables', 'memory'], message: 'expected 16 or more, got 8' },
    ],
  })
  expect(await saved({ nodeFlags: ['--inspect'] })).toMatchObject({
    issues: [{ path: ['jobVariables', 'nodeFlags'], message: expect.stringMatching(/has no use for/) }],
  })
  expect(await saved({ memory: 128, team: 'data' })).toMatchObject({ __typename: 'SaveDeploymentSuccess' })
  const run = async (jobVariables?: object) => (await ask(RUN, { input: { deploymentName: 'etl/main', jobVariables } })).data.createFlowRun
  expect(await run()).toMatchObject({ issues: [{ path: ['jobVariables', 'region'], message: '"region" is missing' }] })
  expect(await run({ region: { $variable: 'region' }, memory: 128.5 })).toMatchObject({ issues: [{ path: ['jobVariables', 'memory'] }] })
  expect(await run({ region: 'eu' })).toMatchObject({ __typename: 'CreateFlowRunSuccess' })
  // A deployment that came to be before its pool had the template is refused when it is run.
  const { deployments } = (await ask('{ deployments { nodes { fullName jobVariableIssues { path message } } } }')).data
  const missing = [{ path: ['jobVariables', 'region'], message: '"region" is missing' }]
  expect(deployments.nodes).toEqual([
    { fullName: 'etl/main', jobVariableIssues: missing },
    { fullName: 'etl/nightly', jobVariableIssues: missing },
  ])
  expect((await ask(RUN, { input: { deploymentName: 'etl/nightly' } })).data.createFlowRun).toMatchObject({
    issues: [{ path: ['jobVariables', 'region'] }],
  })
  // Another pool takes them as they are.
  await ask('mutation { createWorkPool(input: { name: "open" }) { __typename } }')
  expect((await ask(SAVE, { input: deployment('open', { region: 'moon', nodeFlags: ['--inspect'] }) })).data.saveDeployment.__typename).toBe(
    'SaveDeploymentSuccess',
  )
})

test('a worker gets what the template makes of the variables, at no further round trip; the run reads its own', async () => {
  const world = await makeWorkspace()
  const pool = await world.makePool()
  const ask = askAs(world.editorKey.text)
  const id = (await ask(`{ workPool(name: "${pool.name}") { id } }`)).data.workPool.id
  const worker = await TestWorker.start(world, pool.name)
  await ask(SAVE, { input: deployment(pool.name, { memory: 128, env: { LOG: 'loud' } }) })
  const costly = askWith({ authorization: `Bearer ${world.editorKey.text}`, 'x-weir-cost': '1' })
  const trigger = async () => {
    const answer = (await costly(RUN, { input: { deploymentName: 'etl/main', jobVariables: { region: 'us', team: 'data' } } })) as unknown as {
      data: { createFlowRun: { __typename: string } }
      extensions: { cost: { roundTrips: number } }
    }
    expect(answer.data.createFlowRun.__typename).toBe('CreateFlowRunSuccess')
    const [assignment] = await worker.takes(1)
    return { jobVariables: assignment?.deployment?.jobVariables, cost: answer.extensions.cost.roundTrips }
  }
  const variables = { memory: 128, region: 'us', team: 'data' }
  expect((await trigger()).jobVariables).toEqual({ ...variables, env: { LOG: 'loud' } })
  const before = await trigger()
  await ask(UPDATE, { input: { id, baseJobTemplate: TEMPLATE } })
  const filled = { ...variables, env: { REGION: 'us', TOKEN: { $block: 'secret/api.value' }, LOG: 'loud' }, nodeFlags: ['--max-old-space-size=128'] }
  // What this isolate remembers of the deployment is out of date, and the record refuses it.
  expect((await trigger()).jobVariables).toEqual(filled)
  expect(await trigger()).toEqual({ jobVariables: filled, cost: before.cost })
})

test('a run that waits gets the template of the moment it is taken; one that does not fit it any more ends and says why, and those behind it go on', async () => {
  const world = await makeWorkspace()
  const pool = await world.makePool()
  const ask = askAs(world.editorKey.text)
  const id = (await ask(`{ workPool(name: "${pool.name}") { id } }`)).data.workPool.id
  const unfit = await pool.insertRun({ jobVariables: { region: 'moon' }, scheduledTime: Date.now() - 2_000 })
  const fits = await pool.insertRun({ jobVariables: { region: 'eu' }, scheduledTime: Date.now() - 1_000 })
  await ask(UPDATE, { input: { id, baseJobTemplate: TEMPLATE } })
  const worker = await TestWorker.start(world, pool.name, { slots: 1 })
  const [assignment] = await worker.takes(1)
  expect(assignment).toMatchObject({
    flowRunId: fits,
    deployment: { jobVariables: { region: 'eu', memory: 64, nodeFlags: ['--max-old-space-size=64'] } },
  })
  await eventually(async () => (await world.readRun(unfit)).state.type === 'CRASHED')
  expect(await world.readRun(unfit)).toMatchObject({
    holder: null,
    state: {
      name: 'Crashed',
      message:
        'Not started: its job variables do not fit the base job template of its work pool: jobVariables.region: expected one of "eu", "us", got "moon"',
    },
  })
})
