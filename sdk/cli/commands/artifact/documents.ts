/** What the artifact commands ask the API. Checked against api/schema.graphql by test/sdk/cli/documents.test.ts. */
import { document } from '../../graphql.ts'

/** What a run shows to people; the form of `data` depends on the type. */
export interface ArtifactRow {
  uuid: string
  key: string | null
  type: string
  description: string | null
  data: unknown
  createdAt: string
  updatedAt: string
}

/** The artifacts of one run, oldest first. */
export const LIST = document<{ flowRun: { artifacts: ArtifactRow[] } | null }, { id: string }>(
  'query Artifacts($id: ID!) { flowRun(id: $id) { artifacts { uuid key type description data createdAt updatedAt } } }',
)
