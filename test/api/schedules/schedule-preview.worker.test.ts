import { beforeAll, expect, test } from 'vitest'
import { askAs, makeKey, makeWorkspace } from '../support.ts'
import { JANUARY, makePreview } from './preview.ts'

let preview: Awaited<ReturnType<typeof makePreview>>

beforeAll(async () => {
  preview = await makePreview()
})

test('as many instants as asked for, within bounds', async () => {
  const [none, thousand] = await preview([
    [{ cron: '* * * * *' }, JANUARY, 0],
    [{ cron: '* * * * * *' }, JANUARY, 1_000],
  ])
  expect(none).toEqual({ instants: [], error: null })
  expect([thousand?.instants.length, thousand?.instants.at(-1)]).toEqual([1_000, '2026-01-01T00:16:39'])
  const counts = [-1, 1_001, 2_147_483_647]
  expect(await preview(counts.map((count) => [{ cron: '* * * * *' }, JANUARY, count]))).toEqual(
    counts.map((count) => ({ instants: [], error: `count: ${count} is out of range: expected 0 to 1000` })),
  )
})

test('an operation holds twenty previews, and not hundreds', async () => {
  const ask = askAs(await makeKey(await makeWorkspace(), 'VIEWER'))
  const many = (count: number) =>
    ask(
      `{ ${Array.from({ length: count }, (_, index) => `p${index}: schedulePreview(schedule: { cron: "@daily" }, from: "${JANUARY}", count: 1) { error }`).join(' ')} }`,
    )
  expect((await many(20)).errors).toBeUndefined()
  expect((await many(21)).errors?.[0]?.extensions.code).toBe('LIMIT_EXCEEDED')
})
