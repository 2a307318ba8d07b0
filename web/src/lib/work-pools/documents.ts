/** What the pages ask of work pools. Few at a time: each comes with its workers, of which there may be many. */
import { graphql } from '#lib/graphql/generated/index.ts'

/** A page of the work pools with their workers. */
export const workPoolsDocument = graphql(`
  query WorkPools($after: String) {
    workPools(first: 20, after: $after) {
      nodes {
        id uuid name type description isPaused status concurrencyLimit slotsUsed waitingCount
        workers { id name status version hostname slots slotsUsed lastSeenAt }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
`)
