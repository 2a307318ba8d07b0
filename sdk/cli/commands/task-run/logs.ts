import { type CommonOptions, openSession } from '../../session.ts'
import { printLogs } from '../flow-run/print-logs.ts'
import { readLevel } from '../flow-run/read-level.ts'
import { findTaskRun } from './find-task-run.ts'

/** `weir task-run logs FLOW_RUN TASK_RUN`: its lines, oldest first. */
export async function execute([flowRun, wanted]: [string, string], options: CommonOptions & { level?: string }): Promise<void> {
  const { client, json } = openSession(options)
  const level = readLevel(options.level)
  const { uuid, flowRunId } = await findTaskRun(client, flowRun, wanted)
  await printLogs(client, flowRunId, { taskRunId: uuid, ...(level === undefined ? {} : { level }) }, json)
}
