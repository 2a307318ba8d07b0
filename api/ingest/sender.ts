/** Who sends a batch of reports, and for which runs it may speak. */
import type { FlowRunFacts, Holder } from '../../core/flow-run.ts'
import type { Instant } from '../../core/instant.ts'
import type { Timings } from '../../core/timings.ts'
import type { Credential } from '../../db/client.ts'
import { type Actor, credentialOf } from '../auth/actor.ts'
import type { RunToken } from '../auth/run-token.ts'
import { verifyRunToken } from '../auth/verify-run-token.ts'

export type Sender = { workspaceId: string } & (
  | /** A worker's (or a script's) API key. */ { kind: 'key'; actor: Actor }
  | /** A run token, good when it was signed by us and not longer expired than `runTokenDelivery`. */ { kind: 'runner'; token: string }
)

/** What the sender's batches show to the record. */
export const credentialOfSender = (sender: Sender): Credential | null => (sender.kind === 'key' ? credentialOf(sender.actor) : null)

/** As which holder the sender acts: a worker through the session that it names, a runner as itself. */
export const holderOf = (sender: Sender, sessionId: string | null): Holder =>
  sender.kind === 'key' && sessionId !== null ? { kind: 'worker', sessionId } : { kind: 'runner' }

/** Whether the holder's session is the one that the record names. */
export const holdsBySession = (run: FlowRunFacts, sender: Sender, sessionId: string | null): boolean =>
  sender.kind === 'key' && sessionId !== null && run.holder?.kind === 'worker' && run.holder.sessionId === sessionId

/**
 * The run token that speaks for (run, epoch): the report's own, or the one of the request. Null when neither does. A token is good for delivering
 * until `runTokenDelivery` after its end, whoever sends it.
 */
export async function tokenFor(
  run: { flowRunId: string; epoch: number; runToken?: string },
  sender: Sender,
  { tokenSecret, timings, now }: { tokenSecret: string; timings: Timings; now: Instant },
): Promise<RunToken | null> {
  for (const text of [run.runToken, sender.kind === 'runner' ? sender.token : undefined]) {
    if (!text) continue
    const token = await verifyRunToken(tokenSecret, text)
    const isOurs = token?.workspaceId === sender.workspaceId && token.flowRunId === run.flowRunId && token.epoch === run.epoch
    if (token && isOurs && now <= token.expiresAt + timings.runTokenDelivery) return token
  }
  return null
}
