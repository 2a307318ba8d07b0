/** Service accounts. Part of nouns.test.ts. */
import { expect, test } from 'vitest'
import { run, runWith, said } from './stage.ts'

test('a service account has keys with its role at most; a rotated key takes the place of the old one, which goes on for a while', async () => {
  expect(await said('service-account', 'create', 'robot', '--role', 'viewer', '--description', 'builds')).toContain('--service-account robot')
  const first = (await said('api-key', 'create', 'build', '--service-account', 'robot', '--scope', 'variables:*')).trim()
  const using = (key: string, ...args: string[]) => runWith(args, { env: { WEIR_API_KEY: key } })
  expect((await using(first, 'variable', 'ls')).code).toBe(0)
  expect((await using(first, 'work-pool', 'ls')).code).toBe(3)
  const rotated = await run('api-key', 'rotate', 'build', '--overlap', '1h')
  expect(rotated).toMatchObject({
    code: 0,
    stderr: expect.stringMatching(/^The old key ends in (59 m \d+ s|1 h 0 m)\. The new API key build is shown this once:\n$/),
  })
  for (const key of [first, rotated.stdout.trim()]) expect((await using(key, 'variable', 'ls')).code).toBe(0)
  expect(await said('service-account', 'ls')).toMatch(/^robot +viewer +2 +.* ago +builds$/m)
  expect(await said('api-key', 'ls')).toMatch(/build +viewer \(variables:\*\) +● active, expires in [^\n]* robot /)
  expect(await said('service-account', 'delete', 'robot')).toBe('Deleted service account robot.\n')
  expect((await using(first, 'variable', 'ls')).code).toBe(3)
})
