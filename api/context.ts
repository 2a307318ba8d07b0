/**
 * What an operation gets: who asks, the record of their workspace, the clock, the coordinators, the log. Made once per request by the door.
 * An operation never sees the Worker's bindings, so that it can be read, and run, without the platform.
 */
import type { Instant } from '../core/instant.ts'
import { scaled, type Timings } from '../core/timings.ts'
import type { Credential, Db } from '../db/client.ts'
import type { Actor } from './auth/actor.ts'
import type { Sealer } from './blocks/sealer.ts'
import {
  type FeedCoordinator,
  feedOf,
  listenUrl,
  type Offer,
  type OfferAnswer,
  type Presence,
  type WorkPoolCoordinator,
  workPoolOf,
} from './coordinators.ts'
import type { Env } from './env.ts'
import type { Log } from './log.ts'
import type { Reader } from './reader.ts'
import { currentRequestId } from './requests/request-id.ts'

/** Ringing and asking Durable Objects, by name of the thing and not of the object. */
export interface Coordinators {
  /** Optimistic dispatch; `null` = no answer within `offerTimeout`. Never throws. */
  offer(offer: Offer): Promise<OfferAnswer | null>
  /** Rings a pool; failures are logged and otherwise forgotten (the sweep finds what was missed). */
  ringWorkPool(ring: Parameters<WorkPoolCoordinator['ring']>[0]): void
  /** Sends a directive over the holder's socket; failures are logged: the next report's answer carries it too. */
  direct(direct: Parameters<WorkPoolCoordinator['direct']>[0]): void
  /** Tells a worker to leave; failures are logged: it is told with its session's next hello. */
  drain(drain: Parameters<WorkPoolCoordinator['drain']>[0]): void
  /** Workers whose sockets a pool's object has; none when it does not answer within `offerTimeout`. Never throws. */
  presence(pool: Parameters<WorkPoolCoordinator['presence']>[0]): Promise<Presence[]>
  /** Says goodbye to the workers of a pool that was deleted; failures are logged: the pool is not there when they come again. */
  closeWorkPool(pool: Parameters<WorkPoolCoordinator['close']>[0]): void
  /** Closes what an API key has opened in a pool; failures are logged. */
  revoke(revoke: Parameters<WorkPoolCoordinator['revoke']>[0]): void
  /** Rings a topic's listeners. */
  ringFeed(ring: Parameters<FeedCoordinator['ring']>[0]): void
  /** Opens a listener on a topic; the socket is not yet accepted. */
  listen(listen: Parameters<typeof listenUrl>[0]): Promise<WebSocket>
}

export interface Context {
  readonly actor: Actor
  readonly workspaceId: string
  /** The record, seen as this workspace (role `weir_app`). */
  readonly db: Db
  /** What the request was let in with; null for runners. */
  readonly credential: Credential | null
  /** `heldElsewhere`: the record has let a batch with that credential through which was not sent by `db`, but by a WorkPool for this request. */
  readonly credentialCheck: { heldElsewhere: boolean }
  /** Reads of this request, gathered into few round trips. */
  readonly reader: Reader
  readonly clock: { now(): Instant }
  readonly timings: Timings
  readonly coordinators: Coordinators
  readonly log: Log
  readonly requestId: string
  /** Base of links, without a slash at its end. */
  readonly publicUrl: string
  /** Signs run tokens and sign-in links. */
  readonly tokenSecret: string
  /** Seals and opens the secret fields of blocks. */
  readonly sealer: Sealer
  /** Cell code of new API keys. */
  readonly cell: string
  /** Work that outlives the answer. */
  waitUntil(work: Promise<unknown>): void
}

/** `TIME_SCALE` applied to core/timings.ts; anything unreadable counts as 1. */
export function timingsOf(env: Pick<Env, 'TIME_SCALE'>): Timings {
  const factor = Number(env.TIME_SCALE ?? '1')
  return scaled(Number.isFinite(factor) && factor > 0 ? factor : 1)
}

/** How long runs are kept after their end; null = for ever, also when the setting is none. */
export function retentionDaysOf(env: Pick<Env, 'RETENTION_DAYS'>): number | null {
  const days = Number(env.RETENTION_DAYS || Number.NaN)
  return Number.isInteger(days) && days >= 1 ? days : null
}

/** Coordinators as RPC stubs of the real objects. Every call names the request that it is made for. */
export function coordinatorsOf(
  env: Pick<Env, 'WORK_POOL' | 'FEED'>,
  timings: Timings,
  log: Log,
  waitUntil: (work: Promise<unknown>) => void,
): Coordinators {
  const ring = (what: string, call: () => Promise<unknown>): void =>
    waitUntil(
      Promise.resolve()
        .then(call)
        .catch((error: unknown) => log.warn(`${what} was not heard`, { error })),
    )
  /** Null when the pool's object fails, or takes longer than anybody waits. */
  const ask = async <Answer>(what: string, workPoolId: string, answer: Promise<Answer>): Promise<Answer | null> => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const late = new Promise<null>((resolve) => {
      timer = setTimeout(() => resolve(null), timings.offerTimeout)
    })
    const asked = answer.catch((error: unknown) => {
      log.warn(`the work pool did not answer ${what}`, { error, workPoolId })
      return null
    })
    try {
      return await Promise.race([asked, late])
    } finally {
      clearTimeout(timer)
    }
  }
  const caused = <Message extends object>(message: Message): Message & { requestId?: string } => ({ ...message, requestId: currentRequestId() })
  return {
    offer: (offer) => ask<OfferAnswer>('an offer', offer.workPoolId, workPoolOf(env, offer.workspaceId, offer.workPoolId).offer(caused(offer))),
    presence: async (pool) =>
      (await ask<Presence[]>('who is present', pool.workPoolId, workPoolOf(env, pool.workspaceId, pool.workPoolId).presence(pool))) ?? [],
    ringWorkPool: (message) => ring('a ring of a work pool', () => workPoolOf(env, message.workspaceId, message.workPoolId).ring(caused(message))),
    direct: (message) => ring('a directive', () => workPoolOf(env, message.workspaceId, message.workPoolId).direct(caused(message))),
    drain: (message) => ring('a wish that a worker leaves', () => workPoolOf(env, message.workspaceId, message.workPoolId).drain(caused(message))),
    closeWorkPool: (message) => ring('the end of a work pool', () => workPoolOf(env, message.workspaceId, message.workPoolId).close(caused(message))),
    revoke: (message) => ring('a revoked key', () => workPoolOf(env, message.workspaceId, message.workPoolId).revoke(caused(message))),
    ringFeed: (message) => ring('a ring of a feed', () => feedOf(env, message.workspaceId, message.topic).ring(caused(message))),
    async listen(listen) {
      const answer = await feedOf(env, listen.workspaceId, listen.topic).fetch(listenUrl(caused(listen)), { headers: { upgrade: 'websocket' } })
      if (!answer.webSocket) throw new Error(`the feed of ${listen.topic} answered ${answer.status} instead of a socket`)
      return answer.webSocket
    },
  }
}
