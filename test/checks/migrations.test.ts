import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'

test('migrations are numbered without a gap, and no number is given twice', () => {
  const names = readdirSync(new URL('../../db/migrations/', import.meta.url)).sort()
  expect(names.map((name) => Number(name.slice(0, 4)))).toEqual(names.map((_, index) => index + 1))
})
