/** A workspace with nothing in it. Part of nouns.test.ts. */
import { expect, test } from 'vitest'
import { json, run } from './stage.ts'

test('of a workspace with nothing in it every list says how to begin, and is an empty list for programs', async () => {
  for (const [noun, next] of [
    ['work-pool', 'weir work-pool create NAME'],
    ['deployment', 'weir deploy'],
    ['flow-run', 'weir deployment run'],
    ['worker', 'weir worker start'],
    ['variable', 'weir variable set'],
    ['concurrency-limit', 'weir concurrency-limit create NAME'],
    ['secret', 'weir secret set'],
    ['block', 'weir block create'],
    ['flow', 'weir run'],
    ['artifact', 'docs/authoring.md'],
    ['event', 'weir event emit NAME'],
    ['work-queue', 'weir work-pool create NAME'],
  ] as const) {
    expect(await run(noun, 'ls')).toMatchObject({ code: 0, stdout: '', stderr: expect.stringContaining(next) })
    expect(await json(noun, 'ls')).toEqual([])
  }
})
