/** What a named limit may be. */
import { LIMITS } from '../../core/limits.ts'
import { checkJson } from '../check-input.ts'
import type { Issue } from '../errors.ts'

/** Most slots of one limit, and most that may come back in a second. */
const MOST = 1_000_000

/** Issues of whatever is given: a name of 1 to 255 characters without control characters, a limit of 0 to 1,000,000, a decay above 0. */
export function checkConcurrencyLimit(given: {
  name?: string | undefined
  max?: number | undefined
  slotDecayPerSecond?: number | null | undefined
}): Issue[] {
  const { name, max, slotDecayPerSecond } = given
  const issues: Issue[] = []
  if (name !== undefined) {
    const expected = `1 to ${LIMITS.name} characters without control characters`
    issues.push(...checkJson(name, ['name']))
    if (issues.length === 0 && (name.trim() === '' || name.length > LIMITS.name || /\p{Cc}/u.test(name)))
      issues.push({ path: ['name'], message: `${JSON.stringify(name.slice(0, 60))} cannot be the name of a limit: expected ${expected}`, expected })
  }
  if (max !== undefined && (max < 0 || max > MOST))
    issues.push({ path: ['limit'], message: `expected 0 to ${MOST}, got ${max}`, expected: `0 to ${MOST}` })
  if (slotDecayPerSecond != null && !(slotDecayPerSecond >= 0.000_001 && slotDecayPerSecond <= MOST)) {
    const expected = `0.000001 to ${MOST}, or null`
    issues.push({ path: ['slotDecayPerSecond'], message: `expected ${expected}, got ${slotDecayPerSecond}`, expected })
  }
  return issues
}
