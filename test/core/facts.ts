/** What tests of core begin with: a run, its states, ids that count. */
import type { FlowRunFacts } from '../../core/flow-run.ts'
import { NO_RETRIES } from '../../core/retry-policy.ts'
import { makeState, type State, type StateInit, type StateType } from '../../core/states.ts'

/** An ordinary moment. */
export const NOW = Date.UTC(2026, 10, 21, 12)

let counter = 0
export const newId = (): string => {
  counter += 1
  return `id-${counter}`
}

/** A state, entered a minute ago. */
export const stateOf = (type: StateType, init: Partial<StateInit> = {}): State => makeState({ id: newId(), type, timestamp: NOW - 60_000, ...init })

export const lost = (): State => stateOf('CRASHED', { details: { cause: 'lost' } })

export const WORKER = { kind: 'worker', sessionId: 'session' } as const

/** A deployed run of a process pool in its first attempt, held by a worker unless its state says otherwise. */
export function runOf(state: State, init: Partial<Omit<FlowRunFacts, 'policy'>> & { policy?: Partial<FlowRunFacts['policy']> } = {}): FlowRunFacts {
  const isHeld = ['PENDING', 'RUNNING', 'CANCELLING', 'PAUSED'].includes(state.type)
  const { policy, ...rest } = init
  return {
    id: 'run',
    workspaceId: 'workspace',
    state,
    epoch: 1,
    lastN: 0,
    holder: isHeld ? WORKER : null,
    heardAt: isHeld ? NOW - 1_000 : null,
    claimedAt: isHeld ? NOW - 60_000 : null,
    clockShift: null,
    runCount: state.type === 'SCHEDULED' || state.type === 'PENDING' ? 0 : 1,
    deploymentId: 'deployment',
    workPoolId: 'pool',
    workPoolType: 'process',
    rootFlowRunId: null,
    startTime: null,
    policy: { retries: NO_RETRIES, retryOnCrash: 0, onContactLost: 'continue', startAgain: false, ...policy },
    ...rest,
  }
}
