/**
 * Folds what a runner reports into one change of its run. Under its epoch the runner is the only writer; here is decided what of it the record takes.
 *
 * 1. n must be last + 1: a lower one is a duplicate, a higher one a gap.
 * 2. An old epoch is told to stop; nothing of it is written.
 * 3. Nothing is dropped silently: a state that the record does not take is kept as history.
 * 4. Cancel against completion: whichever the record had first.
 */
import type { Change } from './change.ts'
import type { FlowRunFacts, Holder } from './flow-run.ts'
import type { Instant } from './instant.ts'
import type { Directive, Fact, FlowRunStateFact, RunReport } from './protocol/reports.ts'
import { isLost, presentState, REPORT_MATRIX } from './report-matrix.ts'
import { clockShiftAfter, shiftState, shiftStates, shiftTime, timeAfter } from './state-clock.ts'
import { isFinal, makeState, type State } from './states.ts'
import { isAskedToSuspend, suspendDirective } from './suspend-request.ts'

interface ReportToFold {
  run: FlowRunFacts
  report: RunReport
  /** `sentAt` of the request. */
  sentAt: Instant
  /**
   * Who holds the run if its contact is regained: the sender's session when this epoch was given to that session, in every other case the runner
   * (which nobody renews but itself, so that a spool delivered for a dead process brings no run to life for long).
   */
  from: Holder
  /** Database time of arrival. */
  now: Instant
  newId: () => string
}

/** A fact that is no state of the run itself; its times are shifted to the record's clock. */
type ChildFact = Exclude<Fact, FlowRunStateFact>

type Fold =
  /** Write change and facts in one batch; acknowledge n when the change was written, read and fold again when its guard failed. */
  | { kind: 'write'; change: Change; facts: ChildFact[]; state: State; regained: boolean; directives: Directive[] }
  /** Stored before: acknowledge `acknowledged` and write nothing (contact still counts). */
  | { kind: 'duplicate'; acknowledged: number; directives: Directive[] }
  /** Answer with `acknowledged: expected − 1`. */
  | { kind: 'gap'; expected: number; directives: Directive[] }
  /** Answer with the directive `stop`; write nothing. */
  | { kind: 'stop'; reason: string }

/** Decides one report. Deterministic in its input; the caller repeats it with a fresh `run` when the guard failed. */
export function foldReport({ run, report, sentAt, from, now, newId }: ReportToFold): Fold {
  if (report.epoch !== run.epoch) {
    return { kind: 'stop', reason: `epoch ${report.epoch} of the run is over: it was given out again as epoch ${run.epoch}` }
  }
  if (report.n <= run.lastN) return { kind: 'duplicate', acknowledged: run.lastN, directives: directivesOf(run.state, report, false) }
  if (report.n > run.lastN + 1) return { kind: 'gap', expected: run.lastN + 1, directives: directivesOf(run.state, report, false) }
  if (run.holder === null && !isFinal(run.state.type)) return { kind: 'stop', reason: `nobody holds the run (${run.state.name})` }

  const clockShift = clockShiftAfter(run.clockShift, now, sentAt)
  const walk = walkStates({ run, report, now, newId, clockShift })
  const { state } = walk
  const facts = report.facts.flatMap((fact) => (fact.kind === 'flow-run-state' ? [] : [shiftFact(fact, clockShift, now)]))
  const change: Change = {
    flowRunId: run.id,
    guard: { stateId: run.state.id, epoch: run.epoch, lastN: run.lastN },
    states: walk.states,
    history: walk.history,
    lease: isFinal(state.type) || walk.released ? 'end' : walk.regained ? 'regain' : 'keep',
    raiseEpoch: walk.released,
    lastN: report.n,
    clockShift,
    heard: true,
  }
  if (change.lease === 'regain') change.holder = from
  if (walk.runCount > run.runCount) change.runCount = walk.runCount
  if (walk.states.length > 0) change.scheduledTime = state.type === 'SCHEDULED' ? (state.details.scheduledTime ?? state.timestamp) : null
  const reportsEnd = report.facts.some((fact) => fact.kind === 'flow-run-state' && isFinal(fact.state.type))
  const directives: Directive[] = walk.released
    ? [{ kind: 'stop', reason: state.type === 'PAUSED' ? 'the run is suspended' : 'the run waits for a later attempt' }]
    : directivesOf(state, report, reportsEnd)
  return { kind: 'write', change, facts, state, regained: walk.regained, directives }
}

interface Walk {
  state: State
  states: State[]
  history: State[]
  runCount: number
  released: boolean
  regained: boolean
}

/** Takes the reported states one after the other through the matrix. */
function walkStates({ run, report, now, newId, clockShift }: Omit<ReportToFold, 'sentAt' | 'from'> & { clockShift: number }): Walk {
  const walk: Walk = { state: run.state, states: [], history: [], runCount: run.runCount, released: false, regained: false }
  const become = (state: State) => {
    walk.states.push(state)
    walk.state = state
  }
  let last = run.state.timestamp
  for (const fact of report.facts) {
    if (fact.kind !== 'flow-run-state') continue
    const state = shiftState(fact.state, clockShift, now, last)
    last = state.timestamp
    if (fact.state.type === 'RUNNING') walk.runCount = Math.max(walk.runCount, fact.runCount)
    const outcome = walk.released ? 'history' : REPORT_MATRIX[presentState(walk.state)][state.type]
    if (outcome === 'accept') become(state)
    else walk.history.push(state)
    if (outcome === 'cancel') {
      last = timeAfter(last, last)
      become(cancelled(walk.state, last, newId, `It was being cancelled when it came to its end (${state.name})`))
    }
    if (fact.release && (fact.state.type === 'SCHEDULED' || fact.state.type === 'PAUSED') && run.deploymentId !== null) {
      if (walk.state.type === 'CANCELLING') {
        const when = fact.state.type === 'PAUSED' ? 'when it was suspended' : 'when its attempt failed'
        last = timeAfter(last, last)
        become(cancelled(walk.state, last, newId, `It was being cancelled ${when}`))
      } else if (outcome === 'accept') walk.released = true
    }
  }
  // Any word of its own epoch re-opens a lost run, also one without a state: the runner lives.
  if (isLost(walk.state)) become(makeState({ id: newId(), type: 'RUNNING', timestamp: timeAfter(last, now), message: 'Contact regained' }))
  walk.regained = isLost(run.state)
  return walk
}

const cancelled = (cancelling: State, timestamp: Instant, newId: () => string, message: string): State => {
  const { by } = cancelling.details
  return makeState({ id: newId(), type: 'CANCELLED', timestamp, message, details: by === undefined ? {} : { by } })
}

/** What a runner has to be told, given the record's state of its run. */
function directivesOf(state: State, report: RunReport, reportsEnd: boolean): Directive[] {
  if (state.type === 'CANCELLING') return [{ kind: 'cancel' }]
  if (state.type === 'RUNNING' && state.details.resumes !== undefined && report.stateId !== state.id)
    return [{ kind: 'resume', pause: state.details.resumes }]
  if (isAskedToSuspend(state) && report.stateId !== state.id) return [suspendDirective(state)]
  if (isFinal(state.type) && !isLost(state) && !reportsEnd && report.stateId !== state.id) {
    return [{ kind: 'stop', reason: `the run is ${state.name}${state.message ? `: ${state.message}` : ''}` }]
  }
  return []
}

/** With its times on the record's clock. */
export function shiftFact<Kind extends ChildFact>(fact: Kind, shift: number, now: Instant): Kind
export function shiftFact(fact: ChildFact, shift: number, now: Instant): ChildFact {
  switch (fact.kind) {
    case 'task-run': {
      const startTime = fact.startTime === null ? null : shiftTime(fact.startTime, shift, now)
      const endTime = fact.endTime === null ? null : Math.max(shiftTime(fact.endTime, shift, now), startTime ?? Number.NEGATIVE_INFINITY)
      return { ...fact, states: shiftStates(fact.states, shift, now), startTime, endTime }
    }
    case 'logs':
      return { ...fact, lines: fact.lines.map((line) => ({ ...line, time: shiftTime(line.time, shift, now) })) }
    case 'artifact':
    case 'event':
      return { ...fact, time: shiftTime(fact.time, shift, now) }
    case 'child-flow-run':
      return { ...fact, createdAt: shiftTime(fact.createdAt, shift, now), states: shiftStates(fact.states, shift, now) }
  }
}

/**
 * The change for a report that is refused for good (a malformed fact): only its number is stored, so that the sequence goes on. The answer carries
 * `refused` with the code and what is wrong.
 */
export const passOverReport = (run: FlowRunFacts, report: Pick<RunReport, 'n'>): Change => ({
  flowRunId: run.id,
  guard: { stateId: run.state.id, epoch: run.epoch, lastN: report.n - 1 },
  states: [],
  history: [],
  lease: 'keep',
  raiseEpoch: false,
  lastN: report.n,
  heard: true,
})
