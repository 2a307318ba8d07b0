/** Task runs of a flow run. Part of nouns.test.ts. */
import { expect, test } from 'vitest'
import { weir } from '../weir.ts'
import { folder, home, json, run, said } from './stage.ts'

test('task runs of a flow run: listed, inspected, with their own log lines', async () => {
  expect((await weir(['run', 'flows.ts:cities'], { home, cwd: folder })).code).toBe(1)
  const [{ id }] = await json<[{ id: string }]>('flow-run', 'ls', '--flow', 'cities')
  expect(await said('task-run', 'ls', id)).toMatch(/^[0-9a-f-]{36} +fetch-0 +● Completed +1 .*\n[0-9a-f-]{36} +fetch-1 +✕ Failed +1 .*it has sunk/m)
  const failed = await json<{ id: string }[]>('task-run', 'ls', id, '--state', 'failed,crashed')
  expect(failed).toMatchObject([{ flowRunId: id, name: 'fetch-1', state: { type: 'FAILED' }, runCount: 1 }])
  for (const wanted of ['fetch-1', failed[0]?.id ?? '', failed[0]?.id.slice(-8) ?? '']) {
    expect(await json('task-run', 'inspect', id, wanted)).toMatchObject({
      id: failed[0]?.id,
      state: { error: { name: 'Error', message: 'it has sunk' } },
      taskKey: 'fetch',
    })
  }
  expect(await said('task-run', 'inspect', id, 'fetch-1')).toMatch(/^fetch-1\nState +✕ Failed {2}.*it has sunk[\s\S]*flows\.ts:[\s\S]*\nWHEN +STATE/)
  expect(await said('task-run', 'logs', id, 'fetch-0')).toMatch(/^\S+ {2}WARN {3}fetching Oslo\n$/)
  expect(await said('task-run', 'logs', id, 'fetch-0', '--csv')).toMatch(/^time,.*\n\S+Z,WARN,,[0-9a-f-]{36},fetching Oslo,\n$/)
  expect(await run('task-run', 'inspect', id, 'fetch-2')).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/"fetch-2"[\s\S]*Did you mean "fetch-/),
  })
})
