/** One page of a list of the API. */
export interface Page<Row> {
  nodes: Row[]
  pageInfo: { hasNextPage: boolean; endCursor: string | null }
}

/** Every row of a list. `readPage` asks for the page after a cursor; null = the first one. */
export async function readAll<Row>(readPage: (after: string | null) => Promise<Page<Row>>): Promise<Row[]> {
  const rows: Row[] = []
  for (let after: string | null = null; ; ) {
    const page: Page<Row> = await readPage(after)
    rows.push(...page.nodes)
    if (!page.pageInfo.hasNextPage) return rows
    after = page.pageInfo.endCursor
  }
}

/** The API answers no larger pages. */
const LARGEST_PAGE = 200

/** The most that a list shows: more is for `weir api --paginate`. */
export const MOST_ROWS = 10_000

/** The first `limit` rows of a list, and its last page that was read: `pageInfo.hasNextPage` says whether there are more. */
export async function readUpTo<OnePage extends Page<unknown>>(
  limit: number,
  readPage: (first: number, after: string | null) => Promise<OnePage>,
): Promise<{ rows: OnePage['nodes']; last: OnePage }> {
  const rows: OnePage['nodes'] = []
  for (let after: string | null = null; ; ) {
    const last: OnePage = await readPage(Math.min(LARGEST_PAGE, limit - rows.length), after)
    rows.push(...last.nodes)
    if (!last.pageInfo.hasNextPage || rows.length >= limit) return { rows, last }
    after = last.pageInfo.endCursor
  }
}
