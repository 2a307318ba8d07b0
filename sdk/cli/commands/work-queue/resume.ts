import { changeWorkQueue, type QueueOptions } from './change-work-queue.ts'

/** `weir work-queue resume POOL/QUEUE`. */
export const execute = ([name]: [string], options: QueueOptions): Promise<void> =>
  changeWorkQueue(name, { isPaused: false }, options, () => ' is not paused.')
