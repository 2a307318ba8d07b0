/** Contact with the sessions of a pool, written in one statement. */
import type { HeldByRecord } from '../../core/coordinator.ts'
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
  sessionIds: readonly string[],
  holding: ReadonlyMap<string, readonly RunKey[]>,
): Promise<Renewal> {
  const { sessions } = await context.db.run(renewSessions({ workPoolId: context.workPoolId, sessionIds }))
  const held = new Map<string, HeldByRecord[]>()
  for (const session of sessions) held.set(session.sessionId, await withReopenable(context, session.holding, holding.get(session.sessionId) ?? []))
  return { held, endedSessionIds: sessionIds.filter((id) => !held.has(id)) }
}
