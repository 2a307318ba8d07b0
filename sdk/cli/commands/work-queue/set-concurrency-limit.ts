import { limitOf, showLimit, type TypedLimit } from '../../limit.ts'
import { changeWorkQueue, type QueueOptions } from './change-work-queue.ts'

/** `weir work-queue set-concurrency-limit POOL/QUEUE NUMBER|none`. */
export const execute = ([name, limit]: [string, TypedLimit], options: QueueOptions): Promise<void> =>
  changeWorkQueue(name, { concurrencyLimit: limitOf(limit) }, options, (queue) => `: ${showLimit(queue.concurrencyLimit)}.`)
