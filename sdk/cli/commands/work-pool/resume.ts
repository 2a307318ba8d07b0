import { safeLine } from '../../safe-text.ts'
import type { CommonOptions } from '../../session.ts'
import { changeWorkPool } from './change-work-pool.ts'

/** `weir work-pool resume NAME`. */
export const execute = ([name]: [string], options: CommonOptions): Promise<void> =>
  changeWorkPool(name, { isPaused: false }, options, (pool) => `Work pool ${safeLine(pool.name)} is not paused.`)
