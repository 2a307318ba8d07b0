/** Lists of deployments. Part of nouns.test.ts. */
import { expect, test } from 'vitest'
import { json, run } from './stage.ts'

test('deployments are listed by flow, pool, tag and pause; lists go on beyond a page of the API', async () => {
  const names = async (...flags: string[]) => (await json<{ name: string }[]>('deployment', 'ls', ...flags)).map(({ name }) => name)
  expect(await names('--flow', 'cities', '--work-pool', 'shapes')).toEqual(['cities/shapes'])
  expect(await names('--flow', 'towns')).toEqual([])
  expect(await names('--paused')).toEqual([])
  expect((await run('deployment', 'ls', '--tag', 'none')).stderr).toBe('No deployment matches.\n')
  const [{ id }] = await json<[{ id: string }]>('flow-run', 'ls', '--flow', 'cities', '--state', 'failed')
  expect(await json('task-run', 'ls', id, '-n', '1000')).toHaveLength(2)
  expect((await run('task-run', 'ls', id, '-n', '1')).stderr).toBe('1 of 2. More: --limit 200\n')
})
