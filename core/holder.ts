/**
 * The worker's side of a lease: what to do with an assignment, and when to let a run go.
 *
 * 1. An epoch of a run begins at most once in the life of a worker, whatever number of times its assignment arrives, and however long after its end.
 * 2. What was handed back is never begun: the hand-back may still be on its way.
 * 3. A later epoch begins only when the process of the earlier one has ended.
 * 4. A worker never takes more runs than it has slots; what is too much goes back at once.
 */
import { type Clocks, type Fence, fencePassed, fenceStops } from './fence.ts'
import type { Assignment } from './protocol/assignment.ts'
import type { RunKey } from './protocol/worker-messages.ts'

/** What a worker knows of a run, and of itself, when an assignment of the run arrives. */
export interface AssignmentFacts {
  /** Latest epoch of the run that has begun here, remembered for the worker's life; null = none. */
  begun: number | null
  /** Whether the process of that epoch has ended. */
  hasEnded: boolean
  /** Later epoch of the run that waits for that end; null = none. */
  waiting: number | null
  /** Latest epoch of the run that was handed back; null = none. */
  handedBack: number | null
  draining: boolean
  /** Slots that could take a run now. */
  free: number
  /** All of them, for the words of a refusal. */
  slots: number
}

type AssignmentVerdict =
  /** Acknowledge it and give it to a runner. */
  | { kind: 'start' }
  /** Acknowledge it; end the process of the older epoch, and begin when it has ended. */
  | { kind: 'wait' }
  /** It has arrived before: acknowledge, nothing else. */
  | { kind: 'known' }
  /** It is older than what is here: say nothing. */
  | { kind: 'ignore' }
  /** Send it back: no runner gets it. */
  | { kind: 'hand-back'; reason: string }

/** Decides about one assignment. */
export function decideAssignment({ epoch }: Pick<Assignment, 'epoch'>, facts: AssignmentFacts): AssignmentVerdict {
  const { begun, hasEnded, waiting, handedBack, draining, free, slots } = facts
  const latest = Math.max(begun ?? 0, waiting ?? 0)
  if (epoch === latest) return { kind: 'known' }
  if (epoch < latest) return { kind: 'ignore' }
  if (handedBack !== null && epoch <= handedBack) return { kind: 'hand-back', reason: 'it was handed back before' }
  if (draining) return { kind: 'hand-back', reason: 'the worker is draining' }
  if (begun !== null && !hasEnded) return { kind: 'wait' }
  if (free < 1) return { kind: 'hand-back', reason: `all ${slots} slots of the worker are taken` }
  return { kind: 'start' }
}

/** A run as the guard of its lease sees it, in the runner or in the worker. */
interface GuardedRun extends RunKey {
  fence: Fence
  onContactLost: 'continue' | 'stop'
  startAgain: boolean
  /** Whether the record has acknowledged a RUNNING of this epoch. */
  runningAcknowledged: boolean
}

/** Whether the run must be ended now because its lease may be over. */
export const mustLetGo = (run: GuardedRun, now: Clocks): boolean => fenceStops(run) && fencePassed(run.fence, now)
