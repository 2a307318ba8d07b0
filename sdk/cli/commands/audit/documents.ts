/** What the audit commands ask the API. Checked against api/schema.graphql by test/sdk/cli/documents.test.ts. */
import { document } from '../../graphql.ts'
import type { Page } from '../../read-all.ts'

/** A deed. */
export interface AuditRow {
  uuid: string
  occurredAt: string
  actor: string
  action: string
  subject: string
  /** Null when the thing is gone, or has no name. */
  subjectName: string | null
  details: unknown
}

/** A page of deeds, newest first. */
export const LIST = document<
  { auditRows: Page<AuditRow> & { totalCount: number } },
  { first: number; after: string | null; filter: Record<string, unknown> | null }
>(
  `query AuditRows($first: Int!, $after: String, $filter: AuditRowFilter) { auditRows(first: $first, after: $after, filter: $filter) { totalCount pageInfo { hasNextPage endCursor } nodes { uuid occurredAt actor action subject subjectName details } } }`,
)
