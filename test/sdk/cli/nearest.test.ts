import { expect, test } from 'vitest'
import { nearest } from '../../../sdk/cli/nearest.ts'

const NAMES = ['server', 'deploy', 'deployment', 'flow-run', 'work-pool', 'worker']

test.each([
  ['deploymnt', 'deployment'],
  ['deplyo', 'deploy'],
  ['flowrun', 'flow-run'],
  ['SERVER', 'server'],
  ['work-pol', 'work-pool'],
  ['wor', 'work-pool'],
])('%s is probably %s', (wanted, name) => {
  expect(nearest(wanted, NAMES)).toBe(name)
})

test.each(['', 'x', 'constructor', 'frobnicate', 'x'.repeat(100_000)])('nothing is near to what has nothing in common', (wanted) => {
  expect(nearest(wanted, NAMES)).toBeNull()
})

test('without names there is none', () => {
  expect(nearest('flow', [])).toBeNull()
})
