import { expect, test } from 'vitest'
import { mergePages } from '../../../sdk/cli/commands/api/merge-pages.ts'

const page = (nodes: number[], endCursor: string, hasNextPage: boolean) => ({
  viewer: { actor: endCursor },
  pool: { runs: { nodes, totalCount: 3, pageInfo: { hasNextPage, endCursor } } },
})

test('rows of a list stand one after the other, wherever the list lies; everything else is as in the last page', () => {
  expect(mergePages([page([1, 2], 'a', true), page([3], 'b', false)])).toEqual({
    data: page([1, 2, 3], 'b', false),
    hasNextPage: false,
    endCursor: 'b',
  })
})

test('edges as well as nodes, and an empty page', () => {
  const edges = (rows: number[]) => ({ list: { edges: rows, pageInfo: { hasNextPage: false, endCursor: null } } })
  expect(mergePages([edges([1]), edges([])])).toMatchObject({ data: { list: { edges: [1] } }, endCursor: null })
})

test.each([[{}], [{ list: { nodes: [] } }], [{ list: null }], [{ list: { pageInfo: { hasNextPage: true } } }]])(
  '%j does not say whether there is more',
  (data) => {
    expect(mergePages([data])).toBeNull()
  },
)
