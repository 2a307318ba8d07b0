/** What a queue's priority may be. */
import type { Issue } from '../errors.ts'

/** Rank of a queue in its pool: 1 (first) to 1,000,000. */
export const checkPriority = (priority: number | null | undefined, path: string[]): Issue[] =>
  priority != null && (priority < 1 || priority > 1_000_000)
    ? [{ path, message: `expected 1 to 1000000, got ${priority}`, expected: '1 (first) to 1000000' }]
    : []
