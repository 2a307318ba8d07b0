import { shellWord } from '../../shell-word.ts'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { basename, relative, sep } from 'node:path'
import { previewSchedule } from '../../../../core/schedules/preview-schedule.ts'
import type { ScheduleInput } from '../../../../core/schedules/schedule.ts'
import { folderOf } from '../../../deployments/deploy-options.ts'
import { confirm } from '../../ask-person.ts'
import { wrongUse } from '../../failure.ts'
import { loadFlow, parameterSchemaOf, readEntrypoint } from '../../load-flow.ts'
import { readEnvFiles } from '../../read-env-files.ts'
import { readJobVariables } from '../../read-job-variables.ts'
import { type ParameterSchema, readParameters } from '../../read-parameters.ts'
import { successOf, type UnionError } from '../../read-result.ts'
import { safeLine } from '../../safe-text.ts'
import { type CommonOptions, openSession, type Session } from '../../session.ts'
import { print, printJson, say, showProgress, style } from '../../terminal.ts'
import { deploymentJson } from '../deployment/deployment-json.ts'
import { SAVE, type SaveDeployment } from '../deployment/documents.ts'
import { scheduleForApi } from '../deployment/schedule/schedule-json.ts'
import { nameScheduleOption, readSeconds } from '../schedule/read-schedule-options.ts'
import { findUnreachableResults } from '../../../durable/reachable-results.ts'
import { CREATE, FIND } from '../work-pool/documents.ts'
import { unknownWorkPool } from '../work-pool/find-work-pool.ts'

interface Options extends CommonOptions {
  name: string
  pool: string
  queue?: string
  param?: string[]
  params?: string
  tag?: string[]
  env?: string[]
  jobVariable?: string[]
  envFile?: string[]
  description?: string
  concurrencyLimit?: number
  collisionStrategy?: 'enqueue' | 'cancel-new'
  reuse?: boolean
  preload: boolean
  retryOnCrash?: number
  onContactLost?: 'continue' | 'stop'
  startAgain?: boolean
  cron?: string[]
  interval?: string[]
  rrule?: string[]
  timezone?: string
  schedules: boolean
}

/** `weir deploy FILE:EXPORT`: reads name, description and parameters from the flow and saves the deployment. */
export async function execute([target]: string[], options: Options): Promise<void> {
  readEnvFiles(options.envFile)
  const entrypoint = readEntrypoint(target as string)
  const session = openSession(options)
  const done = showProgress(`importing ${basename(entrypoint.file)}`)
  const loaded = await loadFlow(entrypoint).finally(done)
  const { handle, file, exportName } = loaded
  const parameterSchema = parameterSchemaOf(loaded)
  const path = folderOf(file)
  const input: SaveDeployment = {
    flowName: handle.name,
    name: options.name,
    description: options.description ?? handle.description,
    tags: [...new Set([...handle.tags, ...(options.tag ?? [])])],
    entrypoint: `${relative(path, file).split(sep).join('/')}:${exportName}`,
    path,
    contentHash: createHash('sha256').update(readFileSync(file)).digest('hex'),
    parameters: readParameters(options.param, options.params, parameterSchema as ParameterSchema | null),
    parameterSchema,
    workPoolName: options.pool,
    workQueueName: options.queue ?? null,
    jobVariables: readJobVariables(options),
    concurrencyLimit: options.concurrencyLimit ?? null,
    ...(options.collisionStrategy === undefined ? {} : { collisionStrategy: options.collisionStrategy === 'cancel-new' ? 'CANCEL_NEW' : 'ENQUEUE' }),
    reuse: options.reuse === true,
    preload: options.preload,
    ...(options.retryOnCrash === undefined ? {} : { retryOnCrash: options.retryOnCrash }),
    ...(options.onContactLost === undefined ? {} : { onContactLost: options.onContactLost === 'stop' ? 'STOP' : 'CONTINUE' }),
    ...(options.startAgain === undefined ? {} : { startAgain: options.startAgain }),
    ...readSchedules(options),
  }
  const typeOf = async (name: string) => (await session.client.ask(FIND, { name })).workPool?.type ?? null
  const unreachable = await findUnreachableResults(handle.definition, options.pool, typeOf)
  if (unreachable) throw wrongUse('RESULTS_UNREACHABLE', `${unreachable.message[0]?.toUpperCase()}${unreachable.message.slice(1)}.`, unreachable.hint)
  const { deployment, created, changed } = await save(session, input)
  const { runner } = handle.definition
  if (runner.afterDeploy) {
    // What this command was told goes on to what asks by itself.
    Object.assign(process.env, { WEIR_API_URL: session.settings.apiUrl, WEIR_API_KEY: session.settings.apiKey ?? '' })
    await runner.afterDeploy()
  }
  if (session.json) return printJson({ ...deploymentJson(deployment), created, changed })
  const what = created ? 'Created' : changed ? 'Updated' : 'Unchanged:'
  print(
    `${what} ${style('bold', safeLine(deployment.fullName))}, version ${deployment.version.number}. Run it: weir deployment run ${shellWord(deployment.fullName)} --watch`,
  )
}

async function save(session: Session, input: SaveDeployment) {
  const { client } = session
  const result = (await client.ask(SAVE, { input })).saveDeployment
  if (!isMissingPool(result)) return successOf(result)
  if (!session.mayAsk || !(await confirm(`There is no work pool "${input.workPoolName}". Create it?`)))
    throw await unknownWorkPool(client, input.workPoolName)
  successOf((await client.ask(CREATE, { input: { name: input.workPoolName, type: 'process', ifMissing: true } })).createWorkPool)
  say(`Created work pool ${input.workPoolName}.`)
  return successOf((await client.ask(SAVE, { input })).saveDeployment)
}

const isMissingPool = (result: { __typename: 'SaveDeploymentSuccess' } | UnionError): boolean =>
  result.__typename === 'NotFoundError' && (result.path ?? []).includes('workPoolName')

/** The schedules that are named; none when there are to be none; nothing when nothing is said of them. Throws Failure. */
function readSchedules({ cron = [], interval = [], rrule = [], timezone, schedules }: Options): Pick<SaveDeployment, 'schedules'> {
  const zone = timezone === undefined ? {} : { timezone }
  const named: ScheduleInput[] = [
    ...cron.map((one) => ({ cron: one, ...zone })),
    ...interval.map((one) => ({ interval: readSeconds(one), ...zone })),
    ...rrule.map((one) => ({ rrule: one.replaceAll('\\n', '\n'), ...zone })),
  ]
  if (named.length === 0) {
    if (timezone !== undefined) throw wrongUse('BAD_SCHEDULE', '--timezone belongs to a schedule.', 'Give --cron, --interval or --rrule as well.')
    return schedules ? {} : { schedules: [] }
  }
  if (!schedules) throw wrongUse('BAD_SCHEDULE', '--no-schedules contradicts the schedules that are named.')
  for (const one of named) {
    const { error } = previewSchedule(one, { from: Date.now(), count: 1 })
    if (error !== null) throw wrongUse('BAD_SCHEDULE', nameScheduleOption(error), 'Try it: weir schedule preview --help')
  }
  return { schedules: named.map((schedule) => ({ schedule: scheduleForApi(schedule) })) }
}
