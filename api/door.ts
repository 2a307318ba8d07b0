/** What every HTTP door (GraphQL, worker socket, reports, sign-in) is handed: the request as it came, and what surrounds it. */
import type { Timings } from '../core/timings.ts'
import type { Env } from './env.ts'
import type { Log } from './log.ts'
import type { RequestNotes } from './requests/end-request.ts'

export interface Door {
  request: Request
  env: Env
  timings: Timings
  log: Log
  requestId: string
  /** Adds to the line that is written when the request has been answered. */
  note(notes: RequestNotes): void
  /** Work that outlives the answer. */
  waitUntil(work: Promise<unknown>): void
}
