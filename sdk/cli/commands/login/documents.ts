/** What `weir login` asks the API. Checked against api/schema.graphql by test/sdk/cli/documents.test.ts. */
import { document } from '../../graphql.ts'

/** Who a key is, where, and what it may do. */
export const VIEWER = document<{ viewer: { actor: string; permissions: string[]; workspace: { name: string; handle: string } } }>(
  'query Viewer { viewer { actor permissions workspace { name handle } } }',
)
