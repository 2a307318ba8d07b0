import { type CommonOptions, openSession } from '../../session.ts'
import { chooseLogs, type LogOptions } from '../flow-run/log-choice.ts'
import { printLogs } from '../flow-run/print-logs.ts'
import { findTaskRun } from './find-task-run.ts'

/** `weir task-run logs FLOW_RUN TASK_RUN`: its lines, oldest first. */
export async function execute([flowRun, wanted]: [string, string], options: CommonOptions & LogOptions): Promise<void> {
  const { client, json } = openSession(options)
  const choice = chooseLogs(options, json)
  const { uuid, flowRunId } = await findTaskRun(client, flowRun, wanted)
  // Whose lines they are was asked for: it need not stand before each.
  const show: typeof choice.show = (log) => choice.show(json ? log : { ...log, taskRunName: null })
  await printLogs(client, flowRunId, { ...choice, show, filter: { ...choice.filter, taskRunId: uuid } })
}
