/**
 * What a rule sees and what it may answer. A rule is a value: no clock, no database, no await; ids and chance come in with the facts.
 */
import type { FlowRunFacts } from '../flow-run.ts'
import type { Instant } from '../instant.ts'
import type { RetryPolicy } from '../retry-policy.ts'
import type { State, StateType } from '../states.ts'

/** What every transition brings, of whatever kind of run. */
export interface Transition {
  /** The present state; null before the first one. */
  current: State | null
  proposed: State
  now: Instant
  /** In [0, 1): spreads retries. */
  random: number
  newId: () => string
}

/** Who proposes: the runner under its epoch, a person (or an automation for one), or the control plane itself. */
export type Proposer = 'runner' | 'person' | 'system'

export interface FlowRunTransition extends Transition {
  run: Pick<FlowRunFacts, 'holder' | 'runCount' | 'deploymentId' | 'rootFlowRunId' | 'policy'>
  by: Proposer
}

export interface TaskRunTransition extends Transition {
  /** Attempts so far, the present one included. */
  runCount: number
  retries: RetryPolicy
  /** False when the author's retry condition said no. */
  retriable: boolean
  /** Present state type of the flow run that the task belongs to. */
  flowRunStateType: StateType
}

/** What must happen together with the new state, in the same statement. */
export interface Effects {
  /** A new attempt begins: runCount + 1. */
  countRun?: boolean
  /** Holder and slots are freed. */
  endLease?: boolean
  /** Given out again: epoch + 1. */
  raiseEpoch?: boolean
}

export type Verdict =
  /** The proposed state is written. */
  | { kind: 'accept'; state: State; effects: Effects }
  /** `state` is written instead; when it is the current state, nothing is written. */
  | { kind: 'reject'; state: State; reason: string; effects: Effects }
  /** Nothing is written: propose the same again at `until`. */
  | { kind: 'wait'; until: Instant; reason: string }
  /** Nothing is written, for good. `code` is stable. */
  | { kind: 'abort'; code: string; reason: string }

/** One rule's answer; `pass` leaves the proposal as it is, perhaps with effects. */
type RuleAnswer =
  | { kind: 'pass'; effects?: Effects }
  | { kind: 'reject'; state: State; reason: string; effects?: Effects }
  | { kind: 'wait'; until: Instant; reason: string }
  | { kind: 'abort'; code: string; reason: string }

export interface Rule<T extends Transition> {
  name: string
  /** States it looks at; `any` includes "no state yet". */
  from: readonly StateType[] | 'any'
  to: readonly StateType[] | 'any'
  decide: (transition: T) => RuleAnswer
}

export const pass = (effects?: Effects): RuleAnswer => (effects ? { kind: 'pass', effects } : { kind: 'pass' })
export const reject = (state: State, reason: string, effects?: Effects): RuleAnswer =>
  effects ? { kind: 'reject', state, reason, effects } : { kind: 'reject', state, reason }
export const wait = (until: Instant, reason: string): RuleAnswer => ({ kind: 'wait', until, reason })
export const abort = (code: string, reason: string): RuleAnswer => ({ kind: 'abort', code, reason })
