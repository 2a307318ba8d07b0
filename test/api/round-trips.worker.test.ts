/** What operations cost: round trips to the record, whatever the length of a list. */
import { expect, test } from 'vitest'
import { logsFact, startRunner, taskRunFact } from './reporting.ts'
import { CREATE, makeStage, send } from './support.ts'

const NESTED = `{ flowRuns(first: 50) { totalCount nodes {
  name state { type } stateHistory { name } flow { name deployments { name } } deployment { parameters version { number } versions { number } workPool { name queues { name } } }
  deploymentVersion { entrypoint } workPool { status workers { name } } workQueue { waitingCount } worker { hostname } parentFlowRun { name } childFlowRuns { name }
  taskRuns(first: 5) { totalCount nodes { name } } logs(first: 5) { nodes { message } } artifacts { key } } } }`

test('round trips are counted, and do not grow with the length of lists or the depth of what hangs on them', async () => {
  const { ask, key, deployment, workPool } = await makeStage()
  const cost = async (query: string, variables: Record<string, unknown> = {}) => {
    const response = await send('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}`, 'x-weir-cost': '1' },
      body: JSON.stringify({ query, variables }),
    })
    const answer = (await response.json()) as { errors?: unknown; extensions: { cost: { roundTrips: number } } }
    expect(answer.errors, query).toBeUndefined()
    return answer.extensions.cost.roundTrips
  }
  const runner = await startRunner(ask)
  await runner.report(taskRunFact(runner.uuid, 'read'), logsFact(runner.uuid, 'line'))
  await ask(CREATE, { input: { deploymentName: 'etl/nightly' } })
  const few = await cost(NESTED)
  for (let n = 0; n < 12; n++) await ask(CREATE, { input: { deploymentName: 'etl/nightly' } })
  expect(await cost(NESTED)).toBe(few)
  expect(few).toBeLessThanOrEqual(4)

  const { data } = await ask('mutation { setVariable(input: { name: "a", value: 1 }) { ... on SetVariableSuccess { variable { id } } } }')
  const variable = data.setVariable.variable.id as string
  // The most that each may take. A write that is read again takes two.
  const most: [number, string, Record<string, unknown>?][] = [
    [0, '{ __typename }'],
    [0, '{ viewer { actor permissions } }'],
    [1, '{ viewer { workspace { name } } }'],
    [1, 'query ($id: ID!) { flowRun(id: $id) { name state { type } times { running } } }', { id: runner.id }],
    [1, '{ flowRuns { nodes { name flow { name } deployment { name } workPool { name } } } }'],
    [
      1,
      '{ flowRuns { totalCount nodes { name } } deployments { totalCount nodes { name } } workPools { nodes { name queues { name } } } variables { nodes { name } } }',
    ],
    [2, '{ flowRuns { nodes { deployment { version { number } } taskRuns { nodes { name } } } } }'],
    [2, '{ deployments { nodes { flow { createdAt } flowRuns { nodes { name } } versions { number } } } }'],
    [2, '{ flows { nodes { deployments { name version { number } workPool { name } } } } }'],
    [2, '{ flows { totalCount nodes { lastRuns { name stateType } deployments { name } } } }'],
    [2, '{ deployments { totalCount nodes { lastRuns { name stateType } flow { name lastRuns { name } } } } }'],
    [1, '{ workPools { nodes { waitingCount slotsUsed queues { waitingCount } } } }'],
    [2, '{ workPools { nodes { workers { name hostname slotsUsed } } } }'],
    [1, 'query ($id: ID!) { node(id: $id) { ... on Variable { name value } } }', { id: variable }],
    [
      1,
      '{ auditRows { totalCount nodes { action } } apiKeys { name } serviceAccounts { totalCount } operations { totalCount } artifacts { totalCount } events { totalCount nodes { name resource { id } related { id } } } }',
    ],
    [1, 'mutation { emitEvent(input: { name: "a", resource: { id: "b" } }) { ... on EmitEventSuccess { event { name related { id } } } } }'],
    [2, CREATE, { input: { deploymentName: 'etl/nightly' } }],
    [2, 'mutation { setVariable(input: { name: "a", value: 2 }) { ... on SetVariableSuccess { variable { value } } } }'],
    [
      2,
      'mutation ($id: ID!) { updateWorkPool(input: { id: $id, description: "x" }) { ... on UpdateWorkPoolSuccess { workPool { description queues { name } } } } }',
      { id: workPool.id },
    ],
    [
      4,
      'mutation ($id: ID!) { updateDeployment(input: { id: $id, description: "x" }) { ... on UpdateDeploymentSuccess { deployment { description } } } }',
      { id: deployment.id },
    ],
    [1, 'mutation ($id: ID!) { deleteVariable(input: { id: $id }) { __typename } }', { id: variable }],
  ]
  for (const [trips, query, variables] of most) expect(await cost(query, variables), query).toBeLessThanOrEqual(trips)
})
