/**
 * How many messages each worker's line may carry. One object serves a whole pool, so one worker that runs wild would keep the others waiting. In memory: after
 * hibernation, which a flood does not allow, everybody begins anew.
 */
import type { Instant } from '../../core/instant.ts'
import { WORKER_MESSAGE_LIMIT } from '../../core/protocol/version.ts'
import { fullBucket, takeToken, type TokenBucket } from '../../core/token-bucket.ts'

/** Of the lines of one pool. */
export class MessageRates {
  readonly #buckets = new Map<string, TokenBucket>()

  /** Whether the line may say one more now. */
  take(line: string, now: Instant): boolean {
    const { isAllowed, bucket } = takeToken(WORKER_MESSAGE_LIMIT, this.#buckets.get(line) ?? fullBucket(WORKER_MESSAGE_LIMIT, now), now)
    this.#buckets.set(line, bucket)
    return isAllowed
  }

  /** The line is gone. */
  forget(line: string): void {
    this.#buckets.delete(line)
  }
}
