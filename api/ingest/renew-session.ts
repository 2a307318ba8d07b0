/** An empty batch: a worker without a socket says that it lives. */
import { readFlowRunFacts, type RunToDecide } from '../../db/queries/flow-runs/read-flow-run-facts.ts'
import { findSessionPool } from '../../db/queries/workers/find-session-pool.ts'
import { renewSessions } from '../../db/transitions/sessions.ts'
import type { IngestContext } from './batch.ts'

/** Writes the contact for everything that the session holds, and says what that is. A session that has ended holds nothing. */
export async function renewSession(context: IngestContext, sessionId: string): Promise<RunToDecide[]> {
  const workPoolId = await context.db.run(findSessionPool(sessionId))
  if (workPoolId === null) return []
  const { sessions } = await context.db.run(renewSessions({ workPoolId, heard: [{ sessionId, silentFor: 0 }] }))
  const held = sessions.flatMap(({ holding }) => holding.map(({ flowRunId }) => flowRunId))
  if (held.length === 0) return []
  const { runs } = await context.db.run(readFlowRunFacts(held))
  return [...runs.values()]
}
