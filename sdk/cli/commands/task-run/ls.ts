import { MOST_ROWS, readUpTo } from '../../read-all.ts'
import { readStateTypes } from '../../read-state-types.ts'
import { safeLine } from '../../safe-text.ts'
import { type CommonOptions, openSession } from '../../session.ts'
import { showSeconds } from '../../show-time.ts'
import { printTable } from '../../table.ts'
import { printJson, say, showState } from '../../terminal.ts'
import { findFlowRun } from '../flow-run/find-flow-run.ts'
import { LIST, type TaskRunRow } from './documents.ts'
import { taskRunJson } from './task-run-json.ts'

/** `weir task-run ls FLOW_RUN`: in the order of their calls. */
export async function execute([flowRun]: [string], options: CommonOptions & { state?: string[]; limit: number }): Promise<void> {
  const { client, json } = openSession(options)
  const filter = options.state ? { state: { type: { in: readStateTypes(options.state) } } } : null
  const id = await findFlowRun(client, flowRun)
  const { rows, last } = await readUpTo(options.limit, async (first, after) => {
    const { flowRun: run } = await client.ask(LIST, { id, first, after, filter })
    return run?.taskRuns ?? { nodes: [], totalCount: 0, pageInfo: { hasNextPage: false, endCursor: null } }
  })
  if (json) return printJson(rows.map((task) => taskRunJson(task, id)))
  if (rows.length === 0) return say(filter ? 'No task run matches.' : 'This flow run has no task runs.')
  printTable<TaskRunRow>(
    [
      { title: 'ID', value: (task) => task.uuid },
      { title: 'NAME', value: (task) => safeLine(task.name), shrinks: true },
      { title: 'STATE', value: (task) => showState(task.state) },
      { title: 'TRIES', value: (task) => String(task.runCount), right: true },
      { title: 'RAN', value: (task) => showSeconds(task.runTime), right: true },
      { title: 'MESSAGE', value: (task) => safeLine(task.state.message ?? ''), shrinks: true },
    ],
    rows,
  )
  if (last.pageInfo.hasNextPage) say(`${rows.length} of ${last.totalCount}. More: --limit ${Math.min(MOST_ROWS, Math.max(200, rows.length * 10))}`)
}
