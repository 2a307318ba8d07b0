import { isFinal, type StateType } from '../../../../core/states.ts'
import { wrongUse } from '../../failure.ts'
import { safeLine, safeText } from '../../safe-text.ts'
import { type CommonOptions, openSession } from '../../session.ts'
import { showStack } from '../../show-stack.ts'
import { showInstant, showSeconds } from '../../show-time.ts'
import { printTable } from '../../table.ts'
import { print, printJson, showState, style } from '../../terminal.ts'
import { taskRunJson } from '../task-run/task-run-json.ts'
import type { StateData } from '../states.ts'
import { type FlowRunDetail, INSPECT } from './documents.ts'
import { findFlowRun } from './find-flow-run.ts'
import { flowRunJson } from './flow-run-json.ts'
import { waitingJson } from './waiting-json.ts'
import { printReasons } from './why.ts'

/** Artifacts that are named; the rest is counted. */
const NAMED = 8

/** `weir flow-run inspect ID`. */
export async function execute([wanted]: string[], options: CommonOptions): Promise<void> {
  const { client, json } = openSession(options)
  const { flowRun: run } = await findFlowRun(client, wanted as string).then((id) => client.ask(INSPECT, { id }))

  if (!run) throw wrongUse('NOT_FOUND', `There is no flow run ${wanted}.`, 'List them: weir flow-run ls')
  if (json) {
    const { parameters, tags, idempotencyKey, scheduledTime, createdBy, epoch, times, stateHistory, artifacts, taskRuns, why } = run
    return printJson({
      ...flowRunJson(run),
      parameters,
      tags,
      idempotencyKey,
      scheduledTime,
      createdBy,
      epoch,
      times,
      worker: run.worker?.name ?? null,
      deploymentVersion: run.deploymentVersion?.number ?? null,
      flowVersion: run.flowVersion,
      parentFlowRun: run.parentFlowRun?.uuid ?? null,
      stateHistory,
      taskRuns: taskRuns.nodes.map((task) => taskRunJson(task, run.uuid)),
      taskRunCount: taskRuns.totalCount,
      artifacts: artifacts.map(({ uuid, ...artifact }) => ({ id: uuid, ...artifact })),
      waitingFor: why.waitingFor.map(waitingJson),
    })
  }
  const line = (name: string, value: string | null | undefined) => value && print(`${style('dim', name.padEnd(11))} ${value}`)
  print(style('bold', safeLine(run.name)))
  line('State', showState(run.state) + (run.state.message ? `  ${safeLine(run.state.message)}` : ''))
  line('Id', run.uuid)
  line('Deployment', run.deployment && safeLine(`${run.deployment.fullName} (version ${run.deploymentVersion?.number ?? '?'})`))
  line('Flow', safeLine(run.flowVersion === null ? run.flow.name : `${run.flow.name} (version ${run.flowVersion})`))
  line('Work pool', run.workPool && safeLine(run.workPool.name))
  line('Worker', run.worker && safeLine(run.worker.name))
  line('Parameters', safeLine(JSON.stringify(run.parameters)))
  line('Tags', safeLine(run.tags.join(', ')))
  line('Attempt', run.runCount > 1 ? String(run.runCount) : null)
  line('Created', `${showInstant(run.createdAt)}${run.createdBy ? ` by ${safeLine(run.createdBy)}` : ''}`)
  line('Times', `waited ${showSeconds(run.times.waiting)} · started in ${showSeconds(run.times.starting)} · ran ${showSeconds(run.times.running)}`)
  line('Artifacts', showArtifacts(run.artifacts))
  line('Page', run.url)
  if (run.state.error) print(`\n${style('red', showStack(run.state.error.stack ?? `${run.state.error.name}: ${run.state.error.message}`))}`)
  if (run.state.exit?.stderr) print(`\n${style('dim', 'Last lines of stderr')}\n${safeText(run.state.exit.stderr)}`)
  if (!isFinal(run.state.type as StateType) && run.why.waitingFor.length > 0) {
    print('')
    printReasons(run.why.waitingFor)
  }
  print('')
  printTable<StateData>(
    [
      { title: 'WHEN', value: (state) => showInstant(state.timestamp) },
      { title: 'STATE', value: showState },
      { title: 'MESSAGE', value: (state) => safeLine(state.message ?? ''), shrinks: true },
    ],
    run.stateHistory,
  )
  if (run.taskRuns.nodes.length > 0) {
    print('')
    printTable(
      [
        { title: 'TASK RUN', value: (task) => safeLine(task.name), shrinks: true },
        { title: 'STATE', value: (task) => showState(task.state) },
        { title: 'TRIES', value: (task) => String(task.runCount), right: true },
        { title: 'RAN', value: (task) => showSeconds(task.runTime), right: true },
        { title: 'MESSAGE', value: (task) => safeLine(task.state.message ?? ''), shrinks: true },
      ],
      run.taskRuns.nodes,
    )
    if (run.taskRuns.totalCount > run.taskRuns.nodes.length) print(`… and ${run.taskRuns.totalCount - run.taskRuns.nodes.length} more task runs`)
  }
}

/** Each by its key and its kind: `daily (table), report (markdown)`. Those without a key are their kind alone. */
function showArtifacts(artifacts: FlowRunDetail['artifacts']): string {
  const shown = artifacts.slice(0, NAMED).map(({ key, type }) => (key === null ? type.toLowerCase() : `${key} (${type.toLowerCase()})`))
  const rest = artifacts.length - shown.length
  return safeLine(rest > 0 ? `${shown.join(', ')} and ${rest} more` : shown.join(', '))
}
