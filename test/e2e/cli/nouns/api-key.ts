/** API keys. Part of nouns.test.ts. */
import { expect, test } from 'vitest'
import { json, run, runWith, said } from './stage.ts'

test('a key is shown once, alone on stdout, works, and ends when it is revoked', async () => {
  const made = await run('api-key', 'create', 'ci', '--role', 'viewer', '--expires', '+90d')
  expect(made).toMatchObject({ code: 0, stderr: expect.stringContaining('this once') })
  const key = made.stdout.trim()
  const asViewer = (...args: string[]) => runWith(args, { env: { WEIR_API_KEY: key } })
  expect((await asViewer('work-pool', 'ls')).code).toBe(0)
  expect(await asViewer('work-pool', 'create', 'forbidden')).toMatchObject({
    code: 3,
    stdout: '',
    stderr: expect.stringMatching(/may not|not allowed|role/i),
  })
  expect(await said('api-key', 'ls')).toMatch(/^[0-9a-f-]{36} +ci +viewer +● active, expires in (89|90) d \d+ h +.* ago /m)
  expect(await said('api-key', 'revoke', 'ci')).toMatch(/^Revoked API key ci \([0-9a-f-]{36}\)\.\n$/)
  expect((await run('api-key', 'ls')).stderr).toMatch(/more that works? no more: --all/)
  expect(await json('api-key', 'ls', '--all')).toContainEqual(
    expect.objectContaining({ name: 'ci', role: 'VIEWER', status: 'revoked', prefix: expect.stringMatching(/^weir_/) }),
  )
  expect(JSON.stringify(await json('api-key', 'ls', '--all'))).not.toContain(key.slice(-20))
})
