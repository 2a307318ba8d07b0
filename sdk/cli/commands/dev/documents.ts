/** What `weir dev` asks the API. Checked against api/schema.graphql by test/sdk/cli/documents.test.ts. */
import { document } from '../../graphql.ts'

/** The task runs of a run that failed, with their errors. */
export const FAILED_TASK_RUNS = document<
  {
    flowRun: {
      taskRuns: { nodes: { name: string; runCount: number; state: { error: { name: string; message: string; stack: string | null } | null } }[] }
    } | null
  },
  { id: string }
>(`
  query FailedTaskRuns($id: ID!) { flowRun(id: $id) { taskRuns(first: 3, filter: { state: { type: { in: [FAILED] } } }) { nodes {
    name runCount state { error { name message stack } }
  } } } }`)
