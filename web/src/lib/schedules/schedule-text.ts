/** What a schedule does with occurrences that cannot run as they come, in words. */
import type { ScheduleCatchUp, ScheduleOverlap } from '#lib/graphql/generated/graphql.ts'

/** While an earlier run has not ended. */
export const OVERLAP: Record<ScheduleOverlap, { label: string; words: string }> = {
  ALLOW: { label: 'run beside it', words: 'the next runs beside it' },
  SKIP: { label: 'skip', words: 'the next is skipped' },
  QUEUE_ONE: { label: 'one waits', words: 'the next waits for it, one at most' },
  QUEUE_ALL: { label: 'all wait', words: 'the next wait for it, one after another' },
  CANCEL_RUNNING: { label: 'cancel it', words: 'it is cancelled, and the next runs when it has ended' },
  TERMINATE_RUNNING: { label: 'end it at once', words: 'it is set to cancelled, and the next runs at once' },
}

/** When no worker was there in time. */
export const CATCH_UP: Record<ScheduleCatchUp, { label: string; words: string }> = {
  SKIP: { label: 'skip them', words: 'missed runs are left out' },
  LATEST: { label: 'run the newest', words: 'of missed runs only the newest is made up for' },
  ALL: { label: 'run them all', words: 'missed runs are all made up for, however late' },
}
