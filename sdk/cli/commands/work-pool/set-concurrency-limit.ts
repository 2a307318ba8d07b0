import { limitOf, showLimit, type TypedLimit } from '../../limit.ts'
import { safeLine } from '../../safe-text.ts'
import type { CommonOptions } from '../../session.ts'
import { changeWorkPool } from './change-work-pool.ts'

/** `weir work-pool set-concurrency-limit NAME NUMBER|none`. */
export const execute = ([name, limit]: [string, TypedLimit], options: CommonOptions): Promise<void> =>
  changeWorkPool(
    name,
    { concurrencyLimit: limitOf(limit) },
    options,
    (pool) => `Work pool ${safeLine(pool.name)}: ${showLimit(pool.concurrencyLimit)}.`,
  )
