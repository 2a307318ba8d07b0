/**
 * Job variables of a run with the template of its pool.
 *
 * 1. Values: defaults of the template, over them what the run was made with (pool, deployment, run); `env` maps are merged.
 * 2. Each text of the configuration gets its variables. A text that is one placeholder becomes the value, of whatever type; without a value its place is left out.
 * 3. An `env` of the configuration that is a map gets the variable `env` merged over it.
 * 4. What the worker heeds comes from the configuration alone. All other variables, those that the template does not know among them, reach the run as they are.
 * 5. What a worker would heed is never dropped in silence: a variable of such a name that the configuration has no use for is refused.
 */
import { byteLength } from '../byte-length.ts'
import { type JobVariableIssue, judgeJobVariables, mergeJobVariables } from '../job-variables.ts'
import type { JsonObject, JsonValue } from '../json-value.ts'
import { kibibytes, LIMITS } from '../limits.ts'
import { findReferences } from '../references.ts'
import { HEEDED, type JobTemplate, templateDefaults } from './job-template.ts'
import { readPlaceholders, textsIn, wholePlaceholder } from './placeholders.ts'

interface FilledJob {
  /** With the defaults: what the template's schema is about. */
  variables: JsonObject
  /** What the worker and the run get. */
  jobVariables: JsonObject
  /** Places are steps into the job variables. */
  issues: JobVariableIssue[]
}

interface Filling {
  type: string
  template: JobTemplate
  /** Of pool, deployment and run, merged. Each layer has passed `judgeJobVariables`. */
  given: JsonObject
  /** Somebody may bring the rest, as a run does for its deployment: nothing is missing yet. */
  isPartial?: boolean
}

/** `template` has passed `judgeTemplate`. With issues the rest is worth nothing. */
export function fillTemplate({ type, template, given, isPartial = false }: Filling): FilledJob {
  const heeded = HEEDED[type] ?? []
  const configuration = template.job_configuration
  const variables = mergeJobVariables(templateDefaults(template), given)
  const issues: JobVariableIssue[] = heeded
    .filter((name) => Object.hasOwn(given, name) && !isUsed(configuration, name))
    .map((name) => ({ path: [name], message: `the base job template of the work pool has no use for ${name}`, expected: `no ${name}` }))
  const filled = (fillValue(configuration, { variables, issues, isPartial, path: ['job_configuration'], sizes: { of: new Map(), total: 0 } }) ??
    {}) as JsonObject
  const { env } = variables
  if (isMap(configuration['env']) && isMap(env)) filled['env'] = { ...(filled['env'] as JsonObject), ...env }
  for (const { path, ...issue } of judgeJobVariables(filled)) {
    const [key = '', ...inside] = path
    const variable = wholePlaceholder(configuration[key])
    issues.push({ ...issue, path: variable === null ? (isMap(configuration[key]) && key === 'env' ? path : [key]) : [variable, ...inside] })
  }
  const others = Object.entries(variables).filter(([name]) => !heeded.includes(name))
  return { variables, jobVariables: { ...Object.fromEntries(others), ...filled }, issues }
}

const isMap = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !isReference(value)

/** The value as a whole is one. */
const isReference = (value: JsonValue): boolean => findReferences(value).references.some(({ path }) => path.length === 0)

const isUsed = (configuration: JsonObject, name: string): boolean =>
  (name === 'env' && isMap(configuration['env'])) ||
  textsIn(configuration).some(({ text }) => readPlaceholders(text)?.some((piece) => 'name' in piece && piece.name === name))

interface Place {
  variables: JsonObject
  issues: JobVariableIssue[]
  isPartial: boolean
  path: string[]
  /** Bytes as JSON: of each variable, and of all that has been put in. */
  sizes: { of: Map<string, number>; total: number }
}

/** Counts what is put in; false when it is too much. A short template could make a run's variables a thousand times as large. */
function hasRoom({ variables, issues, sizes }: Place, name: string): boolean {
  const value = variables[name] as JsonValue
  const size = sizes.of.get(name) ?? byteLength(JSON.stringify(value))
  sizes.of.set(name, size)
  sizes.total += size
  if (sizes.total <= LIMITS.parameters) return true
  if (sizes.total - size <= LIMITS.parameters) {
    const most = kibibytes(LIMITS.parameters)
    issues.push({
      path: [name],
      message: `put in wherever the base job template says, the job variables take more than ${most}`,
      expected: `at most ${most}`,
    })
  }
  return false
}

/** Undefined = nothing goes there. */
function fillValue(value: JsonValue, place: Place): JsonValue | undefined {
  if (typeof value === 'string') return fillText(value, place)
  if (typeof value !== 'object' || value === null) return value
  const inner = (key: string, item: JsonValue) => fillValue(item, { ...place, path: [...place.path, key] })
  if (Array.isArray(value)) return value.map((item, index) => inner(String(index), item)).filter((item) => item !== undefined)
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]): [string, JsonValue][] => {
      const filled = inner(key, item)
      return filled === undefined ? [] : [[key, filled]]
    }),
  )
}

function fillText(text: string, place: Place): JsonValue | undefined {
  const { variables, issues, isPartial, path } = place
  const whole = wholePlaceholder(text)
  if (whole !== null) return Object.hasOwn(variables, whole) && hasRoom(place, whole) ? variables[whole] : undefined
  const at = path.join('.')
  return (readPlaceholders(text) ?? [{ text }])
    .map((piece) => {
      if ('text' in piece) return piece.text
      const { name } = piece
      const value = Object.hasOwn(variables, name) ? (variables[name] as JsonValue) : undefined
      if (value === undefined) {
        if (!isPartial) issues.push({ path: [name], message: `"${name}" is missing: ${at} is made of it`, expected: 'text, a number, true or false' })
        return ''
      }
      if (typeof value === 'object') {
        const what = value === null ? 'null' : Array.isArray(value) ? 'a list' : isReference(value) ? 'a reference' : 'an object'
        issues.push({ path: [name], message: `${what} cannot stand within the text of ${at}`, expected: 'text, a number, true or false' })
        return ''
      }
      return hasRoom(place, name) ? String(value) : ''
    })
    .join('')
}
