/** Many flow runs at once. Part of nouns.test.ts. */
import { expect, test } from 'vitest'
import { json, run, said, offered } from './stage.ts'

test('many runs at once: counted, cancelled, retried, deleted; what cannot be is named', async () => {
  await said('work-pool', 'create', 'many', '--if-missing')
  await said('deploy', 'flows.ts:cities', '--name', 'many', '--pool', 'many')
  for (const name of ['m1', 'm2', 'm3']) await said('deployment', 'run', 'cities/many', '--name', name, '--at', '+1h')
  const of = ['--deployment', 'cities/many']
  expect(await said('flow-run', 'cancel', ...of, '--dry-run')).toBe('It would cancel 3 flow runs.\n')
  expect(await said('flow-run', 'cancel', ...of, '--reason', 'wrong day')).toBe('Cancelled: 3 of 3.\n')
  expect(await json('flow-run', 'ls', ...of, '--state', 'cancelled')).toHaveLength(3)
  expect(await run('flow-run', 'cancel', 'm1', ...of)).toMatchObject({ code: 2, stderr: expect.stringContaining('Leave one of them out') })
  expect(await run('flow-run', 'retry')).toMatchObject({ code: 2, stderr: expect.stringContaining('--filter {}') })
  expect(await said('flow-run', 'retry', ...of, '--filter', '{"name": {"in": ["m1", "m2"]}}')).toBe('Queued again: 2 of 2.\n')
  const again = await run('flow-run', 'retry', ...of, '--filter', '{"name": {"equals": "m1"}}')
  expect(again).toMatchObject({ code: 1, stdout: 'Queued again: 0 of 1.\n', stderr: expect.stringMatching(/^left: [0-9a-f-]{36} {2}\S/m) })
  expect(await said('flow-run', 'delete', ...of)).toBe('Deleted: 3 of 3.\n')
  expect(await said('flow-run', 'delete', ...of)).toBe('Deleted: 0 of 0.\n')

  const retried = (await json<{ id: string; kind: string; totalCount: number; refusedCount: number }[]>('operation', 'ls')).find(
    ({ kind, refusedCount }) => kind === 'RETRY_FLOW_RUNS' && refusedCount === 1,
  )
  const end = retried?.id.slice(-10) as string
  expect(await said('operation', 'ls', '--limit', '5')).toMatch(new RegExp(`^${retried?.id} +retry +completed +1 of 1 +1 .*key "local admin"`, 'm'))
  expect(await offered('operation', 'inspect', retried?.id.slice(0, 34) as string)).toContain(retried?.id)
  expect(await run('operation', 'inspect', end)).toMatchObject({ code: 0, stdout: expect.stringMatching(/^left as they are +1$/m) })
  expect(await run('operation', 'watch', end)).toMatchObject({ code: 1, stdout: 'It is completed: changed 0 of 1.\n' })
  expect(await said('operation', 'cancel', end)).toBe('It is completed: 1 of 1 were met.\n')
  expect(await run('operation', 'inspect', 'nothing')).toMatchObject({ code: 2, stderr: expect.stringContaining('weir operation ls') })
  expect(await json('audit', 'ls', '--action', 'flow-runs:retry', '--actor', 'admin', '--since', '2020-01-01T00:00:00Z')).toEqual(
    expect.arrayContaining([expect.objectContaining({ action: 'flow-runs:retry', subject: retried?.id })]),
  )
  expect(await run('audit', 'ls', '--until', '2020-01-01T00:00:00Z')).toMatchObject({
    code: 0,
    stdout: '',
    stderr: expect.stringContaining('matches'),
  })
  await said('deployment', 'delete', 'cities/many')
})
