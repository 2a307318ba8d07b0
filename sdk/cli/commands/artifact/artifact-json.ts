import type { ArtifactRow } from './documents.ts'

/** The shape of an artifact in `-o json`; stable. */
export const artifactJson = (artifact: ArtifactRow, flowRunId: string) => ({
  id: artifact.uuid,
  flowRunId,
  key: artifact.key,
  type: artifact.type,
  description: artifact.description,
  data: artifact.data,
  createdAt: artifact.createdAt,
  updatedAt: artifact.updatedAt,
})
