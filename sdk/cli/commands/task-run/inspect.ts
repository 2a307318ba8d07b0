import { shellWord } from '../../shell-word.ts'
import { printDetails } from '../../details.ts'
import { safeLine } from '../../safe-text.ts'
import { type CommonOptions, openSession } from '../../session.ts'
import { showStack } from '../../show-stack.ts'
import { showInstant, showSeconds } from '../../show-time.ts'
import { printTable } from '../../table.ts'
import { print, printJson, showState, style } from '../../terminal.ts'
import type { StateData } from '../states.ts'
import { INSPECT } from './documents.ts'
import { findTaskRun } from './find-task-run.ts'
import { notFound } from '../../not-found.ts'
import { taskRunJson } from './task-run-json.ts'

/** `weir task-run inspect FLOW_RUN TASK_RUN`. */
export async function execute([flowRun, wanted]: [string, string], options: CommonOptions): Promise<void> {
  const { client, json } = openSession(options)
  const { id, flowRunId } = await findTaskRun(client, flowRun, wanted)
  const { taskRun: task } = await client.ask(INSPECT, { id })
  if (!task) throw notFound('task run', wanted, [], `List them: weir task-run ls ${shellWord(flowRun)}`)
  const { state, stateHistory, childFlowRun } = task
  if (json) return printJson({ ...taskRunJson(task, flowRunId), state, stateHistory, childFlowRun: childFlowRun?.uuid ?? null })
  printDetails(style('bold', safeLine(task.name)), [
    ['State', showState(state) + (state.message ? `  ${safeLine(state.message)}` : '')],
    ['Id', task.uuid],
    ['Flow run', flowRunId],
    ['Task', safeLine(task.taskKey)],
    ['Tags', safeLine(task.tags.join(', '))],
    ['Tries', task.runCount > 1 && String(task.runCount)],
    ['Ran', showSeconds(task.runTime)],
    ['Stands for', childFlowRun && `flow run ${safeLine(childFlowRun.name)} ${childFlowRun.uuid}`],
  ])
  if (state.error) print(`\n${style('red', showStack(state.error.stack ?? `${state.error.name}: ${state.error.message}`))}`)
  print('')
  printTable<StateData>(
    [
      { title: 'WHEN', value: (one) => showInstant(one.timestamp) },
      { title: 'STATE', value: showState },
      { title: 'MESSAGE', value: (one) => safeLine(one.message ?? ''), shrinks: true },
    ],
    stateHistory,
  )
}
