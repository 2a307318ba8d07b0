import { shellWord } from '../../shell-word.ts'
import { printDetails } from '../../details.ts'
import { safeLine } from '../../safe-text.ts'
import { type CommonOptions, openSession } from '../../session.ts'
import { showAgo, showInstant } from '../../show-time.ts'
import { printTable } from '../../table.ts'
import { print, printJson, showState, style } from '../../terminal.ts'
import type { FlowDetail } from './documents.ts'
import { findFlow } from './find-flow.ts'
import { flowJson } from './flow-json.ts'

/** `weir flow inspect NAME`. */
export async function execute([name]: [string], options: CommonOptions): Promise<void> {
  const { client, json } = openSession(options)
  const { flow, flowRuns } = await findFlow(client, name)
  if (json) {
    const latestFlowRuns = flowRuns.nodes.map(({ uuid, ...run }) => ({ id: uuid, ...run }))
    return printJson({ ...flowJson(flow), flowRunCount: flowRuns.totalCount, latestFlowRuns })
  }
  printDetails(style('bold', safeLine(flow.name)), [
    ['Id', flow.uuid],
    ['Created', showInstant(flow.createdAt)],
    ['Runs', `${flowRuns.totalCount}${flowRuns.totalCount > flowRuns.nodes.length ? `: weir flow-run ls --flow ${shellWord(flow.name)}` : ''}`],
  ])
  if (flow.deployments.length > 0) {
    print('')
    printTable<FlowDetail['deployments'][number]>(
      [
        { title: 'DEPLOYMENT', value: (one) => safeLine(one.fullName) },
        { title: 'WORK POOL', value: (one) => safeLine(one.workPool?.name ?? '') },
        { title: 'VERSION', value: (one) => String(one.version.number), right: true },
        { title: 'ENTRYPOINT', value: (one) => safeLine(one.version.entrypoint), shrinks: true },
        { title: '', value: (one) => (one.isPaused ? style('yellow', '‖ paused') : '') },
      ],
      flow.deployments,
    )
  }
  if (flowRuns.nodes.length === 0) return
  print('')
  printTable(
    [
      { title: 'LATEST RUNS', value: (run) => run.uuid },
      { title: 'STATE', value: (run) => showState(run.state) },
      { title: 'NAME', value: (run) => safeLine(run.name), shrinks: true },
      { title: 'CREATED', value: (run) => showAgo(run.createdAt) },
    ],
    flowRuns.nodes,
  )
}
