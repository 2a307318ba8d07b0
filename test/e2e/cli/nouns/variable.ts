/** Variables. Part of nouns.test.ts. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { folder, json, run, said } from './stage.ts'

test('variables: set, got, listed, deleted', async () => {
  expect(await said('variable', 'set', 'cities', '["Oslo", "Lima"]', '--tag', 'weather')).toBe('Created variable cities = ["Oslo","Lima"]\n')
  expect(await said('variable', 'set', 'cities', '["Oslo"]')).toBe('Set variable cities = ["Oslo"]\n')
  expect(await json('variable', 'get', 'cities')).toEqual(['Oslo'])
  await said('variable', 'set', 'zip', '12345', '--text')
  expect(await said('variable', 'get', 'zip')).toBe('12345\n')
  expect(await json('variable', 'get', 'zip')).toBe('12345')
  writeFileSync(join(folder, 'value.json'), '{"least": 1}\n')
  expect(await json('variable', 'set', 'limits', '@value.json')).toMatchObject({ name: 'limits', value: { least: 1 }, created: true })
  expect(await json('variable', 'ls', '--tag', 'weather')).toMatchObject([{ name: 'cities', value: ['Oslo'], tags: ['weather'] }])
  expect(await said('variable', 'ls')).toMatch(/^cities +\["Oslo"\] +weather +.* ago$/m)
  expect(await said('variable', 'inspect', 'cities')).toMatch(/^cities\nValue +\["Oslo"\]\n[\s\S]* by key "local admin"\n$/)
  expect(await said('variable', 'unset', 'zip')).toBe('Deleted variable zip.\n')
  expect(await run('variable', 'get', 'citties')).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('Did you mean "cities"?') })
  expect(await run('variable', 'set', 'No', '1')).toMatchObject({ code: 2, stderr: expect.stringContaining('name') })
})
