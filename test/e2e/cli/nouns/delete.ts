/** Deleting things that are named. Part of nouns.test.ts. */
import { expect, test } from 'vitest'
import { json, run, said } from './stage.ts'

test('things that are named are deleted one after the other, and what is still named stays', async () => {
  expect(await run('work-pool', 'delete', 'shapes')).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(/work pool "shapes" stays: .*1 deployment names it/),
  })
  expect(await run('work-queue', 'delete', 'lanes/default')).toMatchObject({ stdout: '', stderr: expect.stringContaining('default') })
  expect(await said('work-queue', 'delete', 'lanes/bulk')).toBe('Deleted work queue lanes/bulk.\n')
  expect(await said('deployment', 'delete', 'shapes')).toBe('Deleted deployment cities/shapes.\n')
  expect(await run('flow', 'delete', 'cities')).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('flow "cities" stays') })
  for (const { id, name } of await json<{ id: string; name: string }[]>('flow-run', 'ls', '--flow', 'cities')) {
    expect(await said('flow-run', 'delete', id)).toBe(`Deleted flow run ${name}.\n`)
  }
  expect(await json('flow', 'delete', 'cities')).toMatchObject({ name: 'cities', deleted: true })
  expect(await said('work-pool', 'delete', 'shapes')).toBe('Deleted work pool shapes.\n')
  expect(await run('deployment', 'inspect', 'cities/shapes')).toMatchObject({ code: 2, stderr: expect.stringContaining('no deployment') })
})
