/** Checks that many inputs share. Each returns issues with their place; an empty list = fine. */
import { judgeJobVariables } from '../core/job-variables.ts'
import type { JsonObject } from '../core/json-value.ts'
import { LIMITS } from '../core/limits.ts'
import type { Issue } from './errors.ts'

const FORBIDDEN_IN_NAMES = /[/%&<>]|\p{Cc}/u

/** Names of flows, deployments, runs, pools and keys: 1 to 255 characters without `/ % & < >` and control characters. */
export function checkName(name: string, path: string[]): Issue[] {
  const expected = '1 to 255 characters without / % & < > and control characters'
  const text = checkJson(name, path)
  if (text.length > 0) return text
  if (name.trim() === '' || name.length > LIMITS.name) return [{ path, message: `expected ${expected}, got ${name.length} characters`, expected }]
  const bad = FORBIDDEN_IN_NAMES.exec(name)
  return bad ? [{ path, message: `a name cannot contain ${JSON.stringify(bad[0])}`, expected }] : []
}

/** How many runs may hold a slot at a time: 1 to 1,000,000, or no limit. */
export const checkConcurrencyLimit = (limit: number | null | undefined, path: string[]): Issue[] =>
  limit != null && (limit < 1 || limit > 1_000_000) ? [{ path, message: `expected 1 to 1000000, got ${limit}`, expected: '1 or more' }] : []

/** For people: at most 10,000 characters. */
export function checkDescription(description: string | null | undefined, path: string[]): Issue[] {
  const issues = checkJson(description ?? null, path)
  if (description != null && description.length > 10_000)
    issues.push({ path, message: `expected at most 10000 characters, got ${description.length}`, expected: 'at most 10000 characters' })
  return issues
}

/** Tags: at most 500, each 1 to 255 characters. */
export function checkTags(tags: readonly string[], path: string[]): Issue[] {
  if (tags.length > LIMITS.tags)
    return [{ path, message: `expected at most ${LIMITS.tags} tags, got ${tags.length}`, expected: `at most ${LIMITS.tags}` }]
  return tags.flatMap((tag, index) => {
    const place = [...path, String(index)]
    const text = checkJson(tag, place)
    if (text.length > 0) return text
    return tag === '' || tag.length > LIMITS.tag
      ? [{ path: place, message: `expected 1 to 255 characters, got ${tag.length}`, expected: '1 to 255 characters' }]
      : []
  })
}

/** Job variables that a worker can use: references only where the run is there to read them. */
export const checkJobVariables = (jobVariables: JsonObject): Issue[] =>
  judgeJobVariables(jobVariables).map((issue) => ({ ...issue, path: ['jobVariables', ...issue.path] }))

const DEEPEST = 100

/** What the record can hold: no NUL, no half of a surrogate pair, at most 100 levels deep. The first issue is enough. */
export function checkJson(value: unknown, path: string[], depth = 0): Issue[] {
  if (typeof value === 'string') {
    if (value.includes('\u0000')) return [{ path, message: 'text cannot contain the NUL character', expected: 'text without U+0000' }]
    return value.isWellFormed() ? [] : [{ path, message: 'text contains half of a surrogate pair', expected: 'well-formed Unicode' }]
  }
  if (typeof value !== 'object' || value === null) return []
  if (depth >= DEEPEST)
    return [{ path: path.slice(0, 10), message: `expected at most ${DEEPEST} levels of nesting`, expected: `at most ${DEEPEST} levels` }]
  for (const [key, item] of Object.entries(value)) {
    const [issue] = [...checkJson(key, [...path, key]), ...checkJson(item, [...path, key], depth + 1)]
    if (issue) return [issue]
  }
  return []
}

/** Bytes of a value as JSON. */
export const sizeOfJson = (value: unknown): number => new TextEncoder().encode(JSON.stringify(value)).byteLength

/** An object, where JSON would allow more. */
export const checkObject = (value: unknown, path: string[]): Issue[] =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? []
    : [
        {
          path,
          message: `expected an object, got ${Array.isArray(value) ? 'a list' : value === null ? 'null' : `a ${typeof value}`}`,
          expected: 'object',
        },
      ]
