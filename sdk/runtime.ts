/**
 * `runtime`: the run that the code is part of, as plain values that may be read anywhere. Outside of runs everything is null; in a test it can be given
 * (`withRuntime` of `weirflow/testing`). `runContext()` says the same, and throws outside of runs.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import type { JsonObject } from '../core/json-value.ts'
import { type RunContext, runContext, runScopes } from './run-context.ts'

/** What `runtime.flowRun` can say; each null where nothing is known. */
export interface RuntimeFlowRun {
  id: string | null
  name: string | null
  flowName: string | null
  /** The flow's own `version`. */
  flowVersion: string | null
  parameters: JsonObject | null
  tags: readonly string[] | null
  /** 1 for the first attempt. */
  attempt: number | null
  /** Page of the run in the workspace. */
  url: string | null
  /** `flow/deployment`. */
  deployment: string | null
  scheduledTime: Date | null
  /** Of the deployment and the run, with what they refer to. */
  jobVariables: JsonObject | null
  parentFlowRunId: string | null
}

/** What `runtime.taskRun` can say; null outside of tasks. */
export interface RuntimeTaskRun {
  id: string | null
  name: string | null
  tags: readonly string[] | null
  attempt: number | null
}

/** What a test puts in the place of the real values; what is left out stays as it is. */
export interface RuntimeValues {
  flowRun?: Partial<RuntimeFlowRun>
  taskRun?: Partial<RuntimeTaskRun>
}

const given = new AsyncLocalStorage<RuntimeValues>()

const read = <Part extends 'flowRun' | 'taskRun'>(part: Part, field: string): unknown => {
  const values = given.getStore()?.[part] as Record<string, unknown> | undefined
  if (values && field in values) return values[field]
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
  'scheduledTime',
  'jobVariables',
  'parentFlowRunId',
]
const TASK_RUN = ['id', 'name', 'tags', 'attempt']

const readable = (part: 'flowRun' | 'taskRun', fields: readonly string[]): object =>
  Object.freeze(Object.defineProperties({}, Object.fromEntries(fields.map((field) => [field, { get: () => read(part, field), enumerable: true }]))))

/** Read at the moment it is asked: `runtime.flowRun.id`, `runtime.taskRun.attempt`. */
export const runtime = Object.freeze({
  flowRun: readable('flowRun', FLOW_RUN) as Readonly<RuntimeFlowRun>,
  taskRun: readable('taskRun', TASK_RUN) as Readonly<RuntimeTaskRun>,
})

/** Runs `work`, in which `runtime` says these values; also in everything that it starts. */
export const withRuntime = <T>(values: RuntimeValues, work: () => T): T => given.run(values, work)
