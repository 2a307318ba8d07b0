/**
 * The id of the request that is being served. It goes along with everything that the request sets going (what it awaits, its timers, `waitUntil`), so that
 * every line of the log names it, and every batch that goes through the SQL door. It does not go over to a Durable Object by itself: calls carry it.
 */
import { AsyncLocalStorage } from 'node:async_hooks'

const current = new AsyncLocalStorage<string | undefined>()

/** Undefined outside of any request: an alarm, an object that wakes. */
export const currentRequestId = (): string | undefined => current.getStore()

/** Does `work`, and whatever comes of it, for that request. */
export const asRequest = <Result>(requestId: string | undefined, work: () => Result): Result => current.run(requestId, work)
