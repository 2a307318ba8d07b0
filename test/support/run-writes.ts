/** What a report brings to the record, for tests. */
import type { Change } from '../../core/change.ts'
import { newId } from '../../core/ids.ts'
import type { ChildFlowRunFact, TaskRunFact } from '../../core/protocol/reports.ts'
import { stateOf } from './record-fixture.ts'

/** A change that a run's first report makes, of what was PENDING in epoch 1. */
export const changeOf = (flowRunId: string, stateId: string, more: Partial<Change> = {}): Change => ({
  flowRunId,
  guard: { stateId, epoch: 1, lastN: 0, ...more.guard },
  states: [],
  history: [],
  lease: 'keep',
  raiseEpoch: false,
  lastN: 1,
  ...(({ guard: _, ...rest }) => rest)(more),
})

/** A task run that has completed. */
export const taskRunOf = (flowRunId: string, more: Partial<TaskRunFact> = {}): TaskRunFact => ({
  kind: 'task-run',
  taskRunId: newId(),
  flowRunId,
  name: 'load',
  taskKey: 'load',
  dynamicKey: '0',
  tags: ['io'],
  runCount: 1,
  states: [stateOf({ type: 'PENDING' }), stateOf({ type: 'RUNNING' }), stateOf({ type: 'COMPLETED' })],
  startTime: Date.now() - 5,
  endTime: Date.now(),
  runTime: 5,
  upstream: [],
  parentTaskRunId: null,
  ...more,
})

/** A subflow of the run that has just begun. */
export const childFlowRunOf = (parentFlowRunId: string, more: Partial<ChildFlowRunFact> = {}): ChildFlowRunFact => ({
  kind: 'child-flow-run',
  flowRunId: newId(),
  parentFlowRunId,
  parentTaskRunId: null,
  flowName: 'inner',
  name: 'inner',
  parameters: {},
  tags: [],
  runCount: 1,
  createdAt: Date.now(),
  states: [stateOf({ type: 'RUNNING' })],
  ...more,
})
