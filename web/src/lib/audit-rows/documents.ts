/** What the page of the audit asks. */
import { graphql } from '#lib/graphql/generated/index.ts'

/** A page of it, newest first. */
export const auditRowsDocument = graphql(`
  query AuditRows($first: Int!, $after: String, $filter: AuditRowFilter) {
    auditRows(first: $first, after: $after, filter: $filter) {
      nodes { id occurredAt actor action subject subjectName details }
      totalCount totalCountIsExact
      pageInfo { hasNextPage endCursor }
    }
  }
`)
