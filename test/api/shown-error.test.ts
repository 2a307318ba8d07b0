import { expect, test } from 'vitest'
import { statusOf, WeirError } from '../../api/errors.ts'
import { shownError } from '../../api/shown-error.ts'
import { DatabaseUnavailable } from '../../db/client.ts'

test('a door that cannot reach the database, also before it knows who asks, says so and not that it is broken', () => {
  const shown = shownError(new DatabaseUnavailable(new Error('connect ECONNREFUSED 10.0.0.7')), 'r')
  expect(shown).toMatchObject({ code: 'NOT_READY', hint: 'Try again in a moment.' })
  expect(statusOf(shown.code)).toBe(503)
})

test('what nobody expected is hidden behind the id of the request, and what we say ourselves is not', () => {
  const hidden = shownError(new TypeError('password=x is no number'), 'r-7')
  expect(hidden.code).toBe('INTERNAL')
  expect(`${hidden.message} ${hidden.hint}`).not.toContain('password')
  expect(hidden.hint).toContain('r-7')
  const ours = new WeirError('FORBIDDEN', 'This role may not.')
  expect(shownError(ours, 'r')).toBe(ours)
})
