import { showLimit } from '../../limit.ts'
import { changeWorkQueue, type QueueOptions } from './change-work-queue.ts'

/** `weir work-queue set-concurrency-limit POOL/QUEUE NUMBER|none`. */
export const execute = ([name, limit]: [string, number | null], options: QueueOptions): Promise<void> =>
  changeWorkQueue(name, { concurrencyLimit: limit }, options, (queue) => `: ${showLimit(queue.concurrencyLimit)}.`)
