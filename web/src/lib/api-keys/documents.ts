/** What the page of API keys asks. */
import { graphql } from '#lib/graphql/generated/index.ts'

/** A key as the list shows it. */
export const apiKeyFragment = graphql(`
  fragment ApiKeyRow on ApiKey { id uuid name prefix role scopes createdAt createdBy lastUsedAt expiresAt revokedAt serviceAccount { name } }
`)

/** All keys of the workspace. */
export const apiKeysDocument = graphql(`
  query ApiKeys { apiKeys { ...ApiKeyRow } }
`)

/** Makes a key. Its secret is in the answer, and nowhere else afterwards. */
export const createApiKeyDocument = graphql(`
  mutation CreateApiKey($input: CreateApiKeyInput!) {
    createApiKey(input: $input) {
      __typename
      ... on CreateApiKeySuccess { key name }
      ... on Error { message code hint }
      ... on ValidationError { issues { path message } }
    }
  }
`)

/** A new key in the place of an old one, which goes on working for a while. */
export const rotateApiKeyDocument = graphql(`
  mutation RotateApiKey($input: RotateApiKeyInput!) {
    rotateApiKey(input: $input) {
      __typename
      ... on RotateApiKeySuccess { key apiKey { name } }
      ... on Error { message code hint }
      ... on ValidationError { issues { path message } }
    }
  }
`)

/** Ends a key at once. */
export const revokeApiKeyDocument = graphql(`
  mutation RevokeApiKey($input: RevokeApiKeyInput!) {
    revokeApiKey(input: $input) { __typename ... on Error { message code hint } }
  }
`)
