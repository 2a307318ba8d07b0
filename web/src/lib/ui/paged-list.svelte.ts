/** The rows of a list that is read page by page: the first when it opens and whenever it is told to, the next when somebody asks. */
import { asRequestError, type RequestError } from '#lib/graphql/request.ts'
import { oneAtATime } from '#lib/live/one-at-a-time.ts'

interface Page<Row> {
  nodes: Row[]
  totalCount: number
  totalCountIsExact: boolean
  pageInfo: { hasNextPage: boolean; endCursor: string | null }
}

/**
 * `read` asks for the page after a cursor; what it reads may change, then `open` is called again. `rest` = milliseconds between two readings: a busy workspace
 * rings many times a second.
 */
export class PagedList<Row> {
  /** Null until the first page is there. */
  rows = $state.raw<Row[] | null>(null)
  total = $state.raw<{ count: number; isExact: boolean } | null>(null)
  hasMore = $state(false)
  loadingMore = $state(false)
  error = $state.raw<RequestError | null>(null)
  readonly #read: (after: string | null) => Promise<Page<Row>>
  readonly #rest: number
  #after: string | null = null
  #pages = 0
  /** Counts questions: an answer that was overtaken is thrown away. */
  #asked = 0

  constructor(read: (after: string | null) => Promise<Page<Row>>, { rest = 500 }: { rest?: number } = {}) {
    this.#read = read
    this.#rest = rest
  }

  /** Reads the first page; the old rows stay on the screen until it is there. */
  async open(): Promise<void> {
    const asked = ++this.#asked
    try {
      const page = await this.#read(null)
      if (asked !== this.#asked) return
      this.rows = page.nodes
      this.#pages = 1
      this.#take(page)
    } catch (error) {
      if (asked === this.#asked) this.error = asRequestError(error)
    }
  }

  /** The list has changed: read again, unless somebody has gone further down than the first page. */
  readonly refresh = oneAtATime(async () => {
    if (this.#pages <= 1) await this.open()
    await new Promise((resolve) => setTimeout(resolve, this.#rest))
  })

  async more(): Promise<void> {
    if (this.loadingMore || !this.hasMore) return
    this.loadingMore = true
    const asked = this.#asked
    try {
      const page = await this.#read(this.#after)
      if (asked !== this.#asked) return
      this.rows = [...(this.rows ?? []), ...page.nodes]
      this.#pages++
      this.#take(page)
    } catch (error) {
      this.error = asRequestError(error)
    } finally {
      this.loadingMore = false
    }
  }

  #take(page: Page<Row>): void {
    this.total = { count: page.totalCount, isExact: page.totalCountIsExact }
    this.hasMore = page.pageInfo.hasNextPage
    this.#after = page.pageInfo.endCursor
    this.error = null
  }
}
