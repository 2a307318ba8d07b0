/** Flows. Part of nouns.test.ts. */
import { expect, test } from 'vitest'
import { json, run, said } from './stage.ts'

test('flows: listed with their deployments, inspected with their runs', async () => {
  expect(await said('flow', 'ls')).toMatch(/^cities +shapes +.* ago$/m)
  expect(await said('flow', 'inspect', 'cities')).toMatch(
    /^cities\nId [\s\S]*\nRuns +\d+\n\nDEPLOYMENT[\s\S]*\ncities\/shapes +shapes +1 +flows\.ts:cities\n\nLATEST RUNS/,
  )
  expect(await run('flow', 'inspect', 'citys')).toMatchObject({ code: 2, stderr: expect.stringContaining('Did you mean "cities"?') })
  const [{ id }] = await json<[{ id: string }]>('flow-run', 'ls', '--flow', 'cities', '--state', 'failed')
  expect(await said('artifact', 'ls', '--key', 'warmest')).toMatch(new RegExp(`^[0-9a-f-]{36} +warmest +table +${id} `, 'm'))
})
