import { changeWorkQueue, type QueueOptions } from './change-work-queue.ts'

/** `weir work-queue set-priority POOL/QUEUE NUMBER`. */
export const execute = ([name, priority]: [string, number], options: QueueOptions): Promise<void> =>
  changeWorkQueue(name, { priority }, options, (queue) => `: priority ${queue.priority}.`)
