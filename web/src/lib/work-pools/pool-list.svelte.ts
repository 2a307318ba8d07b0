/** The work pools with their workers, read anew whenever one of them or a run has changed. */
import type { WorkPoolsQuery } from '#lib/graphql/generated/graphql.ts'
import { asRequestError, request, type RequestError } from '#lib/graphql/request.ts'
import { oneAtATime } from '#lib/live/one-at-a-time.ts'
import { workPoolsDocument } from './documents.ts'
import type { WorkPool } from './pool-text.ts'
import { watchPools } from './watch-pools.ts'

/** Milliseconds between two readings: a busy pool rings many times a second. */
const REST = 500

/** All pools, few at a question, as one list. */
export class PoolList {
  /** Null until they are read. */
  pools = $state.raw<WorkPool[] | null>(null)
  error = $state.raw<RequestError | null>(null)
  #closed = false

  /** Reads and listens; the answer stops it. */
  open(): () => void {
    void this.read()
    const stop = watchPools(() => void this.read())
    return () => {
      this.#closed = true
      stop()
    }
  }

  /** Reads all of them; calls while that is under way are answered by one more after it. */
  readonly read = oneAtATime(async () => {
    if (this.#closed) return
    try {
      const all: WorkPool[] = []
      let after: string | null = null
      do {
        const { workPools }: WorkPoolsQuery = await request(workPoolsDocument, { after })
        all.push(...workPools.nodes)
        after = workPools.pageInfo.hasNextPage ? workPools.pageInfo.endCursor : null
      } while (after !== null)
      this.pools = all
      this.error = null
    } catch (error) {
      this.error = asRequestError(error)
    }
    await new Promise((resolve) => setTimeout(resolve, REST))
  })
}
