/** What the server commands ask the API. Checked against api/schema.graphql by test/sdk/cli/documents.test.ts. */
import { document } from '../../graphql.ts'
import { ERROR_FIELDS, type UnionError } from '../../read-result.ts'

/** A link that signs one browser in, once. */
export const SIGN_IN_LINK = document<{ createSignInLink: { __typename: 'CreateSignInLinkSuccess'; url: string; expiresAt: string } | UnionError }>(
  `mutation SignInLink { createSignInLink(input: {}) { __typename ... on CreateSignInLinkSuccess { url expiresAt } ${ERROR_FIELDS} } }`,
)
