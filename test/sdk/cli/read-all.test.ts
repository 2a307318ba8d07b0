import { expect, test } from 'vitest'
import { readAll, readUpTo } from '../../../sdk/cli/read-all.ts'

/** A list of so many numbers, in pages as large as asked for, at most 200. */
function list(count: number) {
  const asked: number[] = []
  const readPage = async (first: number, after: string | null) => {
    asked.push(first)
    const begin = after === null ? 0 : Number(after)
    const nodes = Array.from({ length: Math.min(first, 200, count - begin) }, (_, index) => begin + index)
    const end = begin + nodes.length
    return { nodes, pageInfo: { hasNextPage: end < count, endCursor: nodes.length === 0 ? null : String(end) } }
  }
  return { asked, readPage }
}

test('a limit beyond a page of the API is read page by page, and no row more than asked for', async () => {
  const { asked, readPage } = list(1_000)
  const { rows, last } = await readUpTo(450, readPage)
  expect(rows).toEqual(Array.from({ length: 450 }, (_, index) => index))
  expect(asked).toEqual([200, 200, 50])
  expect(last.pageInfo.hasNextPage).toBe(true)
})

test('a list that ends before the limit says so', async () => {
  const { rows, last } = await readUpTo(10_000, list(201).readPage)
  expect([rows.length, last.pageInfo.hasNextPage]).toEqual([201, false])
  expect((await readUpTo(20, list(0).readPage)).rows).toEqual([])
})

test('all of it, whatever it is', async () => {
  expect(await readAll((after) => list(407).readPage(200, after))).toHaveLength(407)
})
