/** What the pages ask of logs. */
import { graphql } from '#lib/graphql/generated/index.ts'

/** The log lines of a run after a cursor. */
export const logsDocument = graphql(`
  query Logs($id: ID!, $after: String) {
    flowRun(id: $id) {
      logs(first: 200, after: $after) { nodes { cursor time level message taskRunId source } pageInfo { hasNextPage endCursor } }
    }
  }
`)

/** The log lines of one task run after a cursor. */
export const taskLogsDocument = graphql(`
  query TaskLogs($flowRunId: ID!, $taskRunId: ID!, $after: String) {
    flowRun(id: $flowRunId) {
      logs(first: 200, after: $after, filter: { taskRunId: $taskRunId }) { nodes { cursor time level message taskRunId source } pageInfo { hasNextPage endCursor } }
    }
  }
`)
