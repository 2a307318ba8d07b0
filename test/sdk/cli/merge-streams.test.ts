import { expect, test } from 'vitest'
import { mergeStreams, type StreamName } from '../../../sdk/cli/commands/flow-run/merge-streams.ts'

const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 12, 0, second)).toISOString()

/** What is shown of lines that arrive in this order: [stream, second, word]. */
function shown(lines: [StreamName, number, string][], stored = false): string[] {
  const words: string[] = []
  const merged = mergeStreams({ stored })
  for (const [stream, second, word] of lines) merged.add(stream, at(second), () => words.push(word))
  merged.close()
  return words
}

test('log lines stay in the order in which they arrived, whatever their times say', () => {
  expect(
    shown([
      ['logs', 3, 'first'],
      ['logs', 1, 'second'],
      ['logs', 2, 'third'],
    ]),
  ).toEqual(['first', 'second', 'third'])
})

test('what was printed stands where it was printed, also when it is read out of a pipe later', () => {
  const lines: Parameters<typeof shown>[0] = [
    ['stdout', 1, 'one'],
    ['stdout', 4, 'four'],
    ['stderr', 3, 'three'],
    ['logs', 2, 'two'],
    ['logs', 5, 'five'],
  ]
  for (const stored of [false, true]) expect(shown(lines, stored)).toEqual(['one', 'two', 'three', 'four', 'five'])
})

test('of stored lines only what could still be passed is held', () => {
  const words: string[] = []
  const merged = mergeStreams({ stored: true })
  for (const [second, word] of [
    [1, 'one'],
    [2, 'two'],
    [8, 'eight'],
  ] as const)
    merged.add('stdout', at(second), () => words.push(word))
  expect(words).toEqual(['one', 'two'])
  for (let n = 0; n < 6_000; n++) merged.add('logs', at(8), () => words.push('more'))
  expect(words.length).toBeGreaterThan(1_000)
  merged.close()
  expect(words).toHaveLength(6_003)
})

test('a state that arrives after a later log line is shown before it', () => {
  expect(
    shown([
      ['logs', 2, 'loading'],
      ['states', 1, 'Running'],
      ['logs', 3, 'loaded'],
      ['states', 4, 'Completed'],
    ]),
  ).toEqual(['Running', 'loading', 'loaded', 'Completed'])
})

test('lines are shown by themselves after a moment', async () => {
  const words: string[] = []
  const merged = mergeStreams()
  merged.add('states', at(1), () => words.push('Running'))
  expect(words).toEqual([])
  await expect.poll(() => words).toEqual(['Running'])
  merged.close()
})
