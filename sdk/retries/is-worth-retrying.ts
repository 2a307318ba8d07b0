import { askedDelay, messageOf } from '../errors.ts'
import { ResultNotStorable } from '../results/errors.ts'
import type { RetryContext, RetryOptions } from './retry-policy.ts'

/**
 * Whether the author wants another attempt of a flow or task after this error. `RetryAfter` says so itself; a result that cannot be stored would not be
 * storable again; a condition that throws means no, and `warn` is told.
 */
export async function isWorthRetrying(
  { when, count }: { when: RetryOptions['when']; count: number },
  context: RetryContext,
  warn: (problem: string) => void,
): Promise<boolean> {
  const { error } = context
  if (error instanceof ResultNotStorable) return false
  if (!when || count === 0 || askedDelay(error) !== null) return true
  try {
    return Boolean(await when(error, context))
  } catch (thrown) {
    warn(`its retry condition threw (${messageOf(thrown)}), which counts as "no"`)
    return false
  }
}
