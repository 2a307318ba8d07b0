/**
 * `runtime`: the run that the code is part of, as plain values that may be read anywhere. Outside of runs everything is null; in a test it can be given
 * (`withRuntime` of `weirflow/testing`), and for a program that is tried by hand in WEIR_RUNTIME. `runContext()` says the same, and throws outside of runs.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import type { JsonObject } from '../core/json-value.ts'
import { UsageError } from './errors.ts'
import { type RunContext, runContext, runScopes } from './run-context.ts'

/** What `runtime.flowRun` can say; each null where nothing is known. */
export interface RuntimeFlowRun {
  /** UUID. */
  id: string | null
  /** `brave-otter`, or what `runName` says. */
  name: string | null
  /** Name of its flow. */
  flowName: string | null
  /** The flow's own `version`. */
  flowVersion: string | null
  /** As they are recorded: JSON. */
  parameters: JsonObject | null
  /** Those of the flow, the deployment and the run. */
  tags: readonly string[] | null
  /** 1 for the first attempt. */
  attempt: number | null
  /** Page of the run in the workspace. */
  url: string | null
  /** `flow/deployment`. */
  deployment: string | null
  /** 1 for what was saved first of the deployment; null for a run without one. */
  deploymentVersion: number | null
  /** When it was due; null for a script. */
  scheduledTime: Date | null
  /** Of the deployment and the run, with what they refer to. */
  jobVariables: JsonObject | null
  /** The run that called this one as a subflow, or made it with `runDeployment`. */
  parentFlowRunId: string | null
}

/** What `runtime.taskRun` can say; null outside of tasks. */
export interface RuntimeTaskRun {
  /** UUID. */
  id: string | null
  /** `load-3`, or what `runName` says. */
  name: string | null
  /** Name of its task. */
  taskName: string | null
  /** Those of the task. */
  tags: readonly string[] | null
  /** 1 for the first attempt. */
  attempt: number | null
}

/** What a test puts in the place of the real values; what is left out stays as it is. */
export interface RuntimeValues {
  /** In the place of `runtime.flowRun`. */
  flowRun?: Partial<RuntimeFlowRun>
  /** In the place of `runtime.taskRun`. */
  taskRun?: Partial<RuntimeTaskRun>
}

const given = new AsyncLocalStorage<RuntimeValues>()

let parsed: { text: string; values: RuntimeValues } | null = null

/** WEIR_RUNTIME: RuntimeValues as JSON, `{"flowRun":{"name":"by hand"}}`. Throws UsageError for what is none. */
function valuesOfEnvironment(): RuntimeValues | undefined {
  const text = process.env['WEIR_RUNTIME']
  if (!text) return undefined
  if (parsed?.text !== text) parsed = { text, values: parseValues(text) }
  return parsed.values
}

function parseValues(text: string): RuntimeValues {
  const wrong = () => new UsageError('WEIR_RUNTIME is no JSON of { flowRun, taskRun }', `For example WEIR_RUNTIME='{"flowRun":{"name":"by hand"}}'.`)
  let values: RuntimeValues
  try {
    values = JSON.parse(text) as RuntimeValues
  } catch {
    throw wrong()
  }
  const isObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value)
  if (!isObject(values) || !Object.entries(values).every(([part, value]) => ['flowRun', 'taskRun'].includes(part) && isObject(value))) throw wrong()
  const { scheduledTime } = values.flowRun ?? {}
  return scheduledTime ? { ...values, flowRun: { ...values.flowRun, scheduledTime: new Date(scheduledTime) } } : values
}

const read = <Part extends 'flowRun' | 'taskRun'>(part: Part, field: string): unknown => {
  for (const values of [given.getStore(), valuesOfEnvironment()] as (Record<Part, Record<string, unknown> | undefined> | undefined)[]) {
    const own = values?.[part]
    if (own && field in own) return own[field]
  }
  const real: RunContext | null = runScopes.getStore() ? runContext() : null
  return (real?.[part] as Record<string, unknown> | null | undefined)?.[field] ?? null
}

const FLOW_RUN = [
  'id',
  'name',
  'flowName',
  'flowVersion',
  'parameters',
  'tags',
  'attempt',
  'url',
  'deployment',
  'deploymentVersion',
  'scheduledTime',
  'jobVariables',
  'parentFlowRunId',
]
const TASK_RUN = ['id', 'name', 'taskName', 'tags', 'attempt']

const readable = (part: 'flowRun' | 'taskRun', fields: readonly string[]): object =>
  Object.freeze(Object.defineProperties({}, Object.fromEntries(fields.map((field) => [field, { get: () => read(part, field), enumerable: true }]))))

/** Read at the moment it is asked: `runtime.flowRun.id`, `runtime.taskRun.attempt`. */
export const runtime = Object.freeze({
  /** The flow run around this code. */
  flowRun: readable('flowRun', FLOW_RUN) as Readonly<RuntimeFlowRun>,
  /** The task run around this code. */
  taskRun: readable('taskRun', TASK_RUN) as Readonly<RuntimeTaskRun>,
})

/** Runs `work`, in which `runtime` says these values; also in everything that it starts. */
export const withRuntime = <T>(values: RuntimeValues, work: () => T): T => given.run(values, work)
