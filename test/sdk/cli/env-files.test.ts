import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readEnvFiles } from '../../../sdk/cli/read-env-files.ts'

const before = process.cwd()
let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'weir-env-'))
  process.chdir(folder)
})
afterEach(() => {
  process.chdir(before)
  rmSync(folder, { recursive: true })
  for (const name of Object.keys(process.env).filter((one) => one.startsWith('TEST_ENV_'))) delete process.env[name]
})

test('.env of the folder is read when it is there; what the environment says goes before', () => {
  expect(() => readEnvFiles(undefined)).not.toThrow()
  writeFileSync('.env', '# a comment\nTEST_ENV_A=1\nexport TEST_ENV_B="two words" # more\nTEST_ENV_C=file\n')
  process.env['TEST_ENV_C'] = 'environment'
  readEnvFiles(undefined)
  expect([process.env['TEST_ENV_A'], process.env['TEST_ENV_B'], process.env['TEST_ENV_C']]).toEqual(['1', 'two words', 'environment'])
})

test('named files take its place, the later one goes before, and one that is missing is told', () => {
  writeFileSync('.env', 'TEST_ENV_A=never\n')
  writeFileSync('one.env', 'TEST_ENV_A=1\nTEST_ENV_B=1\n')
  writeFileSync('two.env', 'TEST_ENV_B=2\n')
  readEnvFiles(['one.env', 'two.env'])
  expect([process.env['TEST_ENV_A'], process.env['TEST_ENV_B']]).toEqual(['1', '2'])
  expect(() => readEnvFiles(['missing.env'])).toThrow(/environment file missing.env cannot be read: ENOENT/)
})
