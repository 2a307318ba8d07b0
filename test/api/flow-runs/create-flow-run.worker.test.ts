import { expect, test } from 'vitest'
import { CREATE, makeStage } from '../support.ts'

test('a run is made of a deployment by name, waits SCHEDULED without a worker, and says why', async () => {
  const { ask } = await makeStage()
  const { data, errors } = await ask(CREATE, { input: { deploymentName: 'etl/nightly', tags: ['a'] } })
  expect(errors).toBeUndefined()
  expect(data.createFlowRun).toMatchObject({ __typename: 'CreateFlowRunSuccess', existed: false, warnings: [], flowRun: { state: { type: 'SCHEDULED' }, tags: ['a'], parameters: {} } })
  const { flowRun } = data.createFlowRun
  expect(flowRun.name).toMatch(/^[a-z]+-[a-z]+$/)
  const read = await ask(
    `query ($id: ID!) { flowRun(id: $id) { uuid name createdBy url flow { name createdAt } deployment { fullName version { number } } workPool { name status } state { type name isFinal }
      stateHistory { type } why { waitingFor { kind message hint } } taskRuns { totalCount nodes { id } } logs { nodes { message } } artifacts { id } timeline { total ids } times { waiting } } }`,
    { id: flowRun.id },
  )
  expect(read.errors).toBeUndefined()
  expect(read.data.flowRun).toMatchObject({
    uuid: flowRun.uuid,
    createdBy: 'key "admin"',
    flow: { name: 'etl' },
    deployment: { fullName: 'etl/nightly', version: { number: 1 } },
    workPool: { name: 'local', status: 'NOT_READY' },
    stateHistory: [{ type: 'SCHEDULED' }],
    why: { waitingFor: [{ kind: 'NO_WORKER' }] },
  })
})
