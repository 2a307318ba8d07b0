/**
 * The matrix *reported state × present state*: what becomes of a state that a runner reports under the run's own epoch. docs/states.md shows this table,
 * and a test holds the page to it.
 */
import type { State, StateType } from './states.ts'

/** Rows of the matrix: the present state. CRASHED counts as `LOST` while the run may still be re-opened by its own runner. */
export type PresentState = StateType | 'LOST'

/**
 * - `accept`: it becomes the run's state.
 * - `history`: it is kept as history and never is the run's state.
 * - `cancel`: it is kept as history, and the run becomes CANCELLED: it was asked to stop before it ended.
 */
export type Outcome = 'accept' | 'history' | 'cancel'

type Row = Record<StateType, Outcome>

const open: Row = {
  SCHEDULED: 'accept',
  PENDING: 'accept',
  RUNNING: 'accept',
  PAUSED: 'accept',
  CANCELLING: 'history',
  COMPLETED: 'accept',
  FAILED: 'accept',
  CANCELLED: 'accept',
  CRASHED: 'accept',
}

const over: Row = {
  SCHEDULED: 'history',
  PENDING: 'history',
  RUNNING: 'history',
  PAUSED: 'history',
  CANCELLING: 'history',
  COMPLETED: 'history',
  FAILED: 'history',
  CANCELLED: 'history',
  CRASHED: 'history',
}

export const REPORT_MATRIX: Readonly<Record<PresentState, Readonly<Row>>> = {
  SCHEDULED: { ...open, PENDING: 'history', PAUSED: 'history' },
  PENDING: { ...open, PAUSED: 'history' },
  RUNNING: { ...open, PENDING: 'history' },
  PAUSED: { ...open, SCHEDULED: 'history', PENDING: 'history', PAUSED: 'history' },
  CANCELLING: { ...over, COMPLETED: 'cancel', FAILED: 'cancel', CRASHED: 'cancel', CANCELLED: 'accept' },
  COMPLETED: over,
  FAILED: over,
  CANCELLED: over,
  CRASHED: over,
  LOST: open,
}

/** Crashed only because nobody was heard: the run's own epoch may take it up again. */
export const isLost = (state: State): boolean => state.type === 'CRASHED' && state.details.cause === 'lost'

export const presentState = (state: State): PresentState => (isLost(state) ? 'LOST' : state.type)
