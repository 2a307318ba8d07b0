/** Secrets and blocks. Part of nouns.test.ts. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { folder, json, run, runWith, said, offered } from './stage.ts'

test('secrets and blocks: values come from the environment, from stdin or from a person, and are shown to nobody', async () => {
  const canary = 'canary-of-the-command-line'
  const given = { env: { CANARY: canary } }
  expect(await runWith(['secret', 'set', 'api', '--from-env', 'CANARY'], given)).toMatchObject({ code: 0, stdout: 'Created secret api.\n' })
  expect(await runWith(['secret', 'set', 'api', '--from-env', 'CANARY'], given)).toMatchObject({ code: 0, stdout: 'Set secret api.\n' })
  expect(await run('secret', 'set', 'api')).toMatchObject({ code: 2, stderr: expect.stringContaining('--stdin') })
  expect(await run('secret', 'set', 'api', '--from-env', 'NOT_THERE')).toMatchObject({ code: 2, stderr: expect.stringContaining('NOT_THERE') })
  expect(await json('secret', 'ls')).toMatchObject([{ name: 'api' }])
  expect(await said('secret', 'ls')).toMatch(/^api +.* ago +key "local admin"$/m)
  writeFileSync(
    join(folder, 'blocks.ts'),
    "import { defineBlock, secret } from 'weirflow'\nimport { z } from 'zod'\nexport const warehouse = defineBlock('warehouse', z.object({ host: z.string(), port: z.number().optional(), password: secret(z.string().min(5)) }), { description: 'A database.' })\nexport const other = 1\n",
  )
  expect(await said('block', 'type', 'register', 'blocks.ts:warehouse')).toBe('Registered block type warehouse, secret: password.\n')
  expect(await json('block', 'type', 'register', 'blocks.ts')).toMatchObject([{ slug: 'warehouse', secretFields: ['password'], created: false }])
  expect(await run('block', 'type', 'register', 'blocks.ts:other')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('Types in it: warehouse'),
  })
  expect(await said('block', 'type', 'ls')).toMatch(/^warehouse +host, port, password +password +A database\.$/m)
  const create = ['block', 'create', 'warehouse/main', '-s', 'host=db', '--from-env', 'password=CANARY']
  expect(await runWith(create, given)).toMatchObject({ code: 0, stdout: 'Created block warehouse/main.\n' })
  expect(await runWith(create, given)).toMatchObject({ code: 1, stderr: expect.stringContaining('Change it: weir block update warehouse/main\n') })
  expect(await run('block', 'create', 'warehouse/two', '-s', 'host=db')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--from-env password='),
  })
  expect(await run('block', 'create', 'warehouse/two', '-s', `password=${canary}`)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('histories'),
  })
  expect(await json('block', 'update', 'warehouse/main', '-s', 'port=5432')).toMatchObject({ data: { host: 'db', port: 5432, password: '********' } })
  expect((await runWith(['block', 'update', 'warehouse/main', '--from-env', 'port=PORT'], { env: { PORT: '5432' } })).code).toBe(0)
  expect(await said('block', 'inspect', 'warehouse/main')).toMatch(/^warehouse\/main\nhost +db\nport +5432\npassword +\*{8}\n/)
  expect(await run('block', 'inspect', 'warehouse/mian')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('Did you mean "warehouse/main"?'),
  })
  expect(await run('block', 'type', 'delete', 'warehouse')).toMatchObject({ code: 1, stderr: expect.stringContaining('1 block is of this type') })
  expect(JSON.stringify([await json('block', 'ls'), await json('block', 'type', 'inspect', 'warehouse')])).not.toContain(canary)
  expect(await offered('block', 'inspect', 'warehouse/')).toEqual(['names', 'warehouse/main'])
  expect(await offered('secret', 'delete', '')).toEqual(['names', 'api'])
})
