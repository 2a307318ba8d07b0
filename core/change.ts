/**
 * One decided change of one flow run's row: what `db/transitions/apply-changes.ts` writes in a single statement, or not at all.
 * Everything that moves a run's state, by whomever, is a Change: reports, judgements, hand-backs, cancels, retries, force.
 * (The claim and the optimistic insert are the two exceptions, because they also take slots.)
 */
import type { Holder } from './flow-run.ts'
import type { Instant } from './instant.ts'
import type { State } from './states.ts'

export interface Change {
  flowRunId: string
  /** All of it must still be true in the row that the statement locks; otherwise nothing of this change is written and the caller decides again. */
  guard: {
    stateId: string
    epoch: number
    /** Report n − 1. */
    lastN?: number
    /** A judgement: nobody has been heard since. */
    heardAt?: Instant | null
  }
  /** New states, oldest first; the last becomes the run's state. Empty when nothing changes but the report number. */
  states: State[]
  /** States that are kept as history and never were the run's state (a body's outcome after a cancel). */
  history: State[]
  /** `end` frees holder and slots in the same statement. `regain` gives a run that was lost its holder (`holder`) and slots back, above the limits if need be. */
  lease: 'keep' | 'end' | 'regain'
  /** With `regain`: who holds the run from now on. */
  holder?: Holder
  /** The holder itself has spoken: heard_at becomes the statement's time. Only while a holder is left. */
  heard?: boolean
  /** The run is given out again: epoch + 1, report numbers from 1. */
  raiseEpoch: boolean
  lastN?: number
  runCount?: number
  /** When a SCHEDULED state is due; null otherwise. */
  scheduledTime?: Instant | null
  /** The row's clock shift after this report. */
  clockShift?: number
}
