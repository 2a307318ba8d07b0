/** What the api-key commands ask the API. Checked against api/schema.graphql by test/sdk/cli/documents.test.ts. */
import { document } from '../../graphql.ts'
import { ERROR_FIELDS, type UnionError } from '../../read-result.ts'

/** A key as lists and answers show it: everything but the secret. */
export interface ApiKeyRow {
  uuid: string
  name: string
  role: string
  prefix: string
  createdAt: string
  createdBy: string | null
  expiresAt: string | null
  revokedAt: string | null
  lastUsedAt: string | null
  scopes: string[] | null
  serviceAccount: { name: string } | null
}

const ROW = 'uuid name role prefix createdAt createdBy expiresAt revokedAt lastUsedAt scopes serviceAccount { name }'

/** Every key of the workspace, newest first. */
export const LIST = document<{ apiKeys: ApiKeyRow[] }>(`query ApiKeys { apiKeys { ${ROW} } }`)

/** Makes a key; the answer has it whole, once. */
export const CREATE = document<
  { createApiKey: { __typename: 'CreateApiKeySuccess'; id: string; name: string; key: string } | UnionError },
  { input: { name: string; role?: string; expiresAt?: string; scopes?: string[]; serviceAccountId?: string } }
>(
  `mutation CreateApiKey($input: CreateApiKeyInput!) { createApiKey(input: $input) { __typename ... on CreateApiKeySuccess { id name key } ${ERROR_FIELDS} } }`,
)

/** Ends a key. */
export const REVOKE = document<{ revokeApiKey: { __typename: 'RevokeApiKeySuccess'; apiKey: ApiKeyRow } | UnionError }, { id: string }>(
  `mutation RevokeApiKey($id: ID!) { revokeApiKey(input: { id: $id }) { __typename ... on RevokeApiKeySuccess { apiKey { ${ROW} } } ${ERROR_FIELDS} } }`,
)

/** Makes a key that takes the place of another; the answer has it whole, once. */
export const ROTATE = document<
  { rotateApiKey: { __typename: 'RotateApiKeySuccess'; key: string; apiKey: ApiKeyRow; previous: ApiKeyRow } | UnionError },
  { input: { id: string; overlap?: number; expiresAt?: string } }
>(
  `mutation RotateApiKey($input: RotateApiKeyInput!) { rotateApiKey(input: $input) { __typename ... on RotateApiKeySuccess { key apiKey { ${ROW} } previous { ${ROW} } } ${ERROR_FIELDS} } }`,
)
