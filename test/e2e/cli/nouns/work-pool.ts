/** Work pools. Part of nouns.test.ts. */
import { expect, test } from 'vitest'
import { json, said } from './stage.ts'

test('a work pool is created, changed, paused, limited and resumed', async () => {
  await said('work-pool', 'create', 'big', '--concurrency-limit', '10')
  expect(await said('work-pool', 'update', 'big', '--description', 'the big machine')).toBe('Changed work pool big.\n')
  expect(await said('work-pool', 'pause', 'big')).toBe('Work pool big is paused: its runs wait.\n')
  expect(await json('work-pool', 'inspect', 'big')).toMatchObject({
    description: 'the big machine',
    isPaused: true,
    status: 'PAUSED',
    concurrencyLimit: 10,
  })
  expect(await said('work-pool', 'ls')).toMatch(/^big +process +‖ paused +0 +0 of 10 +0 +the big machine$/m)
  expect(await said('work-pool', 'resume', 'big')).toBe('Work pool big is not paused.\n')
  expect(await said('work-pool', 'set-concurrency-limit', 'big', '3')).toBe('Work pool big: at most 3 at a time.\n')
  expect(await said('work-pool', 'set-concurrency-limit', 'big', 'none')).toBe('Work pool big: no limit.\n')
  expect(await json('work-pool', 'update', 'big', '--description', '')).toMatchObject({ description: null, concurrencyLimit: null, isPaused: false })
})
