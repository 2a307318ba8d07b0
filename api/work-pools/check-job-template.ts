import { MAX_TEMPLATE_BYTES, type JobTemplate, templateDefaults } from '../../core/job-templates/job-template.ts'
import { judgeTemplate } from '../../core/job-templates/judge-template.ts'
import type { JsonValue } from '../../core/json-value.ts'
import { kibibytes } from '../../core/limits.ts'
import { checkJson, sizeOfJson } from '../check-input.ts'
import type { Issue } from '../errors.ts'
import { validateParameters, validateSchema } from '../flow-runs/validate-parameters.ts'

/** Empty when it is a template of a pool of this type: its shape, its placeholders, its schema, and defaults that fit it. `path` is where it stands. */
export function checkJobTemplate(type: string, given: JsonValue, path: string[]): Issue[] {
  const unwritable = checkJson(given, path)
  if (unwritable.length > 0) return unwritable
  const most = kibibytes(MAX_TEMPLATE_BYTES)
  if (sizeOfJson(given) > MAX_TEMPLATE_BYTES) return [{ path, message: `expected at most ${most} as JSON`, expected: `at most ${most}` }]
  const issues = judgeTemplate(type, given)
  if (issues.length > 0) return issues.map((issue) => ({ ...issue, path: [...path, ...issue.path] }))
  const template = given as unknown as JobTemplate
  const { required: _, ...schema } = template.variables
  const broken = validateSchema(schema, [...path, 'variables'])
  if (broken.length > 0) return broken
  return validateParameters(schema, templateDefaults(template), [], 'the defaults').map(({ path: [name, ...inside], ...issue }) => ({
    ...issue,
    path: [...path, 'variables', ...(name === undefined ? [] : ['properties', name, 'default', ...inside])],
  }))
}
