import { expect, test } from 'vitest'
import { newId } from '../../../core/ids.ts'
import type { TaskRunFact } from '../../../core/protocol/reports.ts'
import { asOneOfADeployment, startRunner, taskRunFact } from '../reporting.ts'
import { CREATE, makeStage } from '../support.ts'

/** A task run whose result is kept, finished so many seconds after the others. */
function kept(flowRunId: string, name: string, second: number): TaskRunFact {
  const fact = taskRunFact(flowRunId, name)
  const at = Date.now() - 60_000 + second * 1_000
  const states = fact.states.map((state, index) => ({
    ...state,
    timestamp: at + index,
    details: state.type === 'COMPLETED' ? { result: { type: 'json', reference: `file:///results/${name}` }, durableKey: `key-${name}` } : {},
  }))
  return { ...fact, states, startTime: at + 1, endTime: at + 2 }
}

const WORK = `query ($id: ID!, $from: String!) { flowRun(id: $id) {
  durableWork { generation hasMore finished { name durableKey result { type reference } } }
  retryPreview(fromTask: $from) { problem reused reusedCount again againCount } } }`
const RETRY = `mutation ($id: ID!, $from: String) { retryFlowRun(input: { id: $id, fromTask: $from }) { __typename
  ... on RetryFlowRunSuccess { reusedCount againCount flowRun { epoch state { message } durableWork { generation finished { name } } } } ... on Error { message hint } } }`

test('what a durable run has finished is read with its results; retried from a task, the rest is no longer found', async () => {
  const { ask, workspaceId } = await makeStage()
  const runner = await startRunner(ask)
  await runner.report(kept(runner.uuid, 'read', 1), kept(runner.uuid, 'load', 2), kept(runner.uuid, 'send', 3), taskRunFact(runner.uuid, 'loose'))
  await runner.end('FAILED')
  const shown = (await ask(WORK, { id: runner.id, from: 'load' })).data.flowRun
  expect(shown).toEqual({
    durableWork: {
      generation: 0,
      hasMore: false,
      finished: expect.arrayContaining([{ name: 'read', durableKey: 'key-read', result: { type: 'json', reference: 'file:///results/read' } }]),
    },
    retryPreview: { problem: null, reused: ['read'], reusedCount: 1, again: expect.arrayContaining(['load', 'send']), againCount: 2 },
  })
  expect(shown.durableWork.finished).toHaveLength(3)
  expect((await ask(WORK, { id: runner.id, from: 'nothing' })).data.flowRun.retryPreview.problem).toMatch(
    /no task "nothing" ran in this run. Tasks that ran: .*load/,
  )

  // The same run as one of a deployment: a worker could take it again.
  await asOneOfADeployment(workspaceId, runner.uuid)
  expect((await ask(RETRY, { id: runner.id, from: 'nothing' })).data.retryFlowRun).toMatchObject({
    __typename: 'ConflictError',
    hint: expect.stringContaining('load'),
  })
  expect((await ask(RETRY, { id: runner.id, from: 'load' })).data.retryFlowRun).toEqual({
    __typename: 'RetryFlowRunSuccess',
    reusedCount: 1,
    againCount: 2,
    flowRun: {
      epoch: 2,
      state: { message: 'Retried from task load by key "admin"' },
      durableWork: { generation: 1, finished: [{ name: 'read' }] },
    },
  })
})

test('what a task has called is told with the task, also through a subflow', async () => {
  const { ask } = await makeStage()
  const { id, uuid, report } = await startRunner(ask)
  const outer = kept(uuid, 'outer', 1)
  const inner = { ...kept(uuid, 'inner', 2), parentTaskRunId: outer.taskRunId }
  const standIn = { ...taskRunFact(uuid, 'child'), parentTaskRunId: inner.taskRunId }
  const [child, grandchild] = [newId(), newId()]
  const below = kept(grandchild, 'below', 3)
  const state = { id: newId(), type: 'RUNNING' as const, name: 'Running', timestamp: Date.now(), message: null, details: {} }
  const subflow = (flowRunId: string, parentFlowRunId: string, parentTaskRunId: string) => ({
    ...{ kind: 'child-flow-run' as const, flowRunId, parentFlowRunId, parentTaskRunId, flowName: 'child', name: 'child', parameters: {}, tags: [] },
    ...{ runCount: 1, createdAt: Date.now(), states: [{ ...state, id: newId() }] },
  })
  const standInBelow = taskRunFact(child, 'grandchild')
  await report(
    outer,
    inner,
    standIn,
    subflow(child, uuid, standIn.taskRunId),
    standInBelow,
    subflow(grandchild, child, standInBelow.taskRunId),
    below,
    kept(child, 'beside', 4),
  )
  const { data } = await ask('query ($id: ID!) { flowRun(id: $id) { durableWork { finished { name parentTaskRunId } } } }', { id })
  const within = new Map(
    data.flowRun.durableWork.finished.map((row: { name: string; parentTaskRunId: string | null }) => [row.name, row.parentTaskRunId]),
  )
  expect(within).toEqual(
    new Map([
      ['outer', null],
      ['inner', outer.taskRunId],
      ['below', inner.taskRunId],
      ['beside', inner.taskRunId],
    ]),
  )
})

test('a run of which nothing was kept is not retried from a task', async () => {
  const { ask } = await makeStage()
  const { id } = (await ask(CREATE, { input: { deploymentName: 'etl/nightly', name: newId() } })).data.createFlowRun.flowRun
  expect((await ask(WORK, { id, from: 'x' })).data.flowRun).toMatchObject({
    durableWork: { generation: 0, finished: [] },
    retryPreview: { problem: 'no task "x" ran in this run. No task ran in it: retry it as a whole.' },
  })
})
