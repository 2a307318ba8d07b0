/** What the pages ask of work pools. */
import { graphql } from '#lib/graphql/generated/index.ts'

export const workPoolsDocument = graphql(`
  query WorkPools {
    workPools(first: 50) {
      nodes {
        id uuid name type description isPaused status concurrencyLimit slotsUsed waitingCount
        workers { id name status version hostname slots slotsUsed lastSeenAt }
      }
      totalCount
    }
  }
`)
