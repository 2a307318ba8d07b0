/** What is kept with a worker's line, so that its object may sleep and know it again. */
import type { SessionAttachment } from '../../core/connected-sessions.ts'
import type { Instant } from '../../core/instant.ts'

/** What a line carries; a socket's goes through hibernation. */
export interface LineAttachment {
  /** Name of the line inside this object. */
  id: string
  /** Key that opened it. */
  apiKeyId: string
  /** Until when that key works; null = for ever. */
  expiresAt: Instant | null
  workPoolType: string
  /** The request that opened it: what its messages cause is logged under its id. Left out by those that a version without it has opened. */
  requestId?: string
  /** Null until its hello was answered. */
  session: SessionAttachment | null
}

/** What a socket carries. */
export const attachmentOf = (socket: WebSocket): LineAttachment => socket.deserializeAttachment() as LineAttachment
