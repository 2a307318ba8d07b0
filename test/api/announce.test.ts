import { expect, test } from 'vitest'
import { announce } from '../../api/announce.ts'
import { FLOW_RUNS_TOPIC, flowRunTopic } from '../../core/topics.ts'
import type { Applied, AppliedRun } from '../../db/transitions/apply-changes.ts'
import { NOW, runOf, stateOf } from '../core/facts.ts'

/** What is rung for runs whose state has changed. */
function rungBy(runs: Partial<AppliedRun>[], applied: Partial<Applied> = {}) {
  const feeds: string[] = []
  const pools: object[] = []
  const coordinators = {
    ringFeed: ({ topic }: { topic: string }) => feeds.push(topic),
    ringWorkPool: ({ workspaceId: _, ...ring }: { workspaceId: string }) => pools.push(ring),
  }
  const whole = runs.map((run) => ({ ...WRITTEN, topics: [flowRunTopic(run.flowRunId ?? 'run'), FLOW_RUNS_TOPIC], ...run }))
  announce({ workspaceId: 'workspace', coordinators: coordinators as never }, { now: NOW, isListListenedTo: false, ...applied, runs: whole })
  return { feeds, pools }
}

const WRITTEN: AppliedRun = {
  flowRunId: 'run',
  written: true,
  facts: null,
  watchedUntil: null,
  stateChanged: true,
  topics: [],
  ringWorkPool: false,
  dueAt: null,
  freedLimitIds: [],
}

test('a feed is rung only while somebody listens: to the list of runs, or to the run', () => {
  expect(rungBy([{}])).toEqual({ feeds: [], pools: [] })
  expect(rungBy([{}], { isListListenedTo: true }).feeds).toEqual([FLOW_RUNS_TOPIC])
  expect(rungBy([{ watchedUntil: NOW + 1 }, { flowRunId: 'other' }]).feeds).toEqual([flowRunTopic('run')])
  expect(rungBy([{ watchedUntil: NOW }]).feeds).toEqual([])
  expect(
    rungBy([{ written: false, watchedUntil: NOW + 1, ringWorkPool: true, facts: runOf(stateOf('COMPLETED')) }], { isListListenedTo: true }),
  ).toEqual({
    feeds: [],
    pools: [],
  })
})

test('a pool is rung once: for the run that is due first, and as merely freed when all that it hears of has ended', () => {
  const ended = { ringWorkPool: true, facts: runOf(stateOf('COMPLETED')) }
  const waiting = { ringWorkPool: true, facts: runOf(stateOf('SCHEDULED')) }
  expect(rungBy([ended, ended]).pools).toEqual([{ workPoolId: 'pool', dueAt: null, isFreed: true }])
  expect(rungBy([ended, waiting]).pools).toEqual([{ workPoolId: 'pool', dueAt: null, isFreed: false }])
  expect(
    rungBy([
      { ...waiting, dueAt: NOW + 9 },
      { ...waiting, dueAt: NOW + 5 },
    ]).pools,
  ).toEqual([{ workPoolId: 'pool', dueAt: NOW + 5, isFreed: false }])
  expect(rungBy([{ ...waiting, dueAt: NOW - 5 }]).pools).toEqual([{ workPoolId: 'pool', dueAt: null, isFreed: false }])
})
