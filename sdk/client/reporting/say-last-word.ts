/**
 * What is said of the end of a run's process: by a thread of its own while its event loop may be blocked, or by whoever finds what it left. With the run's
 * token, for as long as it may take.
 */
import type { HolderFact } from '../../../core/protocol/reports.ts'
import { PROTOCOL_VERSION } from '../../../core/protocol/version.ts'
import { postReports } from './http-transport.ts'
import { Refused } from './transport.ts'

/** All tries to say it, together, in milliseconds. */
const SAY_LIMIT = 4_500

/** Who says it, and to whom. */
export interface Speaker {
  flowRunId: string
  epoch: number
  runToken: string
  apiUrl: string
}

/** Resolves when it was heard, refused, or nobody answered in time. */
export async function sayLastWord({ runToken, apiUrl }: Speaker, fact: HolderFact): Promise<void> {
  const until = performance.now() + SAY_LIMIT
  for (let wait = 100; ; wait *= 2) {
    const left = until - performance.now()
    if (left <= 0) return
    try {
      const request = { protocol: PROTOCOL_VERSION, sentAt: Date.now(), sessionId: null, reports: [], holderFacts: [fact] }
      await postReports(apiUrl, runToken, request, Math.min(left, 2_000))
      return
    } catch (error) {
      if (error instanceof Refused) return
      await new Promise((resolve) => setTimeout(resolve, Math.min(wait, Math.max(0, until - performance.now()))))
    }
  }
}
