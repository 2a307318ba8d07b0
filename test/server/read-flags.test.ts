/** What `npm start` takes and what it refuses. That it says so and ends with 2 is tested with a start (test/e2e/start.test.ts). */
import { expect, test } from 'vitest'
import { readFlags } from '../../server/launch/read-flags.ts'

test('without flags it serves on port 4600 with what is in the home, at the usual pace', () => {
  expect(readFlags([], {})).toEqual({ once: false, fresh: false, port: 4600, timeScale: 1 })
})

test('flags and WEIR_TIME_SCALE are followed; an empty variable is none', () => {
  expect(readFlags(['--once', '--fresh', '--port', '0'], { WEIR_TIME_SCALE: '0.05' })).toEqual({ once: true, fresh: true, port: 0, timeScale: 0.05 })
  expect(readFlags(['--port=65535'], { WEIR_TIME_SCALE: '' })).toEqual({ once: false, fresh: false, port: 65_535, timeScale: 1 })
})

test.each([
  [['--port', 'x']],
  [['--port', '70000']],
  [['--port', '-1']],
  [['--port', '80.5']],
  [['--port', '']],
  [['--once', '--port']],
  [['--frsh', '--once']],
  [['now', '--once']],
])('%j is refused with the usage', (words) => {
  expect(() => readFlags(words, {})).toThrow(/\nUsage: npm start -- \[--once\] \[--fresh\] \[--port N\]$/)
})

test.each(['0', '-1', 'fast', 'Infinity', 'NaN', '1e9'])('a WEIR_TIME_SCALE of %s is refused with code and hint', (scale) => {
  expect(() => readFlags([], { WEIR_TIME_SCALE: scale })).toThrow(/^error: WEIR_TIME_SCALE is "\S+" \(INVALID_SETTING\)\nhint: {2}[A-Z].+\.$/)
})
