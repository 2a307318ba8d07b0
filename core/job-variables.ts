/**
 * Job variables: what a run is told beside its parameters, of its pool, its deployment and itself. The pool may narrow them (core/job-templates/). Two of them are ours: `env`, the environment of its process,
 * and `nodeFlags`, the flags of it. All others are the author's own, and read by `runContext()`.
 */
import type { JsonObject } from './json-value.ts'
import { findReferences } from './references.ts'

/** Something wrong with job variables, and its place in them. */
export interface JobVariableIssue {
  path: string[]
  message: string
  expected: string
}

/** Variables that Node (or the loader of native code) reads before the first line of JavaScript. */
const START_VARIABLES =
  /^(NODE_OPTIONS|NODE_PATH|NODE_EXTRA_CA_CERTS|NODE_ICU_DATA|NODE_V8_COVERAGE|NODE_COMPILE_CACHE|UV_THREADPOOL_SIZE|SSL_CERT_FILE|SSL_CERT_DIR|OPENSSL_CONF|LD_.*|DYLD_.*|LANG|LC_ALL)$/

/** Whether a process must be started with this variable: set later, it says nothing to it. */
export const isReadAtStart = (variable: string): boolean => START_VARIABLES.test(variable)

/**
 * Empty when the job variables can be used. A reference may stand anywhere but in what the worker needs to start the process of the run: only the run itself may
 * read what it stands for.
 */
export function judgeJobVariables(jobVariables: JsonObject): JobVariableIssue[] {
  const { nodeFlags, env } = jobVariables
  const { references, broken } = findReferences(jobVariables)
  const issues = broken.map(({ path, message }): JobVariableIssue => ({ path, message, expected: 'a reference' }))
  for (const { path } of references) {
    const [first, second] = path
    const what = first === 'nodeFlags' ? 'nodeFlags' : first === 'env' && second !== undefined && isReadAtStart(second) ? second : null
    if (what === null) continue
    const message = `${what} cannot be a reference: the process of a run is started with it, and only the run that has started may read what it refers to`
    issues.push({ path, message, expected: 'the value itself' })
  }
  const isReferred = (place: string): boolean => [...references, ...broken].some(({ path }) => path[0] === place)
  if (nodeFlags !== undefined && !isReferred('nodeFlags') && !(Array.isArray(nodeFlags) && nodeFlags.every((flag) => typeof flag === 'string')))
    issues.push({ path: ['nodeFlags'], message: 'nodeFlags must be a list of texts', expected: 'for example ["--max-old-space-size=4096"]' })
  const isWhole = references.some(({ path }) => path[0] === 'env' && path.length === 1)
  if (env !== undefined && (isWhole || typeof env !== 'object' || env === null || Array.isArray(env)))
    issues.push({ path: ['env'], message: 'env must be an object of variables', expected: 'for example {"REGION": "eu"}' })
  return issues
}

/** Later layers go over earlier ones; `env` maps are merged. The record does the same for runs of schedules (`merge_job_variables`). */
export function mergeJobVariables(...layers: JsonObject[]): JsonObject {
  const merged = Object.assign({}, ...layers) as JsonObject
  const envs = layers.map((layer) => layer['env']).filter((env) => typeof env === 'object' && env !== null && !Array.isArray(env))
  return envs.length > 0 ? { ...merged, env: Object.assign({}, ...envs) as JsonObject } : merged
}

/** The environment in job variables. What is no text is written as JSON. */
export function environmentOf({ env }: JsonObject): Record<string, string> {
  const entries = Object.entries((env ?? {}) as JsonObject)
  return Object.fromEntries(entries.map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]))
}
