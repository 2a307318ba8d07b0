/**
 * A listener on a topic as an async sequence, for GraphQL subscriptions. Built on a Repeater: a generator parked on a promise would never hear that its
 * reader is gone, and the socket would leak.
 */
import { Repeater } from 'graphql-yoga'
import type { Context } from '../context.ts'
import type { FeedChange, FeedMessage } from '../coordinators.ts'
import { watchCredential } from './watch-credential.ts'

/** Above this, a reader that is slower than the topic starts over from a snapshot. */
const MAX_WAITING = 10_000

/**
 * Messages of the topic after the cursor `since` (null = from now), the first at once. A slow reader gets what it missed as one message. Ends after
 * `streamLife`, or when the Feed goes away: the reader then subscribes again with its last cursor, and its permission is checked again. Ends at once when
 * the credential that opened it is revoked, signed out or expired.
 */
export const subscribeToFeed = (
  context: Pick<Context, 'actor' | 'coordinators' | 'workspaceId' | 'db' | 'log' | 'timings'>,
  topic: string,
  since: string | null,
): AsyncIterableIterator<FeedMessage> =>
  new Repeater<FeedMessage>(async (push, stop) => {
    const [socket, stopWatching] = await Promise.all([
      context.coordinators.listen({ workspaceId: context.workspaceId, topic, since }),
      watchCredential(context, stop),
    ])
    let waiting: FeedMessage | null = null
    let pushing = false
    const pump = async () => {
      if (pushing) return
      pushing = true
      while (waiting) {
        const message: FeedMessage = waiting
        waiting = null
        await push(message)
      }
      pushing = false
    }
    socket.addEventListener('message', ({ data }) => {
      waiting = mergeMessages(waiting, JSON.parse(String(data)) as FeedMessage)
      void pump()
    })
    socket.addEventListener('close', () => stop())
    socket.addEventListener('error', () => stop())
    socket.accept()
    const end = setTimeout(() => stop(), lifeOf(context))
    await stop
    clearTimeout(end)
    stopWatching()
    socket.close(1000)
  })

/** How long a stream may last: as long as its credential, at most `streamLife`. */
function lifeOf({ actor, timings }: Pick<Context, 'actor' | 'timings'>): number {
  const expiresAt = actor.kind === 'runner' ? null : actor.expiresAt
  return expiresAt === null ? timings.streamLife : Math.max(0, Math.min(timings.streamLife, expiresAt - Date.now()))
}

/** Both as one, in order. */
export function mergeMessages(before: FeedMessage | null, after: FeedMessage): FeedMessage {
  if (before === null) return after
  const changes = new Map<string, FeedChange>()
  for (const change of [...before.changes, ...after.changes]) {
    const key = `${change.topic} ${change.flowRunId}`
    const earlier = changes.get(key)
    changes.delete(key)
    changes.set(key, earlier ? { ...change, changed: [...new Set([...earlier.changed, ...change.changed])] } : change)
  }
  const tooMany = changes.size > MAX_WAITING
  return {
    cursor: after.cursor,
    reset: before.reset || after.reset || tooMany,
    changes: before.reset || after.reset || tooMany ? [] : [...changes.values()],
  }
}
