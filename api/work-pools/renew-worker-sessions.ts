/** Contact with the sessions of a pool, written in one statement. */
import type { Contact, HeldByRecord } from '../../core/pool-commands.ts'
import type { RunKey } from '../../core/protocol/worker-messages.ts'
import { renewSessions } from '../../db/transitions/sessions.ts'
import { withReopenable } from './open-worker-session.ts'
import type { PoolContext } from './pool-context.ts'

interface Renewal {
  /** What the record says each holds. */
  held: Map<string, HeldByRecord[]>
  endedSessionIds: string[]
}

/** `holding`: what the workers said they hold, by session. */
export async function renewWorkerSessions(
  context: PoolContext,
  contacts: readonly Contact[],
  holding: ReadonlyMap<string, readonly RunKey[]>,
): Promise<Renewal> {
  const now = Date.now()
  const heard = contacts.map(({ sessionId, heardAt }) => ({ sessionId, silentFor: Math.max(0, now - heardAt) }))
  const { sessions } = await context.db.run(renewSessions({ workPoolId: context.workPoolId, heard }))
  const held = new Map<string, HeldByRecord[]>()
  for (const session of sessions) held.set(session.sessionId, await withReopenable(context, session.holding, holding.get(session.sessionId) ?? []))
  return { held, endedSessionIds: contacts.flatMap(({ sessionId }) => (held.has(sessionId) ? [] : sessionId)) }
}
