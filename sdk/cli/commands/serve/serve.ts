import { relative } from 'node:path'
import type { DeploymentSchedule } from '../../../deployments/deploy-options.ts'
import { serveDeployments } from '../../../deployments/serve.ts'
import { loadFlow, parameterSchemaOf, readEntrypoint } from '../../load-flow.ts'
import { readEnvFiles } from '../../read-env-files.ts'
import { readJobVariables } from '../../read-job-variables.ts'
import { type ParameterSchema, readParameters } from '../../read-parameters.ts'
import { serveFor } from '../../serve-for.ts'
import type { CommonOptions } from '../../session.ts'
import { readSeconds } from '../schedule/read-schedule-options.ts'

interface Options extends CommonOptions {
  name: string
  pool?: string
  limit: number
  param?: string[]
  params?: string
  tag?: string[]
  env?: string[]
  envFile?: string[]
  cron?: string[]
  interval?: string[]
  rrule?: string[]
  timezone?: string
  pauseOnStop: boolean
}

/** `weir serve FILE:EXPORT`: as `flow.serve` in a program. Serves until it is told to stop. */
export async function execute([target]: string[], options: Options): Promise<void> {
  readEnvFiles(options.envFile)
  const loaded = await loadFlow(readEntrypoint(target as string))
  const { name, pool, limit, tag, pauseOnStop } = options
  const deployment = {
    flow: loaded.flow,
    options: {
      name,
      ...(tag ? { tags: tag } : {}),
      parameters: readParameters(options.param, options.params, parameterSchemaOf(loaded) as ParameterSchema | null),
      jobVariables: readJobVariables(options),
      entrypoint: `${relative(process.cwd(), loaded.file)}:${loaded.exportName}`,
      ...schedulesOf(options),
    },
  }
  await serveFor(options, () => serveDeployments(deployment, { limit, pauseOnStop, ...(pool === undefined ? {} : { pool }) }))
}

/** None named: those of the deployment stay as they are. */
function schedulesOf({ cron = [], interval = [], rrule = [], timezone }: Options): { schedules?: DeploymentSchedule[]; timezone?: string } {
  const zone = timezone === undefined ? {} : { timezone }
  const schedules: DeploymentSchedule[] = [
    ...cron.map((one) => ({ cron: one, ...zone })),
    ...interval.map((one) => ({ interval: `${readSeconds(one)}s` as const, ...zone })),
    ...rrule.map((one) => ({ rrule: one.replaceAll('\\n', '\n'), ...zone })),
  ]
  return schedules.length > 0 ? { schedules } : zone
}
