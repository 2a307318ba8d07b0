/**
 * The end of a stream whose credential ends. Each stream listens on the topic of its API key or session besides its own, and that Feed sleeps until the
 * key is revoked or somebody signs out. Runners' tokens need none of it: they are short-lived and bound to their epoch.
 */
import { credentialTopic } from '../../core/topics.ts'
import { CredentialEnded } from '../../db/client.ts'
import type { Context } from '../context.ts'

type Watching = Pick<Context, 'actor' | 'coordinators' | 'workspaceId' | 'db' | 'log'>

/** Calls `end` when the actor's credential is revoked or signed out, or when that cannot be known any more. Answers how to stop watching. */
export async function watchCredential({ actor, coordinators, workspaceId, db, log }: Watching, end: () => void): Promise<() => void> {
  if (actor.kind === 'runner') return () => {}
  const topic = credentialTopic(actor.kind === 'user' ? actor.sessionId : actor.apiKeyId)
  const socket = await coordinators.listen({ workspaceId, topic, since: null })
  let isListening = false
  socket.addEventListener('message', () => {
    if (isListening) return end()
    isListening = true
    // It may have ended after the stream was let in and before anybody listened. An empty batch asks just that.
    db.batch().catch((error: unknown) => {
      if (!(error instanceof CredentialEnded)) log.warn('whether a credential still holds could not be asked', { error })
      end()
    })
  })
  socket.addEventListener('close', end)
  socket.addEventListener('error', end)
  socket.accept()
  return () => socket.close(1000)
}
