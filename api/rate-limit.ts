/**
 * How many GraphQL requests one credential may make: a token bucket per API key, session or run, in the memory of this isolate. It protects the others from
 * one that runs wild, and costs nothing on the way; in a cell with several isolates each counts for itself.
 */
import type { Instant } from '../core/instant.ts'
import { type BucketLimit, fullBucket, type Taken, takeToken, type TokenBucket } from '../core/token-bucket.ts'
import type { Actor } from './auth/actor.ts'
import type { Env } from './env.ts'

const WINDOW = 60_000
/** Requests a minute when the binding does not say. */
const DEFAULT_PER_MINUTE = 12_000
const MOST_REMEMBERED = 20_000

const buckets = new Map<string, TokenBucket>()

/** Requests a minute; 0 = no limit. Anything unreadable counts as the default. */
function limitOf({ RATE_LIMIT }: Pick<Env, 'RATE_LIMIT'>): BucketLimit | null {
  const perMinute = RATE_LIMIT === undefined || RATE_LIMIT === '' ? DEFAULT_PER_MINUTE : Number(RATE_LIMIT)
  if (perMinute === 0) return null
  return { capacity: Number.isInteger(perMinute) && perMinute > 0 ? perMinute : DEFAULT_PER_MINUTE, window: WINDOW }
}

/** One request of the actor. Null when nobody limits it. */
export function countRequest(env: Pick<Env, 'RATE_LIMIT'>, actor: Actor, now: Instant): { taken: Taken; headers: Record<string, string> } | null {
  const limit = limitOf(env)
  if (limit === null) return null
  const name = nameOf(actor)
  const taken = takeToken(limit, buckets.get(name) ?? fullBucket(limit, now), now)
  buckets.delete(name)
  // The one that was used longest ago is full again, or nearly.
  if (buckets.size >= MOST_REMEMBERED) buckets.delete(buckets.keys().next().value as string)
  buckets.set(name, taken.bucket)
  const seconds = (milliseconds: number) => String(Math.ceil(milliseconds / 1_000))
  return {
    taken,
    headers: {
      'ratelimit-limit': String(limit.capacity),
      'ratelimit-remaining': String(taken.remaining),
      'ratelimit-reset': seconds(taken.fullIn),
      ...(taken.isAllowed ? {} : { 'retry-after': seconds(taken.retryIn) }),
    },
  }
}

const nameOf = (actor: Actor): string =>
  actor.kind === 'api-key' ? actor.apiKeyId : actor.kind === 'user' ? actor.sessionId : `${actor.workspaceId}/${actor.flowRunId}`
