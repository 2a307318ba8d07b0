/** What the pages of concurrency limits ask. */
import { graphql } from '#lib/graphql/generated/index.ts'

/** A limit as the list shows it. */
export const concurrencyLimitFragment = graphql(`
  fragment ConcurrencyLimitRow on ConcurrencyLimit { id uuid name limit isActive slotDecayPerSecond activeSlots waitingCount updatedAt updatedBy }
`)

/** Who holds slots, or waits for some. */
export const concurrencyLeaseFragment = graphql(`
  fragment ConcurrencyLeaseRow on ConcurrencyLease { leaseId slots holder askedAt takenAt deadline flowRun { uuid name flow { name } state { type name } } }
`)

/** A page of the list. */
export const concurrencyLimitsDocument = graphql(`
  query ConcurrencyLimits($first: Int!, $after: String, $filter: ConcurrencyLimitFilter) {
    concurrencyLimits(first: $first, after: $after, filter: $filter) {
      nodes { ...ConcurrencyLimitRow }
      totalCount totalCountIsExact
      pageInfo { hasNextPage endCursor }
    }
  }
`)

/** One of them with those who hold and wait. */
export const concurrencyLimitDocument = graphql(`
  query ConcurrencyLimit($id: ID!) {
    concurrencyLimit(id: $id) { ...ConcurrencyLimitRow createdAt holders { ...ConcurrencyLeaseRow } waiters { ...ConcurrencyLeaseRow } }
  }
`)

/** Makes one. */
export const createConcurrencyLimitDocument = graphql(`
  mutation CreateConcurrencyLimit($input: CreateConcurrencyLimitInput!) {
    createConcurrencyLimit(input: $input) { __typename ... on Error { message code hint } ... on ValidationError { issues { message } } }
  }
`)

/** Changes its name, size and decay, or switches it. */
export const updateConcurrencyLimitDocument = graphql(`
  mutation UpdateConcurrencyLimit($input: UpdateConcurrencyLimitInput!) {
    updateConcurrencyLimit(input: $input) { __typename ... on Error { message code hint } ... on ValidationError { issues { message } } }
  }
`)

/** Takes slots away. */
export const resetConcurrencyLimitDocument = graphql(`
  mutation ResetConcurrencyLimit($input: ResetConcurrencyLimitInput!) {
    resetConcurrencyLimit(input: $input) {
      __typename
      ... on ResetConcurrencyLimitSuccess { releasedLeases }
      ... on Error { message code hint }
      ... on ValidationError { issues { message } }
    }
  }
`)

/** Takes one away. */
export const deleteConcurrencyLimitDocument = graphql(`
  mutation DeleteConcurrencyLimit($input: DeleteConcurrencyLimitInput!) {
    deleteConcurrencyLimit(input: $input) { __typename ... on Error { message code hint } }
  }
`)
