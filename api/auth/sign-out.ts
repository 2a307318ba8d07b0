/** Leaving the workspace in a browser: the session ends in the record, so that no copy of its cookie opens anything, and its streams end. */
import { credentialTopic } from '../../core/topics.ts'
import { endSession as endRow } from '../../db/queries/sessions/end-session.ts'
import { coordinatorsOf } from '../context.ts'
import type { Door } from '../door.ts'
import { endSession, readSession } from './session.ts'
import { systemRecordOf } from './system-record.ts'

/** POST /sign-out: ends the browser's session and forgets its cookie. Again, or without a session, is fine. */
export async function signOut({ request, env, timings, log, waitUntil }: Door): Promise<Response> {
  const user = await readSession(env.TOKEN_SECRET, request, Date.now())
  if (user) {
    const { workspaceId, sessionId } = user
    await systemRecordOf(env).inWorkspace(workspaceId).run(endRow(sessionId))
    coordinatorsOf(env, timings, log, waitUntil).ringFeed({ workspaceId, topic: credentialTopic(sessionId) })
  }
  const secure = new URL(request.url).protocol === 'https:'
  return new Response(null, { status: 204, headers: { 'set-cookie': endSession(secure), 'cache-control': 'no-store' } })
}
