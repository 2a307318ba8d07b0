/** What the service-account commands ask the API. Checked against api/schema.graphql by test/sdk/cli/documents.test.ts. */
import { deleteDocument } from '../../delete-thing.ts'
import { document } from '../../graphql.ts'
import type { Page } from '../../read-all.ts'
import { ERROR_FIELDS, type UnionError } from '../../read-result.ts'
import type { ApiKeyRow } from '../api-key/documents.ts'

/** A service account as the commands show it. */
export interface ServiceAccountRow {
  uuid: string
  name: string
  role: string
  description: string | null
  createdAt: string
  createdBy: string | null
  apiKeys: Pick<ApiKeyRow, 'expiresAt' | 'revokedAt'>[]
}

const ROW = 'uuid name role description createdAt createdBy apiKeys { expiresAt revokedAt }'

/** A page of service accounts; small, because the API counts every key that one might have. */
export const LIST = document<{ serviceAccounts: Page<ServiceAccountRow> }, { after: string | null }>(
  `query ServiceAccounts($after: String) { serviceAccounts(first: 10, after: $after) { pageInfo { hasNextPage endCursor } nodes { ${ROW} } } }`,
)

/** Makes a service account. */
export const CREATE = document<
  { createServiceAccount: { __typename: 'CreateServiceAccountSuccess'; serviceAccount: ServiceAccountRow } | UnionError },
  { input: { name: string; role: string; description?: string } }
>(
  `mutation CreateServiceAccount($input: CreateServiceAccountInput!) { createServiceAccount(input: $input) { __typename ... on CreateServiceAccountSuccess { serviceAccount { ${ROW} } } ${ERROR_FIELDS} } }`,
)

/** Takes a service account away. */
export const DELETE = deleteDocument('DeleteServiceAccount')
