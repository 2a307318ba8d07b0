/** What a person (or the API for one) may do to a flow run: each command is decided by the rules and comes out as one change, or as a refusal with its reason. */
import type { Change } from './change.ts'
import type { FlowRunFacts } from './flow-run.ts'
import type { Instant } from './instant.ts'
import { decide } from './orchestration/decide.ts'
import { flowRunPolicy, forcedFlowRunPolicy } from './orchestration/flow-run-policy.ts'
import type { Rule, FlowRunTransition } from './orchestration/transition.ts'
import { timeAfter } from './state-clock.ts'
import { isFinal, makeState, type State, type StateType } from './states.ts'

export interface Command {
  run: FlowRunFacts
  /** Who asks, as people read it. */
  by: string
  reason?: string | null
  now: Instant
  newId: () => string
}

export type CommandVerdict =
  | { kind: 'change'; change: Change; state: State }
  /** Nothing to do: it is as asked. */
  | { kind: 'nothing'; reason: string }
  /** `code` is stable: run_is_final, run_is_not_final, run_is_subflow, run_has_no_deployment, … */
  | { kind: 'refused'; code: string; message: string }

/** Asks a run to stop. Without a holder it is CANCELLED at once; otherwise CANCELLING, and its holder is told. */
export function cancelFlowRun(command: Command): CommandVerdict {
  const { run } = command
  if (run.state.type === 'CANCELLING' || run.state.type === 'CANCELLED') return { kind: 'nothing', reason: `the run is ${run.state.name} already` }
  if (run.rootFlowRunId !== null && !isFinal(run.state.type)) {
    return {
      kind: 'refused',
      code: 'run_is_subflow',
      message: `the run is a subflow of ${run.rootFlowRunId} and lives in its process; cancel that run`,
    }
  }
  return propose(command, 'CANCELLING', flowRunPolicy, command.reason ?? `Cancelled by ${command.by}`)
}

/** Queues a final run again, under a new epoch, for a worker to take. `fromTask`: what a durable run finished before that task is used again. */
export function retryFlowRun(command: Command & { fromTask?: string | null }): CommandVerdict {
  const { run } = command
  if (!isFinal(run.state.type))
    return { kind: 'refused', code: 'run_is_not_final', message: `the run is ${run.state.name}: only a run that has ended can be retried` }
  const { fromTask } = command
  const from = fromTask == null ? '' : ` from task ${fromTask}`
  const verdict = propose(command, 'SCHEDULED', flowRunPolicy, command.reason ?? `Retried${from} by ${command.by}`)
  if (verdict.kind !== 'change' || fromTask == null) return verdict
  const state = { ...verdict.state, details: { ...verdict.state.details, fromTask } }
  return { ...verdict, state, change: { ...verdict.change, states: [...verdict.change.states.slice(0, -1), state] } }
}

/** Sets a run aside that waits to be started: nobody takes it until it is resumed. It keeps the time for which it was scheduled. */
export function pauseFlowRun(command: Command): CommandVerdict {
  const { run } = command
  if (run.state.type === 'PAUSED') return { kind: 'nothing', reason: `the run is ${run.state.name} already` }
  return propose(command, 'PAUSED', flowRunPolicy, command.reason ?? `Paused by ${command.by}`)
}

/** Asks a running run of a deployment for its process: it suspends where its flow's function starts something next. Asking again changes nothing. */
export function suspendFlowRun(command: Command): CommandVerdict {
  const { run } = command
  if (run.state.type === 'PAUSED' && run.state.name === 'Suspended') return { kind: 'nothing', reason: 'the run is suspended already' }
  return propose(command, 'PAUSED', flowRunPolicy, command.reason ?? `Asked to suspend by ${command.by}`, 'Suspended')
}

/** Lets a paused run go on: queued for a worker when nobody holds it, at its own time when that is still to come; RUNNING when its process waits. */
export function resumeFlowRun(command: Command): CommandVerdict {
  const { run } = command
  if (run.state.type !== 'PAUSED')
    return { kind: 'refused', code: 'run_is_not_paused', message: `the run is ${run.state.name}: only a paused run can be resumed` }
  const verdict = propose(command, 'SCHEDULED', flowRunPolicy, command.reason ?? `Resumed by ${command.by}`, 'Resuming')
  if (verdict.kind !== 'change' || run.state.name !== 'Suspended' || verdict.state.type !== 'SCHEDULED') return verdict
  // The attempt that was suspended goes on: entering RUNNING again gives it the number that it had.
  return { ...verdict, change: { ...verdict.change, runCount: Math.max(0, run.runCount - 1) } }
}

/** Puts a run into a final state whatever it is in. Its epoch rises, so whoever still runs it is told to stop. */
export function forceFlowRun(command: Command & { type: 'COMPLETED' | 'FAILED' | 'CANCELLED' | 'CRASHED'; name?: string }): CommandVerdict {
  const { rootFlowRunId } = command.run
  if (rootFlowRunId !== null)
    return {
      kind: 'refused',
      code: 'run_is_subflow',
      message: `the run is a subflow of ${rootFlowRunId} and lives in its process; set the state of that run`,
    }
  if (command.run.state.type === command.type) return { kind: 'nothing', reason: `the run is ${command.run.state.name} already` }
  const verdict = propose(command, command.type, forcedFlowRunPolicy, command.reason ?? `Set by ${command.by}`, command.name)
  if (verdict.kind !== 'change') return verdict
  return { ...verdict, change: { ...verdict.change, lease: 'end', raiseEpoch: true } }
}

/** A run that is set aside keeps its time. */
const dueOf = ({ details: { scheduledTime } }: State) => (scheduledTime === undefined ? {} : { scheduledTime })

function propose(command: Command, type: StateType, policy: readonly Rule<FlowRunTransition>[], message: string, name?: string): CommandVerdict {
  const { run, now, newId, by } = command
  const details = type === 'SCHEDULED' ? { scheduledTime: now } : { by, ...(type === 'PAUSED' ? dueOf(run.state) : {}) }
  const timestamp = timeAfter(run.state.timestamp, now)
  const proposed = makeState({ id: newId(), type, timestamp, message, details, ...(name === undefined ? {} : { name }) })
  const verdict = decide(policy, { run, current: run.state, proposed, now, random: 0, newId, by: 'person' })
  if (verdict.kind === 'abort') return { kind: 'refused', code: verdict.code, message: verdict.reason }
  if (verdict.kind === 'wait') return { kind: 'refused', code: 'not_yet', message: verdict.reason }
  if (verdict.state === run.state) return { kind: 'nothing', reason: verdict.kind === 'reject' ? verdict.reason : 'nothing changes' }
  const { effects, state } = verdict
  const change: Change = {
    flowRunId: run.id,
    guard: { stateId: run.state.id, epoch: run.epoch },
    states: [state],
    history: [],
    lease: effects.endLease ? 'end' : 'keep',
    raiseEpoch: effects.raiseEpoch ?? false,
    scheduledTime: state.type === 'SCHEDULED' ? (state.details.scheduledTime ?? now) : null,
  }
  return { kind: 'change', change, state }
}
