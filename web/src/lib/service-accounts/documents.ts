/** What the pages of service accounts ask. */
import { graphql } from '#lib/graphql/generated/index.ts'

/** A page of the list. */
export const serviceAccountsDocument = graphql(`
  query ServiceAccounts($first: Int!, $after: String) {
    serviceAccounts(first: $first, after: $after) {
      nodes { id uuid name description role createdAt createdBy apiKeys { id lastUsedAt expiresAt revokedAt } }
      totalCount totalCountIsExact
      pageInfo { hasNextPage endCursor }
    }
  }
`)

/** One of them with its keys. */
export const serviceAccountDocument = graphql(`
  query ServiceAccount($id: ID!) {
    serviceAccount(id: $id) { id uuid name description role createdAt createdBy apiKeys { ...ApiKeyRow } }
  }
`)

/** Makes one; its keys are made later. */
export const createServiceAccountDocument = graphql(`
  mutation CreateServiceAccount($input: CreateServiceAccountInput!) {
    createServiceAccount(input: $input) {
      __typename
      ... on CreateServiceAccountSuccess { serviceAccount { uuid name } }
      ... on Error { message code hint }
      ... on ValidationError { issues { message } }
    }
  }
`)

/** Another name, another description. */
export const updateServiceAccountDocument = graphql(`
  mutation UpdateServiceAccount($input: UpdateServiceAccountInput!) {
    updateServiceAccount(input: $input) {
      __typename
      ... on Error { message code hint }
      ... on ValidationError { issues { message } }
    }
  }
`)

/** Takes one away with its keys. */
export const deleteServiceAccountDocument = graphql(`
  mutation DeleteServiceAccount($input: DeleteServiceAccountInput!) {
    deleteServiceAccount(input: $input) { __typename ... on Error { message code hint } }
  }
`)
