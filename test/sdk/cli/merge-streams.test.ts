import { expect, test } from 'vitest'
import { mergeStreams } from '../../../sdk/cli/commands/flow-run/merge-streams.ts'

const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 12, 0, second)).toISOString()

/** What is shown of lines that arrive in this order: [stream, second, word]. */
function shown(lines: ['states' | 'logs', number, string][]): string[] {
  const words: string[] = []
  const merged = mergeStreams()
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
