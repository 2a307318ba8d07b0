import { expect, test } from 'vitest'
import { environmentOf, judgeJobVariables } from '../../core/job-variables.ts'

const SECRET = { $block: 'secret/api.value' }

test('references may stand anywhere that only the run reads', () => {
  expect(judgeJobVariables({})).toEqual([])
  expect(
    judgeJobVariables({ env: { API_TOKEN: SECRET, REGION: 'eu' }, nodeFlags: ['--max-old-space-size=64'], upstream: [{ token: SECRET }] }),
  ).toEqual([])
})

test('what the process is started with is told with its place: no reference, and of the right shape', () => {
  const said = (jobVariables: object) =>
    judgeJobVariables(jobVariables as never).map(({ path, message, expected }) => `${path.join('.')}: ${message}, expected ${expected}`)
  const cannot = /cannot be a reference: .* only the run that has started may read .*, expected the value itself$/
  for (const [given, place] of [
    [{ nodeFlags: SECRET }, 'nodeFlags'],
    [{ nodeFlags: ['--enable-source-maps', SECRET] }, 'nodeFlags.1'],
    [{ env: { NODE_OPTIONS: { $variable: 'options' } } }, 'env.NODE_OPTIONS'],
    [{ env: { LD_PRELOAD: SECRET, REGION: SECRET } }, 'env.LD_PRELOAD'],
  ] as const) {
    const issues = said(given)
    expect(issues, place).toHaveLength(1)
    expect(issues[0]).toMatch(cannot)
    expect(issues[0]?.startsWith(`${place}: `)).toBe(true)
  }
  expect(said({ nodeFlags: '--inspect' })).toEqual([expect.stringMatching(/^nodeFlags: nodeFlags must be a list of texts/)])
  expect(said({ nodeFlags: [1] })).toHaveLength(1)
  expect(said({ env: SECRET })).toEqual([expect.stringMatching(/^env: env must be an object of variables/)])
  expect(said({ env: ['A=1'] })).toHaveLength(1)
  expect(said({ upstream: { token: { $block: 'nothing' } } })).toEqual([expect.stringMatching(/^upstream.token: "\$block" must be/)])
})

test('what is no text is JSON in the environment', () => {
  expect(environmentOf({ env: { A: 'a', N: 1, LIST: ['x'] }, other: 1 })).toEqual({ A: 'a', N: '1', LIST: '["x"]' })
  expect(environmentOf({})).toEqual({})
})
