/** Artifacts of a flow run. Part of nouns.test.ts. */
import { expect, test } from 'vitest'
import { json, run, said } from './stage.ts'

test('artifacts of a flow run: listed, and shown as what they are', async () => {
  const [{ id }] = await json<[{ id: string }]>('flow-run', 'ls', '--flow', 'cities')
  expect(await said('artifact', 'ls', id)).toMatch(/^[0-9a-f-]{36} +warmest +table +.* ago +by day$/m)
  expect(await said('flow-run', 'inspect', id)).toMatch(/^Artifacts +warmest \(table\), note \(markdown\), done \(progress\)$/m)
  expect(await said('artifact', 'inspect', id, 'warmest')).toMatch(/\n\ncity +degrees\nLima +31\nOslo +4\n$/)
  expect(await said('artifact', 'inspect', id, 'note')).toMatch(/\n\n# Cities\n$/)
  expect(await said('artifact', 'inspect', id, 'done')).toMatch(/\n\n50 %\n$/)
  expect(await json('artifact', 'inspect', id, 'warmest')).toMatchObject({ key: 'warmest', type: 'TABLE', data: [{ city: 'Lima', degrees: 31 }, {}] })
  expect(await run('artifact', 'inspect', id, 'warmst')).toMatchObject({ code: 2, stderr: expect.stringContaining('Did you mean "warmest"?') })
})
