/**
 * When a holder is lost, and what then becomes of its run.
 *
 * 1. A lease is live until a change ends it; a passed deadline by itself frees nothing.
 * 2. Only silence (counted by a judge that was there all the time) or a witnessed death loses a lease. A closed socket alone loses nothing.
 * 3. A judge that was away judges nobody and gives everybody grace.
 * 4. A run is given out again only when its old holder cannot be running it: nobody got it, its process has ended, or its fence has passed.
 */
import type { Change } from './change.ts'
import type { FlowRunFacts } from './flow-run.ts'
import type { Instant } from './instant.ts'
import { cutTo, LIMITS } from './limits.ts'
import { decide } from './orchestration/decide.ts'
import { flowRunPolicy } from './orchestration/flow-run-policy.ts'
import type { HolderFact, TimedOutFact, TimedOutPart } from './protocol/reports.ts'
import { timeAfter } from './state-clock.ts'
import { isFinal, makeState, type State, type StateDetails } from './states.ts'
import type { Timings } from './timings.ts'

/** A held run as a judge reads it. */
export interface RunToJudge {
  facts: FlowRunFacts
  /** The session that holds it has ended: its worker has said hello with a new one, or goodbye. Its death is witnessed. */
  isSessionOver: boolean
  /** When the holder said that the process had ended; null = it has not. */
  exitedAt: Instant | null
  exit: NonNullable<StateDetails['exit']> | null
}

/**
 * The verdict on one held run: the change that ends its lease, or null. `mayJudge` is false while the judge itself was away lately (it gave grace):
 * then silence counts for nothing, but a witnessed death still does.
 */
export function judgeRun(
  { facts, isSessionOver, exitedAt, exit }: RunToJudge,
  mayJudge: boolean,
  now: Instant,
  newId: () => string,
  timings: Timings,
): Change | null {
  if (facts.holder === null || isFinal(facts.state.type)) return null
  if (isSessionOver) return loseLease(facts, 'witnessed', now, newId, timings)
  if (!mayJudge) return null
  if (exitedAt !== null && now - exitedAt >= timings.exitWithoutState) return crashAfterExit(facts, exit, now, newId)
  return isSilent(facts, now, timings) ? loseLease(facts, 'silence', now, newId, timings) : null
}

/** Whether the run's holder has been silent for too long. */
export const isSilent = (run: Pick<FlowRunFacts, 'holder' | 'heardAt'>, now: Instant, timings: Timings): boolean =>
  run.holder !== null && run.heardAt !== null && now - run.heardAt >= timings.silence

/**
 * How the holder was lost. `silence`: a judge says so. `witnessed`: the worker said hello as a new process, or a runner says that its worker is gone.
 * `not-held`: the worker lives, and says that it does not hold the run.
 */
export type Loss = 'silence' | 'witnessed' | 'not-held'

const lossMessage: Record<Loss, (run: FlowRunFacts, now: Instant) => string> = {
  silence: (run, now) => `nothing was heard of it for ${Math.round((now - (run.heardAt ?? now)) / 1_000)} s`,
  witnessed: () => 'its process has died',
  'not-held': () => 'the worker does not know the run',
}

/** The change that ends a lost lease; null when there is nothing to lose (no holder, or already final). A judgement by silence guards on heardAt. */
export function loseLease(run: FlowRunFacts, loss: Loss, now: Instant, newId: () => string, timings: Timings): Change | null {
  if (run.holder === null || isFinal(run.state.type)) return null
  const why = lossMessage[loss](run, now)
  const change = changeOf(run)
  change.lease = 'end'
  if (loss === 'silence') change.guard.heardAt = run.heardAt
  const timestamp = timeAfter(run.state.timestamp, now)
  switch (run.state.type) {
    case 'CANCELLING':
      return endWith(change, cancelledState(run, timestamp, newId, `The worker was lost while the run was being cancelled: ${why}`))
    case 'SCHEDULED':
      if (run.deploymentId === null) return endWith(change, lostState(timestamp, newId, `Worker lost while waiting for a retry: ${why}`))
      return giveUpWait(run, change, timestamp, newId, why, loss === 'not-held' ? now : fencedAt(run, now, timings))
    case 'PENDING':
      if (mayHaveStarted(run)) {
        if (!run.policy.startAgain) return endWith(change, lostState(timestamp, newId, `Worker lost while starting: ${why}`))
        return sendBack(run, change, timestamp, newId, `The worker was lost while starting: ${why}`, fencedAt(run, now, timings))
      }
      return sendBack(run, change, timestamp, newId, `The worker was lost before the run started: ${why}`, now)
    default: {
      const crashed = lostState(timestamp, newId, `${run.holder.kind === 'worker' ? 'Worker' : 'Runner'} lost: ${why}`)
      return crashOrRetry(run, change, crashed, newId, fencedAt(run, now, timings))
    }
  }
}

/**
 * The run waits in its process for the next attempt. A runner that has no fence to stop it asks before it starts that attempt (`mayStartAttempt`), so state and
 * time can stay and anybody may take the run. One that fences itself starts without asking: until `fencedAt` its attempt may be on its way.
 */
function giveUpWait(run: FlowRunFacts, change: Change, timestamp: Instant, newId: () => string, why: string, fencedAt: Instant): Change {
  const { details, name } = run.state
  const givenUp: Change = { ...change, raiseEpoch: true }
  if (run.policy.onContactLost !== 'stop' || (details.scheduledTime ?? run.state.timestamp) >= fencedAt) return givenUp
  const message = `The worker was lost while the run waited for a retry: ${why}${untilFenced(fencedAt, timestamp)}`
  const state = makeState({ id: newId(), type: 'SCHEDULED', name, timestamp, message, details: { ...details, scheduledTime: fencedAt } })
  return { ...givenUp, states: [state], scheduledTime: fencedAt }
}

/** In process pools user code starts before RUNNING is acknowledged; every other type waits for it. */
const mayHaveStarted = (run: FlowRunFacts): boolean => run.workPoolType === 'process' || run.workPoolType === null

/** When the old holder has certainly stopped by itself: its fence is shorter than `silence` and counts from before `heardAt`. */
const fencedAt = (run: FlowRunFacts, now: Instant, timings: Timings): Instant => Math.max(now, (run.heardAt ?? now) + timings.silence)

/** The worker says that no runner got the run: back into the queue under a new epoch. Null when the run is past PENDING: then it has a runner. */
export function handBack(run: FlowRunFacts, reason: string, now: Instant, newId: () => string): Change | null {
  if (run.holder === null) return null
  const timestamp = timeAfter(run.state.timestamp, now)
  if (run.state.type === 'PENDING') return sendBack(run, { ...changeOf(run), lease: 'end' }, timestamp, newId, `Handed back: ${reason}`, now)
  if (run.state.type === 'CANCELLING' && run.lastN === 0) {
    return endWith({ ...changeOf(run), lease: 'end' }, cancelledState(run, timestamp, newId, 'Cancelled before it started'))
  }
  return null
}

/** The pool has claimed a run that it cannot give to anybody. It ends, because whoever claims it next finds the same. Null when it is past PENDING. */
export function endUnfit(run: FlowRunFacts, reason: string, now: Instant, newId: () => string): Change | null {
  if (run.holder === null) return null
  const timestamp = timeAfter(run.state.timestamp, now)
  const change: Change = { ...changeOf(run), lease: 'end' }
  if (run.state.type === 'PENDING')
    return endWith(change, makeState({ id: newId(), type: 'CRASHED', timestamp, message: cutTo(reason, LIMITS.stateMessage) }))
  if (run.state.type === 'CANCELLING' && run.lastN === 0) return endWith(change, cancelledState(run, timestamp, newId, 'Cancelled before it started'))
  return null
}

/** The sweep's last word on a run that was asked to stop and did not: CANCELLED after `cancellingTimeout`. Null before that. */
export function expireCancelling(run: FlowRunFacts, now: Instant, newId: () => string, timings: Timings): Change | null {
  if (run.state.type !== 'CANCELLING' || now - run.state.timestamp < timings.cancellingTimeout) return null
  const message = `Nothing confirmed the cancellation for ${Math.round(timings.cancellingTimeout / 1_000)} s`
  return endWith({ ...changeOf(run), lease: 'end' }, cancelledState(run, timeAfter(run.state.timestamp, now), newId, message))
}

export type HolderFold =
  /** `exit` is to be noted in the row: the process ended without a final state, whose report may still come (`judgeRun` waits for it). */
  /** `parts`: what failed with it, to be stored with the change. */
  | { kind: 'write'; change: Change; state: State; exit?: NonNullable<StateDetails['exit']>; parts?: TimedOutPart[] }
  /** Nothing follows from it (the run is final, or the fact only informs). */
  | { kind: 'nothing' }
  /** The epoch is over: answer `stop`. */
  | { kind: 'stop'; reason: string }

interface HolderFactToFold {
  run: FlowRunFacts
  fact: HolderFact
  /** Database time of arrival. */
  now: Instant
  newId: () => string
  timings: Timings
}

/** What a holder says about its run: it never overwrites a final state. A request's reports are folded before its holder facts. */
export function foldHolderFact({ run, fact, now, newId, timings }: HolderFactToFold): HolderFold {
  if (fact.epoch !== run.epoch) return { kind: 'stop', reason: `epoch ${fact.epoch} of the run is over` }
  if (isFinal(run.state.type) || run.holder === null) return { kind: 'nothing' }
  const timestamp = timeAfter(run.state.timestamp, now)
  const change: Change = { ...changeOf(run), lease: 'end' }
  switch (fact.kind) {
    case 'submitted':
    case 'output':
      return { kind: 'nothing' }
    case 'worker-gone': {
      const lost = loseLease(run, 'witnessed', now, newId, timings)
      return lost === null ? { kind: 'nothing' } : written(run, lost)
    }
    case 'killed':
      if (run.state.type === 'CANCELLING')
        return written(run, endWith(change, cancelledState(run, timestamp, newId, 'Killed after the grace of its cancellation')))
      return written(
        run,
        crashOrRetry(run, change, exitState(timestamp, newId, 'Killed by its worker', { code: null, signal: 'SIGKILL' }), newId, now),
      )
    case 'exited': {
      if (run.state.type === 'CANCELLING')
        return written(run, endWith(change, cancelledState(run, timestamp, newId, describeExit(fact, fact.reason))))
      // 75: its spool is left, and whoever delivers it brings the end.
      if (fact.code === 75) return { kind: 'nothing' }
      const exit = { code: fact.code, signal: fact.signal, ...(fact.stderr ? { stderr: fact.stderr.slice(-4_096) } : {}) }
      if (fact.code === 0) return { kind: 'write', change: changeOf(run), state: run.state, exit }
      if (fact.timedOut && run.state.type === 'RUNNING') {
        const parts = failParts(fact.timedOut, timestamp, newId)
        return written(run, failOrRetry(run, change, fact.timedOut, exit, timestamp, newId), parts)
      }
      return written(run, crashOrRetry(run, change, exitState(timestamp, newId, describeExit(exit, fact.reason), exit), newId, now))
    }
  }
}

/** The process ended well, and no report brought the run's end in time. */
function crashAfterExit(run: FlowRunFacts, exit: RunToJudge['exit'], now: Instant, newId: () => string): Change {
  const timestamp = timeAfter(run.state.timestamp, now)
  const ended: Change = { ...changeOf(run), lease: 'end' }
  const how = exit ?? { code: null, signal: null }
  if (run.state.type === 'CANCELLING') return endWith(ended, cancelledState(run, timestamp, newId, describeExit(how, null)))
  return crashOrRetry(run, ended, exitState(timestamp, newId, describeExit(how, null), how), newId, now)
}

function describeExit({ code, signal }: { code: number | null; signal: string | null }, reason: string | null): string {
  const how =
    signal !== null
      ? `was ended by ${signal}`
      : code === 0
        ? 'ended without saying how the run went'
        : code === null
          ? 'is gone'
          : `ended with exit code ${code}`
  if (!reason) return `The process ${how}`
  // Not twice: the worker's words often have it.
  const isSaid = reason.includes(signal ?? `exit code ${code}`)
  return isSaid ? `The process ended: ${reason}` : `The process ${how}: ${reason}`
}

/** Changes nothing yet: what is to happen to the run as `run` shows it is added to it. */
export const changeOf = (run: FlowRunFacts): Change => ({
  flowRunId: run.id,
  guard: { stateId: run.state.id, epoch: run.epoch },
  states: [],
  history: [],
  lease: 'keep',
  raiseEpoch: false,
})

const written = (run: FlowRunFacts, change: Change, parts: TimedOutPart[] = []): HolderFold => ({
  kind: 'write',
  change,
  state: change.states.at(-1) ?? run.state,
  ...(parts.length > 0 ? { parts } : {}),
})

const endWith = (change: Change, state: State): Change => ({ ...change, states: [state], scheduledTime: null })

/** As its runner would have recorded it, had it heard of its time limit: the next attempt where there is one, begun by whoever gets the run. */
function failOrRetry(
  run: FlowRunFacts,
  change: Change,
  { message, retryAfter, part }: TimedOutFact,
  exit: NonNullable<StateDetails['exit']>,
  timestamp: Instant,
  newId: () => string,
): Change {
  const failed = makeState({
    id: newId(),
    type: 'FAILED',
    // Of a task or subflow the limit is not the run's.
    ...(part ? {} : { name: 'TimedOut' }),
    timestamp,
    message,
    details: { error: { name: 'TimedOut', message }, exit },
  })
  if (retryAfter === null || run.deploymentId === null) return endWith(change, failed)
  const policy = { ...run.policy, retries: { count: run.runCount, delay: retryAfter, jitter: 0 } }
  const verdict = decide(flowRunPolicy, {
    current: run.state,
    proposed: failed,
    now: timestamp,
    random: 0,
    newId,
    by: 'runner',
    run: { ...run, policy },
  })
  if (verdict.kind !== 'reject') return endWith(change, failed)
  const { state } = verdict
  return { ...change, states: [state], scheduledTime: state.details.scheduledTime ?? timestamp, raiseEpoch: true }
}

/** The task or subflow whose limit has passed has timed out, and the subflows around it have failed by that. */
function failParts({ message, part = [] }: TimedOutFact, at: Instant, newId: () => string): TimedOutPart[] {
  return part.map((one, index) => {
    const last = one.states.at(-1)
    const timestamp = timeAfter(last?.timestamp ?? at, at)
    const name = index === part.length - 1 ? { name: 'TimedOut' } : {}
    const failed = makeState({ id: newId(), type: 'FAILED', ...name, timestamp, message, details: { error: { name: 'TimedOut', message } } })
    const states = [...one.states, failed]
    if (one.kind === 'child-flow-run') return { ...one, states }
    return { ...one, states, endTime: timestamp, runTime: one.runTime + (last?.type === 'RUNNING' ? timestamp - last.timestamp : 0) }
  })
}

/** A crash, followed at once by the next attempt when `retryOnCrash` leaves one. `startAt`: when nobody can be running it any more. */
function crashOrRetry(run: FlowRunFacts, change: Change, crashed: State, newId: () => string, startAt: Instant): Change {
  const lost = crashed.details.cause === 'lost'
  const again = run.deploymentId !== null && run.runCount <= run.policy.retryOnCrash && (!lost || run.policy.onContactLost === 'stop')
  if (!again) return endWith(change, crashed)
  const timestamp = timeAfter(crashed.timestamp, crashed.timestamp)
  const message = `Crashed in attempt ${run.runCount}${untilFenced(startAt, timestamp)}`
  const scheduled = makeState({ id: newId(), type: 'SCHEDULED', name: 'AwaitingRetry', timestamp, message, details: { scheduledTime: startAt } })
  return { ...change, states: [crashed, scheduled], scheduledTime: startAt, raiseEpoch: true }
}

function sendBack(run: FlowRunFacts, change: Change, timestamp: Instant, newId: () => string, why: string, notBefore: Instant): Change {
  const scheduledTime = Math.max(notBefore, run.state.details.scheduledTime ?? notBefore)
  const message = `${why}${untilFenced(notBefore, timestamp)}`
  const state = makeState({ id: newId(), type: 'SCHEDULED', timestamp, message, details: { scheduledTime } })
  return { ...change, states: [state], scheduledTime, raiseEpoch: true }
}

/** More words for a run that is due only when its fence has passed. */
const untilFenced = (fencedAt: Instant, now: Instant): string =>
  fencedAt > now ? ', and it begins again when its old process has certainly stopped' : ''

const lostState = (timestamp: Instant, newId: () => string, message: string): State =>
  makeState({ id: newId(), type: 'CRASHED', timestamp, message, details: { cause: 'lost' } })

const exitState = (timestamp: Instant, newId: () => string, message: string, exit: NonNullable<StateDetails['exit']>): State =>
  makeState({ id: newId(), type: 'CRASHED', timestamp, message, details: { cause: 'exit', exit } })

function cancelledState(run: FlowRunFacts, timestamp: Instant, newId: () => string, message: string): State {
  const { by } = run.state.details
  return makeState({ id: newId(), type: 'CANCELLED', timestamp, message, details: by === undefined ? {} : { by } })
}
