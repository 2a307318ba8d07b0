/** What the artifact commands ask the API. Checked against api/schema.graphql by test/sdk/cli/documents.test.ts. */
import { deleteDocument } from '../../delete-thing.ts'
import { document } from '../../graphql.ts'
import type { Page } from '../../read-all.ts'

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

/** Artifacts of all runs, newest first. */
export const LIST_ALL = document<{ artifacts: Page<ArtifactRow & { flowRunId: string }> }, { first: number; after: string | null; filter: unknown }>(
  'query AllArtifacts($first: Int!, $after: String, $filter: ArtifactFilter) { artifacts(first: $first, after: $after, filter: $filter) { pageInfo { hasNextPage endCursor } nodes { uuid key type description data createdAt updatedAt flowRunId } } }',
)

/** Takes an artifact away; by its opaque id. */
export const DELETE = deleteDocument('DeleteArtifact')

/** The artifacts of one run, oldest first. */
export const LIST = document<{ flowRun: { artifacts: (ArtifactRow & { id: string })[] } | null }, { id: string }>(
  'query Artifacts($id: ID!) { flowRun(id: $id) { artifacts { id uuid key type description data createdAt updatedAt } } }',
)
