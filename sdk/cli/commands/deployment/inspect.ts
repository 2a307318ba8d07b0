import { safeLine } from '../../safe-text.ts'
import { type CommonOptions, openSession } from '../../session.ts'
import { showAgo, showInstant } from '../../show-time.ts'
import { printTable } from '../../table.ts'
import { print, printJson, showState, style } from '../../terminal.ts'
import { deploymentJson } from './deployment-json.ts'
import { INSPECT } from './documents.ts'
import { findDeployment } from './find-deployment.ts'

/** `weir deployment inspect FLOW/NAME`. */
export async function execute([name]: string[], options: CommonOptions): Promise<void> {
  const { client, json } = openSession(options)
  const deployment = await findDeployment(client, INSPECT, name as string)
  const { parameters, parameterSchema, version, workQueue, flowRuns, createdAt } = deployment
  if (json) {
    return printJson({
      ...deploymentJson(deployment),
      createdAt,
      parameters,
      parameterSchema,
      workQueue: workQueue?.name ?? null,
      contentHash: version.contentHash,
      latestFlowRuns: flowRuns.nodes.map(({ uuid, ...run }) => ({ id: uuid, ...run })),
    })
  }
  const line = (title: string, value: string | null | undefined) => value && print(`${style('dim', title.padEnd(12))} ${value}`)
  print(style('bold', safeLine(deployment.fullName)) + (deployment.isPaused ? style('yellow', '  ‖ paused') : ''))
  line('Description', safeLine(deployment.description ?? ''))
  line('Id', deployment.uuid)
  line('Work pool', safeLine([deployment.workPool?.name, workQueue?.name].filter(Boolean).join(' / ')))
  line('Limit', deployment.concurrencyLimit === null ? null : `${deployment.concurrencyLimit} at a time`)
  line('Entrypoint', safeLine(version.entrypoint))
  line('Folder', safeLine(version.path))
  line('Version', `${version.number}, ${showInstant(version.createdAt)}`)
  line('Tags', safeLine(deployment.tags.join(', ')))
  line('Parameters', Object.keys(parameters).length > 0 ? safeLine(JSON.stringify(parameters)) : null)
  line(
    'Takes',
    parameterSchema?.properties
      ? safeLine(
          Object.entries(parameterSchema.properties)
            .map(([key, { type }]) => (type ? `${key}: ${[type].flat().join(' | ')}` : key))
            .join(', '),
        )
      : null,
  )
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
