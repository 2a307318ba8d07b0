/** Work queues. Part of nouns.test.ts. */
import { expect, test } from 'vitest'
import { json, said } from './stage.ts'

test('work queues, named with their pool or beside it', async () => {
  await said('work-pool', 'create', 'lanes')
  await said('work-pool', 'create', 'unlimited', '--concurrency-limit', '3')
  expect(await json('work-pool', 'update', 'unlimited', '--concurrency-limit', 'none')).toMatchObject({ concurrencyLimit: null })
  expect(await said('work-queue', 'create', 'lanes/urgent', '--priority', '2')).toBe('Created work queue lanes/urgent, priority 2, no limit.\n')
  expect(await json('work-queue', 'create', 'bulk', '--pool', 'lanes', '--concurrency-limit', '2')).toMatchObject({
    workPool: 'lanes',
    concurrencyLimit: 2,
  })
  const free = await json('work-queue', 'create', 'free', '--pool', 'unlimited', '--concurrency-limit', 'none')
  expect(free).toMatchObject({ concurrencyLimit: null })
  expect(await said('work-queue', 'set-priority', 'lanes/bulk', '9')).toBe('Work queue lanes/bulk: priority 9.\n')
  expect(await said('work-queue', 'pause', 'lanes/bulk')).toBe('Work queue lanes/bulk is paused: its runs wait.\n')
  expect(await said('work-queue', 'ls', '--pool', 'lanes')).toMatch(
    /^QUEUE +PRIORITY +RUNNING +WAITING\nlanes\/default +1 +0 +0\nlanes\/urgent +2 +0 +0\nlanes\/bulk +9 +0 of 2 +0 +‖ paused\n$/,
  )
  expect(await said('work-queue', 'resume', 'bulk', '-p', 'lanes')).toBe('Work queue lanes/bulk is not paused.\n')
  expect(await said('work-queue', 'set-concurrency-limit', 'lanes/bulk', 'none')).toBe('Work queue lanes/bulk: no limit.\n')
  expect(await said('work-queue', 'inspect', 'lanes/bulk')).toMatch(
    /^lanes\/bulk\nId +[0-9a-f-]{36}\nPriority +9 \(1 is served first\)\nLimit +no limit\n/,
  )
  expect((await json<{ workPool: string }[]>('work-queue', 'ls')).map(({ workPool }) => workPool)).toContain('big')
})
