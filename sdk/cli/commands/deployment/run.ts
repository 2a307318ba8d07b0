import { readInstant } from '../../read-instant.ts'
import { readJobVariables } from '../../read-job-variables.ts'
import { readParameters } from '../../read-parameters.ts'
import { successOf } from '../../read-result.ts'
import { safeLine } from '../../safe-text.ts'
import { type CommonOptions, openSession } from '../../session.ts'
import { print, printJson, printJsonLine, say, showState, style, styleError } from '../../terminal.ts'
import { followFlowRun } from '../flow-run/follow-flow-run.ts'
import { flowRunJson } from '../flow-run/flow-run-json.ts'
import { RUN_DEPLOYMENT, SCHEMA } from './documents.ts'
import { findDeployment } from './find-deployment.ts'

interface Options extends CommonOptions {
  param?: string[]
  params?: string
  env?: string[]
  jobVariable?: string[]
  name?: string
  tag?: string[]
  at?: string
  idempotencyKey?: string
  watch?: boolean
}

/** `weir deployment run FLOW/NAME`. */
export async function execute([name]: string[], options: Options): Promise<number | void> {
  const { client, json } = openSession(options)
  const scheduledTime = options.at === undefined ? null : readInstant(options.at)
  // Read without the schema first: what is plainly wrong is said before anything is asked.
  readParameters(options.param, options.params === '-' || options.params === '@-' ? undefined : options.params)
  const jobVariables = readJobVariables(options)
  const deployment = await findDeployment(client, SCHEMA, name as string)
  const input = {
    deploymentId: deployment.uuid,
    parameters: readParameters(options.param, options.params, deployment.parameterSchema),
    ...(Object.keys(jobVariables).length > 0 ? { jobVariables } : {}),
    name: options.name ?? null,
    tags: options.tag ?? [],
    scheduledTime,
    idempotencyKey: options.idempotencyKey ?? null,
  }
  const { flowRun, existed, warnings } = successOf((await client.ask(RUN_DEPLOYMENT, { input })).createFlowRun)
  for (const warning of warnings) say(`${styleError('yellow', 'warning')}: ${warning}`)
  if (existed) say('This idempotency key had been used: here is the run that exists.')
  if (json) {
    if (!options.watch) return printJson({ ...flowRunJson(flowRun), existed })
    printJsonLine({ event: 'created', ...flowRunJson(flowRun), existed })
  } else {
    print(`${style('bold', safeLine(flowRun.name))}  ${showState(flowRun.state)}  ${flowRun.uuid}`)
    print(style('dim', flowRun.url))
  }
  if (options.watch) return followFlowRun(client, flowRun.uuid, json)
}
