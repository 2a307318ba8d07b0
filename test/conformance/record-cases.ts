/** The cases of prefect/record_cases.py for our own rules: every state of a run against every proposal, and what the sweep does. */
import type { Change } from '../../core/change.ts'
import { cancelCollision } from '../../core/cancel-collision.ts'
import { chooseAssignments } from '../../core/dispatch.ts'
import { expirePause } from '../../core/expire-pause.ts'
import { cancelFlowRun, forceFlowRun } from '../../core/flow-run-commands.ts'
import { markLate } from '../../core/late.ts'
import { decide } from '../../core/orchestration/decide.ts'
import { flowRunPolicy } from '../../core/orchestration/flow-run-policy.ts'
import { taskRunPolicy } from '../../core/orchestration/task-run-policy.ts'
import type { Proposer, Verdict } from '../../core/orchestration/transition.ts'
import { NO_RETRIES } from '../../core/retry-policy.ts'
import { isFinal, makeState, type State, type StateDetails, type StateType } from '../../core/states.ts'
import { TIMINGS } from '../../core/timings.ts'
import { NOW, newId, runOf, WORKER } from '../core/facts.ts'

const second = 1_000
const hour = 3_600 * second

/** Entered a minute ago. */
const was = (type: StateType, name?: string, details: StateDetails = {}): State =>
  makeState({ id: newId(), type, timestamp: NOW - 60 * second, details, ...(name === undefined ? {} : { name }) })

/** Rows of the matrix: the state, and whether a process holds the run. */
const FLOW_STATES: Record<string, { state: State; held: boolean }> = {
  Scheduled: { state: was('SCHEDULED', undefined, { scheduledTime: NOW - second }), held: false },
  'Scheduled later': { state: was('SCHEDULED', undefined, { scheduledTime: NOW + hour }), held: false },
  Late: { state: was('SCHEDULED', 'Late', { scheduledTime: NOW - 60 * second }), held: false },
  AwaitingRetry: { state: was('SCHEDULED', 'AwaitingRetry', { scheduledTime: NOW - second }), held: true },
  AwaitingConcurrencySlot: { state: was('SCHEDULED', 'AwaitingConcurrencySlot', { scheduledTime: NOW - second }), held: false },
  Resuming: { state: was('SCHEDULED', 'Resuming', { scheduledTime: NOW - second }), held: false },
  Pending: { state: was('PENDING'), held: true },
  Submitting: { state: was('PENDING', 'Submitting'), held: true },
  Running: { state: was('RUNNING'), held: true },
  Retrying: { state: was('RUNNING', 'Retrying'), held: true },
  Paused: { state: was('PAUSED', 'Paused', { pauseUntil: NOW + hour }), held: true },
  'Paused, expired': { state: was('PAUSED', 'Paused', { pauseUntil: NOW - second }), held: true },
  Suspended: { state: was('PAUSED', 'Suspended', { pauseUntil: NOW + hour }), held: false },
  'Suspended, expired': { state: was('PAUSED', 'Suspended', { pauseUntil: NOW - second }), held: false },
  Cancelling: { state: was('CANCELLING'), held: true },
  Completed: { state: was('COMPLETED'), held: false },
  Failed: { state: was('FAILED'), held: false },
  TimedOut: { state: was('FAILED', 'TimedOut'), held: false },
  Cancelled: { state: was('CANCELLED'), held: false },
  Crashed: { state: was('CRASHED'), held: false },
}

const proposed = (type: StateType, name?: string, details: StateDetails = {}): State =>
  makeState({ id: newId(), type, timestamp: NOW, details, ...(name === undefined ? {} : { name }) })

const FLOW_PROPOSALS: Record<string, () => State> = {
  Scheduled: () => proposed('SCHEDULED', undefined, { scheduledTime: NOW }),
  'Scheduled later': () => proposed('SCHEDULED', undefined, { scheduledTime: NOW + hour }),
  Late: () => proposed('SCHEDULED', 'Late', { scheduledTime: NOW - 60 * second }),
  Pending: () => proposed('PENDING'),
  Submitting: () => proposed('PENDING', 'Submitting'),
  Running: () => proposed('RUNNING'),
  Paused: () => proposed('PAUSED', 'Paused', { pauseUntil: NOW + hour }),
  Suspended: () => proposed('PAUSED', 'Suspended', { pauseUntil: NOW + hour }),
  Cancelling: () => proposed('CANCELLING'),
  Completed: () => proposed('COMPLETED'),
  Failed: () => proposed('FAILED'),
  Cancelled: () => proposed('CANCELLED'),
  Crashed: () => proposed('CRASHED'),
}

/** Who would propose this here: people cancel, retry and resume; the control plane claims and marks late; the rest is the runner's. */
function proposerOf(from: State, to: State): Proposer {
  if (to.name === 'Late' || to.type === 'PENDING') return 'system'
  if (to.type === 'CANCELLING') return 'person'
  if (to.type === 'SCHEDULED' && from.type !== 'RUNNING') return 'person'
  return 'runner'
}

function show(verdict: Verdict, current: State): string {
  if (verdict.kind === 'wait') return 'waits'
  if (verdict.kind === 'abort' || verdict.state === current) return 'stays'
  return `${verdict.state.type} ${verdict.state.name}`
}

function flowMatrix(isDeployed: boolean): Record<string, Record<string, string>> {
  return mapValues(FLOW_STATES, ({ state, held }) =>
    mapValues(FLOW_PROPOSALS, (propose) => {
      const proposal = propose()
      const run = runOf(state, { holder: held ? WORKER : null, ...(isDeployed ? {} : { deploymentId: null }) })
      return show(
        decide(flowRunPolicy, { run, current: state, proposed: proposal, now: NOW, random: 0.5, newId, by: proposerOf(state, proposal) }),
        state,
      )
    }),
  )
}

/** By force: the same state once more is nothing new. */
function forced(): Record<string, Record<string, string>> {
  return mapValues(FLOW_STATES, ({ state, held }) =>
    mapValues({ Completed: 'COMPLETED', Failed: 'FAILED', Cancelled: 'CANCELLED', Crashed: 'CRASHED' } as const, (type) => {
      const verdict = forceFlowRun({ run: runOf(state, { holder: held ? WORKER : null }), type, by: 'somebody', now: NOW, newId })
      return verdict.kind === 'change' ? `${verdict.state.type} ${verdict.state.name}` : 'stays'
    }),
  )
}

const TASK_STATES: Record<string, State> = {
  Pending: was('PENDING'),
  NotReady: was('PENDING', 'NotReady'),
  Running: was('RUNNING'),
  AwaitingRetry: was('SCHEDULED', 'AwaitingRetry', { scheduledTime: NOW - second }),
  'AwaitingRetry later': was('SCHEDULED', 'AwaitingRetry', { scheduledTime: NOW + hour }),
  Completed: was('COMPLETED'),
  Failed: was('FAILED'),
  Cancelled: was('CANCELLED'),
  Crashed: was('CRASHED'),
}

const TASK_PROPOSALS = ['Pending', 'Running', 'Completed', 'Failed', 'Cancelled', 'Crashed', 'Cancelling'] as const

const decideTask = (current: State, to: StateType, flowRunStateType: StateType = 'RUNNING'): string =>
  show(
    decide(taskRunPolicy, {
      current,
      proposed: proposed(to),
      now: NOW,
      random: 0.5,
      newId,
      runCount: 1,
      retries: NO_RETRIES,
      retriable: true,
      flowRunStateType,
    }),
    current,
  )

function retried(): Record<string, string> {
  const seen: Record<string, string> = {}
  for (const count of [0, 1, 2]) {
    for (const runCount of [1, 2, 3]) {
      const current = was('RUNNING')
      const run = runOf(current, { runCount, policy: { retries: { count, delay: 0, jitter: 0 } } })
      const verdict = decide(flowRunPolicy, { run, current, proposed: proposed('FAILED'), now: NOW, random: 0.5, newId, by: 'runner' })
      seen[`${count} retries, attempt ${runCount}`] = show(verdict, current)
    }
  }
  return seen
}

const shown = (change: Change | null): string => {
  const state = change?.states.at(-1)
  return state ? `${state.type} ${state.name}` : 'stays'
}

function duties(): Record<string, string> {
  const late = (seconds: number, name?: string) => {
    const change = markLate(runOf(was('SCHEDULED', name, { scheduledTime: NOW - seconds * second })), NOW, newId, TIMINGS)
    return shown(change)
  }
  const expired = (row: string) => {
    const { state, held } = FLOW_STATES[row] as { state: State; held: boolean }
    return shown(expirePause(runOf(state, { holder: held ? WORKER : null }), NOW, newId))
  }
  // Subflows end with their root, in the record itself; a parent that is only asked to stop asks its children at once.
  const withParent = (type: StateType) => {
    const verdict = cancelFlowRun({
      run: runOf(was(type, undefined, type === 'SCHEDULED' ? { scheduledTime: NOW } : {})),
      by: 'the run that started it',
      now: NOW,
      newId,
    })
    return shown(verdict.kind === 'change' ? verdict.change : null)
  }
  return {
    'pause: its deadline has passed': expired('Paused, expired'),
    'pause: suspended, and its deadline has passed': expired('Suspended, expired'),
    'pause: its deadline is to come': expired('Paused'),
    'child of a cancelled run: deployed, running': withParent('RUNNING'),
    'child of a cancelled run: deployed, scheduled': withParent('SCHEDULED'),
    'child of a cancelled run: deployed, completed': withParent('COMPLETED'),
    'child of a cancelling run: deployed, running': withParent('RUNNING'),
    'late: due 20 s ago': late(20),
    'late: due 5 s ago': late(5),
    'late: waits for a retry, due 20 s ago': late(20, 'AwaitingRetry'),
    'late: to be resumed, due 20 s ago': late(20, 'Resuming'),
  }
}

/** Two runs of a deployment with one place: what dispatch makes of each, and of what it leaves. */
function collisions(): Record<string, string> {
  const waiting = (flowRunId: string) => ({ flowRunId, epoch: 1, workQueueId: 'queue', scheduledTime: NOW, limitIds: ['deployment'] })
  const chosen = chooseAssignments({
    waiting: [waiting('a'), waiting('b')],
    queues: [{ id: 'queue', priority: 1, isPaused: false }],
    limits: [{ id: 'deployment', max: 1, used: 0 }],
    workers: [{ sessionId: 'session', free: 5, queueIds: [] }],
    now: NOW,
  }).map(({ flowRunId }) => flowRunId)
  const left = runOf(was('SCHEDULED', undefined, { scheduledTime: NOW }))
  const taken = (flowRunId: string, otherwise: string) => (chosen.includes(flowRunId) ? 'PENDING Pending' : otherwise)
  return {
    'ENQUEUE, the first run': taken('a', 'stays'),
    'ENQUEUE, the second run': taken('b', 'stays'),
    'CANCEL_NEW, the first run': taken('a', 'stays'),
    'CANCEL_NEW, the second run': taken('b', shown(cancelCollision(left, NOW, newId))),
  }
}

/** In the form of observed.json. */
export const observeRecord = () => ({
  deployed: flowMatrix(true),
  script: flowMatrix(false),
  forced: forced(),
  retried: retried(),
  tasks: mapValues(TASK_STATES, (current) =>
    Object.fromEntries(TASK_PROPOSALS.map((name) => [name, decideTask(current, name.toUpperCase() as StateType)])),
  ),
  taskStarts: mapValues(FLOW_STATES, ({ state }) => decideTask(was('PENDING'), 'RUNNING', state.type)),
  duties: duties(),
  collisions: collisions(),
})

const mapValues = <In, Out>(from: Record<string, In>, make: (value: In) => Out): Record<string, Out> =>
  Object.fromEntries(Object.entries(from).map(([key, value]) => [key, make(value)]))

/** A row whose run is over. */
export const isOver = (row: string): boolean => isFinal(FLOW_STATES[row]?.state.type ?? 'RUNNING')
