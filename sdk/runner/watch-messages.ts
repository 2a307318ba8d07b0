/** What the runner's main thread tells its watch thread. */
import type { Instant } from '../../core/instant.ts'
import type { Fence } from '../../core/fence.ts'
import type { WatchedLimit } from '../limits/time-limits.ts'

/** The run in hand; null = none, and the end of the worker is nobody's loss. Sent anew whenever something in it changes. */
export interface WatchedRun {
  flowRunId: string
  epoch: number
  runToken: string
  apiUrl: string
  fence: Fence
  onContactLost: 'continue' | 'stop'
  startAgain: boolean
  runningAcknowledged: boolean
  /** The time limit that is over first; null = none. */
  limit: WatchedLimit | null
}

/** The run that is to be watched from now on, null for none; `at` is when that was so. */
export interface WatchMessage {
  run: WatchedRun | null
  at: Instant
}

/** Answer of the main thread to the news that the worker is gone: what it had to say lies on disk, and it does nothing more. */
export const STOPPED = 'stopped'
