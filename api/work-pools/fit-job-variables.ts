/** Job variables and the base job template of the pool that their run goes to. Parsed templates only; nothing is asked of the record. */
import { fillTemplate } from '../../core/job-templates/fill-template.ts'
import type { JobTemplate } from '../../core/job-templates/job-template.ts'
import type { JsonObject } from '../../core/json-value.ts'
import type { Issue } from '../errors.ts'
import { validateParameters } from '../flow-runs/validate-parameters.ts'

interface Fitting {
  workPool: { type: string; baseJobTemplate: JobTemplate | null }
  /** Of pool, deployment and run, merged. */
  jobVariables: JsonObject
  /** A run may bring the rest: what is missing is no issue. */
  isPartial?: boolean
}

/** What the worker gets, and everything that does not fit, with places below `jobVariables`. A pool without a template of its own takes them as they are. */
export function fitJobVariables({ workPool, jobVariables, isPartial = false }: Fitting): { jobVariables: JsonObject; issues: Issue[] } {
  const { type, baseJobTemplate: template } = workPool
  if (template === null) return { jobVariables, issues: [] }
  const { required, ...open } = template.variables
  const filled = fillTemplate({ type, template, given: jobVariables, isPartial })
  const schema = isPartial || required === undefined ? open : { ...open, required }
  const mismatches = validateParameters(schema, filled.variables, ['jobVariables'], 'the job variables')
  const told = new Set(mismatches.map(({ path }) => path.join('/')))
  const others = filled.issues.map((issue) => ({ ...issue, path: ['jobVariables', ...issue.path] })).filter(({ path }) => !told.has(path.join('/')))
  return { jobVariables: filled.jobVariables, issues: [...mismatches, ...others] }
}
