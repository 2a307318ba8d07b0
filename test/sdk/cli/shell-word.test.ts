import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { shellWord } from '../../../sdk/cli/shell-word.ts'

const NAMES = ['local', 'weather-etl/nightly', 'two words', "Ada's", '$HOME', '`id`', 'a;b', '*', '', '天気', '-n']

test('a shell makes of a suggested word the name that was meant', () => {
  const line = `printf '%s\\0' ${NAMES.map(shellWord).join(' ')}`
  expect(spawnSync('sh', ['-c', line], { encoding: 'utf8' }).stdout.split('\0').slice(0, -1)).toEqual(NAMES)
})

test('plain names need no quotes', () => {
  expect(NAMES.slice(0, 2).map(shellWord)).toEqual(NAMES.slice(0, 2))
})
