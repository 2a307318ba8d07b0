import { expect, test } from 'vitest'
import { findReferences, replaceAtPaths } from '../../core/references.ts'

test('references are found wherever they stand; an object with more than the one key is data', () => {
  const value = {
    plain: 1,
    token: { $block: 'secret/api.value' },
    list: [{ $variable: 'region' }, { $variable: 'region', other: 1 }],
    deep: { whole: { $block: 'warehouse/main' }, inner: { $block: 'warehouse/main.pool.size' } },
  }
  const { references, broken } = findReferences(value)
  expect(broken).toEqual([])
  expect(references).toEqual([
    { path: ['token'], reference: { kind: 'block', block: { type: 'secret', name: 'api' }, field: ['value'] } },
    { path: ['list', '0'], reference: { kind: 'variable', name: 'region' } },
    { path: ['deep', 'whole'], reference: { kind: 'block', block: { type: 'warehouse', name: 'main' }, field: [] } },
    { path: ['deep', 'inner'], reference: { kind: 'block', block: { type: 'warehouse', name: 'main' }, field: ['pool', 'size'] } },
  ])
  const replaced = replaceAtPaths(
    value,
    references.map(({ path }, index) => ({ path, value: index })),
  )
  expect(replaced).toEqual({ plain: 1, token: 0, list: [1, { $variable: 'region', other: 1 }], deep: { whole: 2, inner: 3 } })
  expect(value.token).toEqual({ $block: 'secret/api.value' })
})

test('what looks like one and names nothing is told with its place', () => {
  for (const broken of [
    { $variable: 1 },
    { $variable: 'A b' },
    { $block: 'warehouse' },
    { $block: 'a/b/c' },
    { $block: 'a/b..c' },
    { $block: null },
  ]) {
    const found = findReferences({ at: [broken] })
    expect(found.references, JSON.stringify(broken)).toEqual([])
    expect(found.broken, JSON.stringify(broken)).toMatchObject([{ path: ['at', '0'] }])
  }
})
