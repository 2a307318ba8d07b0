import { wrongUse } from '../../failure.ts'
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
  const deployment = await findDeployment(client, SCHEMA, name as string)
  const input = {
    deploymentId: deployment.uuid,
    parameters: readParameters(options.param, options.params, deployment.parameterSchema),
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

/** An instant with a zone, or `+30s`-like distances from now. */
function readInstant(text: string): string {
  const distance = /^\+(\d+)(s|m|h|d)$/.exec(text)
  if (distance)
    return new Date(Date.now() + Number(distance[1]) * { s: 1e3, m: 6e4, h: 36e5, d: 864e5 }[distance[2] as 's' | 'm' | 'h' | 'd']).toISOString()
  const instant = /T.*(Z|[+-]\d\d:?\d\d)$/i.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(instant))
    throw wrongUse(
      'BAD_INSTANT',
      `"${text}" is no instant.`,
      'Expected ISO 8601 with a zone, for example 2026-01-01T06:00:00Z, or a distance such as +10m.',
    )
  return new Date(instant).toISOString()
}
