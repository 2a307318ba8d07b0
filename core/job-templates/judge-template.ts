/** What is wrong with a base job template, before any value meets it. Whether its schema can be used as one the API looks (api/work-pools/check-job-template.ts). */
import { type JobVariableIssue, judgeJobVariables } from '../job-variables.ts'
import type { JsonObject, JsonValue } from '../json-value.ts'
import { HEEDED, type JobTemplate, declaredVariables, templateDefaults } from './job-template.ts'
import { readPlaceholders, textsIn, wholePlaceholder } from './placeholders.ts'

/** Most issues that are told at once. */
const MOST_ISSUES = 20

const EXPECTED = '{"job_configuration": {…}, "variables": {…}}'

const isObject = (value: JsonValue | undefined): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Empty when it is a template of a pool of this type. Places are steps from the outside of the template. */
export function judgeTemplate(type: string, template: JsonValue): JobVariableIssue[] {
  if (!isObject(template)) return [{ path: [], message: 'a base job template is an object', expected: EXPECTED }]
  const shape = judgeShape(template)
  if (shape.length > 0) return shape.slice(0, MOST_ISSUES)
  const { job_configuration: configuration, variables } = template as unknown as JobTemplate
  return [
    ...judgeConfiguration(type, configuration, Object.keys(declaredVariables({ job_configuration: configuration, variables }))),
    ...judgeDefaults({ job_configuration: configuration, variables }),
  ].slice(0, MOST_ISSUES)
}

function judgeShape(template: JsonObject): JobVariableIssue[] {
  const issues: JobVariableIssue[] = Object.keys(template)
    .filter((key) => key !== 'job_configuration' && key !== 'variables')
    .map((key) => ({ path: [key], message: `a base job template has no ${JSON.stringify(key.slice(0, 60))}`, expected: EXPECTED }))
  for (const key of ['job_configuration', 'variables'] as const) {
    if (template[key] === undefined) issues.push({ path: [key], message: `"${key}" is missing`, expected: 'object' })
    else if (!isObject(template[key])) issues.push({ path: [key], message: `${key} is an object`, expected: 'object' })
  }
  const { variables } = template
  if (!isObject(variables)) return issues
  const { type, properties, required } = variables
  if (type !== undefined && type !== 'object')
    issues.push({ path: ['variables', 'type'], message: 'job variables are an object', expected: '"object"' })
  if (required !== undefined && !(Array.isArray(required) && required.every((name) => typeof name === 'string')))
    issues.push({ path: ['variables', 'required'], message: 'required is a list of names', expected: 'for example ["image"]' })
  if (properties !== undefined && !isObject(properties))
    issues.push({ path: ['variables', 'properties'], message: 'properties is an object of schemas by name', expected: 'object' })
  for (const [name, schema] of Object.entries(isObject(properties) ? properties : {})) {
    if (!isObject(schema) && typeof schema !== 'boolean')
      issues.push({ path: ['variables', 'properties', name], message: 'a variable is described by a JSON Schema', expected: 'object' })
  }
  return issues
}

function judgeConfiguration(type: string, configuration: JsonObject, declared: readonly string[]): JobVariableIssue[] {
  const heeded = HEEDED[type] ?? []
  const issues: JobVariableIssue[] = Object.keys(configuration)
    .filter((key) => !heeded.includes(key))
    .map((key) => ({
      path: ['job_configuration', key],
      message: `a ${type} worker heeds no ${JSON.stringify(key.slice(0, 60))}`,
      expected: heeded.join(' or '),
    }))
  for (const { path, text } of textsIn(configuration)) {
    const place = ['job_configuration', ...path]
    const pieces = readPlaceholders(text)
    if (pieces === null) {
      const message = 'a "{{" begins the name of a variable and "}}" ends it; text with "{{" of its own can be the default of a variable'
      issues.push({ path: place, message, expected: '{{ name }}' })
      continue
    }
    const names = pieces.flatMap((piece) => ('name' in piece ? [piece.name] : []))
    if (names.length > 0 && (path.at(-1) === '$variable' || path.at(-1) === '$block'))
      issues.push({ path: place, message: 'what a reference names is fixed; let the variable itself be a reference', expected: 'a name' })
    for (const name of new Set(names)) {
      if (!declared.includes(name))
        issues.push({
          path: place,
          message: `there is no variable "${name}" in variables.properties`,
          expected: declared.length === 0 ? 'a variable that is declared' : `one of ${declared.slice(0, 20).join(', ')}`,
        })
    }
  }
  if (issues.length > 0) return issues
  // What a variable decides as a whole is judged when it is filled in.
  const decided = Object.fromEntries(Object.entries(configuration).filter(([, value]) => wholePlaceholder(value) === null))
  return judgeJobVariables(decided).map((issue) => ({ ...issue, path: ['job_configuration', ...issue.path] }))
}

const judgeDefaults = (template: JobTemplate): JobVariableIssue[] =>
  judgeJobVariables(templateDefaults(template)).map(({ path: [name = '', ...inside], ...issue }) => ({
    ...issue,
    path: ['variables', 'properties', name, 'default', ...inside],
  }))
