/** What can be said about a deployment in code, and how it becomes what the API takes. The same as the options of `weir deploy`. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { dirname, isAbsolute, relative, sep } from 'node:path'
import type { Duration } from '../../core/duration.ts'
import { formatInstant } from '../../core/instant.ts'
import { judgeJobVariables } from '../../core/job-variables.ts'
import type { JsonObject } from '../../core/json-value.ts'
import { previewSchedule } from '../../core/schedules/preview-schedule.ts'
import type { ScheduleInput } from '../../core/schedules/schedule.ts'
import { checkDuration, checkKeys, checkTags } from '../check-options.ts'
import { UsageError } from '../errors.ts'
import type { FlowHandle, FlowPlace } from '../engine/flow-handle.ts'
import { flowParameterSchema } from './parameter-schema.ts'

/** When a deployment runs by itself: exactly one of `cron`, `interval` and `rrule`. */
export interface DeploymentSchedule {
  /** Five fields, six with seconds first, or an alias such as `@daily`. */
  cron?: string
  /** Whole seconds, at least one. */
  interval?: Duration
  /** A rule of RFC 5545: `FREQ=DAILY;BYHOUR=6`. */
  rrule?: string
  /** IANA name; UTC when left out. */
  timezone?: string
}

/** Everything `deploy` and `serve` can be told about one deployment. */
export interface DeploymentOptions<Parameters = Record<string, unknown>> extends DeploymentSchedule {
  /** Name of the deployment; with the flow's it is `flow/name`. */
  name: string
  /** Work pool that runs it. */
  pool?: string
  /** Queue of the pool. */
  queue?: string
  /** Defaults of its runs. */
  parameters?: Partial<Parameters>
  /** Instead of the flow's own. */
  description?: string
  /** Of the deployment and its runs, beside the flow's own. */
  tags?: string[]
  /** Environment variables of its runs; a secret as a reference, `{ $block: 'secret/api-token.value' }`. */
  env?: Record<string, string | { $variable: string } | { $block: string }>
  /**
   * What its runs are told beside their parameters, read with `runContext()`; references may stand anywhere in it. `nodeFlags`, a list of texts without
   * references, are flags of the run's process.
   */
  jobVariables?: Record<string, unknown>
  /** Runs at a time. */
  concurrencyLimit?: number
  /** A run that is due while that limit is full waits, or is cancelled. */
  collisionStrategy?: 'enqueue' | 'cancel-new'
  /** A process may serve several runs, one after the other. */
  reuse?: boolean
  /** Import the file before a run needs it; by default true. */
  preload?: boolean
  /** How often a crashed run is tried again; more than 0 needs `onContactLost: 'stop'`. Kept as it is when not said, like the two below. */
  retryOnCrash?: number
  /** Out of reach of the control plane, a run goes on or stops. */
  onContactLost?: 'continue' | 'stop'
  /** Start a run again that was lost while starting. */
  startAgain?: boolean
  /** Several schedules instead of one; `[]` deletes those it has. Without any schedule they stay as they are. */
  schedules?: DeploymentSchedule[]
  /** `flows/etl.ts:etl`, when it cannot be told from where the flow was made. */
  entrypoint?: string
}

const OPTIONS = [
  ...[
    'name',
    'pool',
    'queue',
    'parameters',
    'description',
    'tags',
    'env',
    'jobVariables',
    'concurrencyLimit',
    'collisionStrategy',
    'reuse',
    'preload',
    'retryOnCrash',
  ],
  ...['onContactLost', 'startAgain', 'cron', 'interval', 'rrule', 'timezone', 'schedules', 'entrypoint'],
]

/** Input of `saveDeployment`. */
export interface SaveDeploymentInput {
  flowName: string
  name: string
  description: string | null
  tags: string[]
  entrypoint: string
  path: string
  contentHash: string
  parameters: Record<string, unknown>
  parameterSchema: unknown
  workPoolName: string
  workQueueName: string | null
  jobVariables: Record<string, unknown>
  concurrencyLimit: number | null
  collisionStrategy?: 'ENQUEUE' | 'CANCEL_NEW'
  reuse: boolean
  preload: boolean
  /** These three: left out = as it is. */
  retryOnCrash?: number
  onContactLost?: 'CONTINUE' | 'STOP'
  startAgain?: boolean
  schedules?: { schedule: Record<string, unknown> }[]
}

/** Checks the options of the deployment of a flow that lies at `place`. Throws UsageError. */
export function toSaveInput(flow: FlowHandle, place: FlowPlace, options: DeploymentOptions, pool: string): SaveDeploymentInput {
  const owner = `deployment "${flow.name}/${options.name}"`
  checkKeys(options, OPTIONS, owner)
  if (typeof options.name !== 'string' || options.name === '') throw new UsageError(`a deployment of flow "${flow.name}" needs a name`)
  const path = folderOf(place.file)
  const { collisionStrategy, onContactLost, retryOnCrash, startAgain } = options
  return {
    flowName: flow.name,
    name: options.name,
    description: options.description ?? flow.description,
    tags: [...new Set([...flow.tags, ...checkTags(options.tags, owner)])],
    entrypoint: `${relative(path, place.file).split(sep).join('/')}:${place.exportName}`,
    path,
    contentHash: createHash('sha256').update(readFileSync(place.file)).digest('hex'),
    parameters: { ...options.parameters },
    parameterSchema: flowParameterSchema(flow),
    workPoolName: pool,
    workQueueName: options.queue ?? null,
    jobVariables: jobVariablesOf(options, owner),
    concurrencyLimit: options.concurrencyLimit ?? null,
    ...(collisionStrategy === undefined ? {} : { collisionStrategy: collisionStrategy === 'cancel-new' ? 'CANCEL_NEW' : 'ENQUEUE' }),
    reuse: options.reuse === true,
    preload: options.preload !== false,
    ...(retryOnCrash === undefined ? {} : { retryOnCrash }),
    ...(onContactLost === undefined ? {} : { onContactLost: onContactLost === 'stop' ? 'STOP' : 'CONTINUE' }),
    ...(startAgain === undefined ? {} : { startAgain }),
    ...schedulesOf(options, owner),
  }
}

/** `env` is one of them under a name of its own; given in both places, variable by variable the one of that name counts. */
function jobVariablesOf({ env, jobVariables = {} }: DeploymentOptions, owner: string): JsonObject {
  if (typeof jobVariables !== 'object' || jobVariables === null || Array.isArray(jobVariables))
    throw new UsageError(`jobVariables of ${owner} must be an object`)
  const merged = { ...jobVariables, ...(env ? { env: { ...(jobVariables['env'] as object | undefined), ...env } } : {}) } as JsonObject
  const issues = judgeJobVariables(merged)
  if (issues.length > 0)
    throw new UsageError(`jobVariables of ${owner}: ${issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')}`)
  return merged
}

/** Where its runs start: this folder, or the file's own when it lies elsewhere. */
export function folderOf(file: string): string {
  const here = process.cwd()
  const inside = relative(here, file)
  return inside.startsWith('..') || isAbsolute(inside) ? dirname(file) : here
}

function schedulesOf(options: DeploymentOptions, owner: string): Pick<SaveDeploymentInput, 'schedules'> {
  const { cron, interval, rrule, timezone, schedules } = options
  const isOne = cron !== undefined || interval !== undefined || rrule !== undefined
  if (!isOne && schedules === undefined) {
    if (timezone !== undefined) throw new UsageError(`timezone of ${owner} belongs to a schedule`, 'Give cron, interval or rrule as well.')
    return {}
  }
  if (isOne && schedules !== undefined) throw new UsageError(`${owner} has both a schedule and a list of schedules`, 'Put all of them in the list.')
  return { schedules: (schedules ?? [{ cron, interval, rrule, timezone }]).map((schedule) => ({ schedule: toScheduleInput(schedule, owner) })) }
}

function toScheduleInput({ cron, interval, rrule, timezone }: DeploymentSchedule, owner: string): Record<string, unknown> {
  const seconds = interval === undefined ? null : checkDuration(interval, `interval of ${owner}`) / 1_000
  const input: ScheduleInput = { cron, interval: seconds, rrule, timezone }
  const { error } = previewSchedule(input, { from: Date.now(), count: 1 })
  if (error !== null) throw new UsageError(`schedule of ${owner}: ${error}`)
  const { start, end, ...rest } = input
  return { ...rest, start: start == null ? null : formatInstant(start), end: end == null ? null : formatInstant(end) }
}
