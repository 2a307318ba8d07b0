import { expect, test } from 'vitest'
import { newId } from '../../../core/ids.ts'
import { CREATE, makeStage } from '../support.ts'

const SCHEMA = {
  type: 'object',
  properties: {
    day: { type: 'string', format: 'date' },
    // As zod writes it.
    until: { type: 'string', format: 'date', pattern: '^\\d{4}-\\d\\d-\\d\\d$' },
    cities: { type: 'array', items: { type: 'string' }, minItems: 1 },
    mode: { enum: ['fast', 'slow'] },
  },
  required: ['day'],
  additionalProperties: false,
}

test('a run is made of a deployment by name, waits SCHEDULED without a worker, and says why', async () => {
  const { ask } = await makeStage()
  const { data, errors } = await ask(CREATE, { input: { deploymentName: 'etl/nightly', tags: ['a'] } })
  expect(errors).toBeUndefined()
  expect(data.createFlowRun).toMatchObject({
    __typename: 'CreateFlowRunSuccess',
    existed: false,
    warnings: [],
    flowRun: { state: { type: 'SCHEDULED' }, tags: ['a'], parameters: {} },
  })
  const { flowRun } = data.createFlowRun
  expect(flowRun.name).toMatch(/^[a-z]+-[a-z]+$/)
  const read = await ask(
    `query ($id: ID!) { flowRun(id: $id) { uuid name createdBy url flow { name createdAt } deployment { fullName version { number } } deploymentVersion { number entrypoint }
      workPool { name status } workQueue { name priority } worker { name } state { type name isFinal } stateHistory { type } parentFlowRun { id } childFlowRuns { id }
      why { waitingFor { kind message hint } } taskRuns { totalCount nodes { id } } logs { nodes { message } } artifacts { id } timeline { total ids } times { waiting } } }`,
    { id: flowRun.id },
  )
  expect(read.errors).toBeUndefined()
  expect(read.data.flowRun).toMatchObject({
    uuid: flowRun.uuid,
    createdBy: 'key "admin"',
    url: `http://127.0.0.1:4600/flow-runs/${flowRun.uuid}`,
    flow: { name: 'etl' },
    deployment: { fullName: 'etl/nightly', version: { number: 1 } },
    deploymentVersion: { number: 1, entrypoint: 'etl.ts:etl' },
    workPool: { name: 'local', status: 'NOT_READY' },
    workQueue: { name: 'default', priority: 1 },
    worker: null,
    stateHistory: [{ type: 'SCHEDULED' }],
    why: { waitingFor: [{ kind: 'NO_WORKER' }] },
  })
})

test('parameters that do not fit are refused with place and expectation, and nothing is made', async () => {
  const { ask } = await makeStage(SCHEMA)
  const cases: [unknown, string[], string | null][] = [
    [{}, ['parameters', 'day'], 'string'],
    [{ day: 7 }, ['parameters', 'day'], 'string'],
    [{ day: 'tomorrow' }, ['parameters', 'day'], 'a text of the format date'],
    [{ day: '2026-01-01', until: 'tomorrow' }, ['parameters', 'until'], 'a text of the format date'],
    [{ day: '2026-01-01', cities: [] }, ['parameters', 'cities'], 'at least 1 element'],
    [{ day: '2026-01-01', cities: ['Oslo', 4] }, ['parameters', 'cities', '1'], 'string'],
    [{ day: '2026-01-01', mode: 'odd' }, ['parameters', 'mode'], 'one of "fast", "slow"'],
    [{ day: '2026-01-01', dya: 1 }, ['parameters', 'dya'], null],
    [['day'], ['parameters'], 'object'],
    ['day', ['parameters'], 'object'],
    [7, ['parameters'], 'object'],
  ]
  for (const [parameters, path, expected] of cases) {
    const { data } = await ask(CREATE, { input: { deploymentName: 'etl/nightly', parameters } })
    expect(data.createFlowRun, JSON.stringify(parameters)).toMatchObject({
      __typename: 'ValidationError',
      code: 'BAD_USER_INPUT',
      issues: [{ path, expected }],
    })
  }
  expect((await ask('{ flowRuns { totalCount } }')).data.flowRuns.totalCount).toBe(0)
  const good = await ask(CREATE, { input: { deploymentName: 'etl/nightly', parameters: { day: '2026-01-01', cities: ['Oslo'] } } })
  expect(good.data.createFlowRun.flowRun.parameters).toEqual({ day: '2026-01-01', cities: ['Oslo'] })
})

test('hostile and mistaken input is refused with its place, and nothing is made', async () => {
  const { ask } = await makeStage()
  const create = (input: object) => ask(CREATE, { input: { deploymentName: 'etl/nightly', ...input } })
  const nested: unknown = JSON.parse(`${'{"a":'.repeat(98)}{}${'}'.repeat(98)}`)
  const cases: Record<string, [object, string]> = {
    'no deployment': [{ deploymentName: null }, 'ValidationError'],
    'two deployments': [{ deploymentId: newId() }, 'ValidationError'],
    'a name without flow': [{ deploymentName: 'nightly' }, 'ValidationError'],
    'too many slashes': [{ deploymentName: 'a/b/c' }, 'ValidationError'],
    'a deployment that is not there': [{ deploymentName: 'etl/nothing' }, 'NotFoundError'],
    'an id that is not there': [{ deploymentName: null, deploymentId: newId() }, 'NotFoundError'],
    'an id of something else': [{ deploymentName: null, deploymentId: btoa(`Flow:${newId()}`) }, 'ValidationError'],
    'an empty name': [{ name: '' }, 'ValidationError'],
    'a name of blanks': [{ name: '   ' }, 'ValidationError'],
    'a long name': [{ name: 'x'.repeat(256) }, 'ValidationError'],
    'a slash in the name': [{ name: 'a/b' }, 'ValidationError'],
    'a script as name': [{ name: '<script>' }, 'ValidationError'],
    'an empty tag': [{ tags: [''] }, 'ValidationError'],
    'a long tag': [{ tags: ['x'.repeat(256)] }, 'ValidationError'],
    'too many tags': [{ tags: Array.from({ length: 501 }, String) }, 'ValidationError'],
    'an empty key': [{ idempotencyKey: '' }, 'ValidationError'],
    'a long key': [{ idempotencyKey: 'x'.repeat(256) }, 'ValidationError'],
    'job variables as a list': [{ jobVariables: [] }, 'ValidationError'],
    'large parameters': [{ parameters: { text: 'x'.repeat(512 * 1024) } }, 'LimitExceededError'],
    'large job variables': [{ jobVariables: { text: 'x'.repeat(512 * 1024) } }, 'LimitExceededError'],
    'SQL as a name of a deployment': [{ deploymentName: "etl/'; drop table flows; --" }, 'NotFoundError'],
  }
  expect(Object.keys(cases).length).toBeGreaterThanOrEqual(20)
  for (const [what, [input, type]] of Object.entries(cases)) {
    const { data, errors } = await create(input)
    expect(errors, what).toBeUndefined()
    expect(data.createFlowRun.__typename, what).toBe(type)
    expect(data.createFlowRun.message.length, what).toBeGreaterThan(10)
  }
  expect((await create({ parameters: { nested } })).errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT')
  expect((await ask('{ flowRuns { totalCount } }')).data.flowRuns.totalCount).toBe(0)
  const odd = await create({
    name: 'Ünïcode “run” 🚀 #1',
    tags: ["'; drop table flow_runs; --", '{}', '"', '\\'],
    parameters: { __proto__x: 1, constructor: 'x', '': '', 'a.b': [null] },
  })
  expect(odd.data.createFlowRun.flowRun).toMatchObject({ name: 'Ünïcode “run” 🚀 #1', tags: ["'; drop table flow_runs; --", '{}', '"', '\\'] })
})

test('the same idempotency key returns the run that exists, and warns when something differs', async () => {
  const { ask } = await makeStage()
  const create = (input: object) => ask(CREATE, { input: { deploymentName: 'etl/nightly', idempotencyKey: 'order-7', ...input } })
  const first = (await create({ parameters: { a: 1, b: { c: 2, d: 3 } } })).data.createFlowRun
  const same = (await create({ parameters: { b: { d: 3, c: 2 }, a: 1 } })).data.createFlowRun
  expect(same).toMatchObject({ existed: true, warnings: [], flowRun: { uuid: first.flowRun.uuid } })
  const other = (await create({ parameters: { a: 2 } })).data.createFlowRun
  expect(other).toMatchObject({ existed: true, flowRun: { uuid: first.flowRun.uuid, parameters: { a: 1 } } })
  expect(other.warnings).toEqual([expect.stringContaining('other parameters')])
  const many = await Promise.all(Array.from({ length: 10 }, () => create({ idempotencyKey: 'order-8' })))
  expect(new Set(many.map(({ data }) => data.createFlowRun.flowRun.uuid)).size).toBe(1)
  expect(many.filter(({ data }) => !data.createFlowRun.existed)).toHaveLength(1)
})

test('a run for later waits for its time', async () => {
  const { ask } = await makeStage()
  const { data } = await ask(CREATE, { input: { deploymentName: 'etl/nightly', scheduledTime: '2099-01-01T00:00:00+01:00' } })
  const read = await ask('query ($id: ID!) { flowRun(id: $id) { scheduledTime state { type scheduledTime } why { waitingFor { kind until } } } }', {
    id: data.createFlowRun.flowRun.id,
  })
  expect(read.data.flowRun).toMatchObject({
    scheduledTime: '2098-12-31T23:00:00.000000Z',
    state: { type: 'SCHEDULED', scheduledTime: '2098-12-31T23:00:00.000000Z' },
    why: { waitingFor: [{ kind: 'NOT_DUE', until: '2098-12-31T23:00:00.000000Z' }, { kind: 'NO_WORKER' }] },
  })
})
