import { changeWorkQueue, type QueueOptions } from './change-work-queue.ts'

/** `weir work-queue pause POOL/QUEUE`. */
export const execute = ([name]: [string], options: QueueOptions): Promise<void> =>
  changeWorkQueue(name, { isPaused: true }, options, (queue) => {
    const running = queue.slotsUsed > 0 ? ` ${queue.slotsUsed} running, which go on.` : ''
    return ` is paused: its runs wait.${running}`
  })
