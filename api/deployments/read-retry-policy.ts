/** Checks a retry policy from outside: at most 1,000 retries, no delay beyond 30 days. Mistakes come back as issues, with the path of each. */
import type { JsonValue } from '../../core/json-value.ts'
import { NO_RETRIES, type RetryPolicy } from '../../core/retry-policy.ts'
import type { Issue } from '../errors.ts'

const MOST_RETRIES = 1_000
const LONGEST_DELAY = 30 * 86_400_000

/** A retry policy as the API takes it into the stored form; the policy is meaningful only without issues. */
export function readRetryPolicy(
  input: { count: number; delay?: JsonValue; jitter?: number | null } | null,
  path: string[],
): { policy: RetryPolicy; issues: Issue[] } {
  if (!input) return { policy: NO_RETRIES, issues: [] }
  const issues: Issue[] = []
  const { count, delay = 0, jitter } = input
  if (count < 0 || count > MOST_RETRIES)
    issues.push({ path: [...path, 'count'], message: `expected 0 to ${MOST_RETRIES}, got ${count}`, expected: `0 to ${MOST_RETRIES}` })
  if (jitter != null && (jitter < 0 || jitter > 1))
    issues.push({ path: [...path, 'jitter'], message: `expected 0 to 1, got ${jitter}`, expected: '0 to 1' })
  if (!isDelay(delay)) {
    const expected = 'milliseconds, a list of them, or { "initial", "factor", "max" }'
    issues.push({ path: [...path, 'delay'], message: `expected ${expected}`, expected })
  }
  return { policy: { count, delay: (delay ?? 0) as RetryPolicy['delay'], jitter: jitter ?? 0 }, issues }
}

const isMilliseconds = (value: unknown): value is number => typeof value === 'number' && value >= 0 && value <= LONGEST_DELAY

function isDelay(delay: JsonValue): boolean {
  if (delay === null || isMilliseconds(delay)) return true
  if (Array.isArray(delay)) return delay.length > 0 && delay.length <= MOST_RETRIES && delay.every(isMilliseconds)
  if (typeof delay !== 'object') return false
  const { initial, factor, max, ...rest } = delay
  return (
    isMilliseconds(initial) && isMilliseconds(max) && typeof factor === 'number' && factor >= 1 && factor <= 100 && Object.keys(rest).length === 0
  )
}
