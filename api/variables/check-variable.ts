/** What a variable may be. */
import type { JsonValue } from '../../core/json-value.ts'
import { checkJson, checkTags } from '../check-input.ts'
import type { Issue } from '../errors.ts'

/** Characters of a value as JSON. */
const LONGEST_VALUE = 5_000
const NAME = /^[a-z0-9_-]{1,255}$/

/** Issues of whatever is given: name `[a-z0-9_-]`, 1 to 255; value at most 5,000 characters as JSON; tags as everywhere. */
export function checkVariable(given: {
  name?: string | undefined
  value?: JsonValue | undefined
  tags?: readonly string[] | null | undefined
}): Issue[] {
  const { name, value, tags } = given
  const issues: Issue[] = []
  if (name !== undefined && !NAME.test(name)) {
    const expected = '1 to 255 of a-z, 0-9, "-" and "_"'
    issues.push({ path: ['name'], message: `${JSON.stringify(name.slice(0, 60))} cannot be the name of a variable: expected ${expected}`, expected })
  }
  if (value !== undefined) {
    const text = checkJson(value, ['value'])
    const length = text.length === 0 ? JSON.stringify(value).length : 0
    const expected = `at most ${LONGEST_VALUE} characters as JSON`
    if (length > LONGEST_VALUE) text.push({ path: ['value'], message: `expected ${expected}, got ${length}`, expected })
    issues.push(...text)
  }
  return tags ? [...issues, ...checkTags(tags, ['tags'])] : issues
}
