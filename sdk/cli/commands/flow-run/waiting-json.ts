import { rawId } from '../../raw-id.ts'
import type { WaitingReason } from './documents.ts'

/** The shape of a reason why a run waits in `-o json`; stable. */
export const waitingJson = (reason: WaitingReason) => ({
  kind: reason.kind,
  message: reason.message,
  since: reason.since,
  until: reason.until,
  holders: reason.holders.map((holder) => ({ ...holder, flowRunId: holder.flowRunId === null ? null : rawId(holder.flowRunId) })),
  hint: reason.hint,
})
