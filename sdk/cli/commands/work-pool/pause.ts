import { safeLine } from '../../safe-text.ts'
import type { CommonOptions } from '../../session.ts'
import { changeWorkPool } from './change-work-pool.ts'

/** `weir work-pool pause NAME`. */
export const execute = ([name]: [string], options: CommonOptions): Promise<void> =>
  changeWorkPool(name, { isPaused: true }, options, (pool) => {
    const running = pool.slotsUsed > 0 ? ` ${pool.slotsUsed} running, which go on.` : ''
    return `Work pool ${safeLine(pool.name)} is paused: its runs wait.${running}`
  })
