/** Concurrency limits. Part of nouns.test.ts. */
import { expect, test } from 'vitest'
import { json, run, said } from './stage.ts'

test('concurrency limits: made, changed, looked at, emptied, deleted', async () => {
  expect(await said('concurrency-limit', 'create', 'database', '--limit', '5')).toBe('Created concurrency limit database: 5 at once.\n')
  expect(await run('concurrency-limit', 'create', 'database', '--limit', '7')).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/already\.\nhint: {2}Change it: weir concurrency-limit update database --limit 7\n/),
  })
  const rate = ['concurrency-limit', 'create', 'weather api', '-l', '10', '--slot-decay-per-second', '0.5', '--inactive']
  expect(await json(...rate)).toMatchObject({ name: 'weather api', limit: 10, slotDecayPerSecond: 0.5, isActive: false, activeSlots: 0 })
  expect(await said('concurrency-limit', 'update', 'database', '--limit', '8')).toBe('Concurrency limit database: 8 at once.\n')
  expect(await json('concurrency-limit', 'update', 'weather api', '--active', '--slot-decay-per-second', 'none')).toMatchObject({
    isActive: true,
    slotDecayPerSecond: null,
  })
  expect(await said('concurrency-limit', 'ls')).toMatch(/^database +0 of 8 +- +0 +yes$/m)
  expect(await said('concurrency-limit', 'inspect', 'database')).toMatch(/^database\nLimit +8 at once\nTaken +0 of 8\nWaiting +0\n/)
  expect(await said('concurrency-limit', 'reset', 'database')).toBe('Ended 0 leases of concurrency limit database.\n')
  expect(await said('concurrency-limit', 'delete', 'weather api')).toBe('Deleted concurrency limit weather api.\n')
  for (const [words, complaint] of [
    [['create', 'x'], '--limit'],
    [['create', 'x', '--limit', '-1'], 'whole number'],
    [['update', 'database', '--slot-decay-per-second', '0'], '0.000001'],
    [['update', 'database'], 'Nothing is to be changed'],
    [['inspect', 'datbase'], 'Did you mean "database"?'],
  ] as const)
    expect(await run('concurrency-limit', ...words)).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(complaint) })
})
