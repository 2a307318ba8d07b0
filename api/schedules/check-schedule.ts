/** Checks what a schedule is to be, where a person can still correct it: the definition by core, its parameters by the deployment's schema. */
import type { Instant } from '../../core/instant.ts'
import type { JsonObject, JsonValue } from '../../core/json-value.ts'
import { previewSchedule } from '../../core/schedules/preview-schedule.ts'
import type { ScheduleInput } from '../../core/schedules/schedule.ts'
import { checkJson, checkObject, sizeOfJson } from '../check-input.ts'
import type { Issue } from '../errors.ts'
import { MAX_PARAMETER_BYTES } from '../flow-runs/parameter-limit.ts'
import { validateParameters } from '../flow-runs/validate-parameters.ts'

/** Schedules of one deployment. */
export const MOST_SCHEDULES = 50

const SLUG = /^[a-z0-9][a-z0-9-]{0,99}$/
const LONGEST_LATENESS = 30 * 86_400

/** A year of its instants has to be found now, and not by the sweep. */
const TRIED_INSTANTS = 101

/** Unique within the deployment: 1 to 100 of a-z, 0-9 and hyphens. */
export function checkSlug(slug: string, path: string[]): Issue[] {
  if (SLUG.test(slug)) return []
  const expected = '1 to 100 of a-z, 0-9 and -, beginning with a letter or digit'
  return [{ path, message: `expected ${expected}, got ${JSON.stringify(slug.slice(0, 60))}`, expected }]
}

/** Seconds: 0 to 30 days. */
export const checkMaxLateness = (seconds: number, path: string[]): Issue[] =>
  seconds <= LONGEST_LATENESS
    ? []
    : [{ path, message: `expected at most 30 days (${LONGEST_LATENESS}), got ${seconds}`, expected: `0 to ${LONGEST_LATENESS}` }]

/** Without what was left out; the issue names the part of the schedule. */
export function readDefinition(input: ScheduleInput, now: Instant, path: string[]): { definition: ScheduleInput; issues: Issue[] } {
  const definition = Object.fromEntries(Object.entries(input).filter(([, value]) => value != null)) as ScheduleInput
  const texts = checkJson(definition, path)
  if (texts.length > 0) return { definition, issues: texts }
  const { error } = previewSchedule(definition, { from: now, count: TRIED_INSTANTS })
  if (error === null) return { definition, issues: [] }
  const [, field, message] = /^(\w+): (.*)$/s.exec(error) ?? [null, 'schedule', error]
  return { definition, issues: [{ path: field === 'schedule' ? path : [...path, field as string], message: message as string, expected: null }] }
}

/** Together with the deployment's they must be all that a run needs: nobody is there to add what is missing. */
export function checkParameters(
  parameters: JsonValue,
  deployment: { parameters: JsonObject; parameterSchema: JsonObject | null },
  path: string[],
): Issue[] {
  const issues = [...checkJson(parameters, path), ...checkObject(parameters, path)]
  if (issues.length > 0) return issues
  const all = { ...deployment.parameters, ...(parameters as JsonObject) }
  if (sizeOfJson(all) > MAX_PARAMETER_BYTES)
    return [{ path, message: "expected at most 512 KiB as JSON, the deployment's included", expected: 'at most 512 KiB' }]
  return deployment.parameterSchema ? validateParameters(deployment.parameterSchema, all, path) : []
}

/** A slug for who gave none. */
export const baseSlugOf = ({ cron, interval }: ScheduleInput): string => (cron != null ? 'cron' : interval != null ? 'interval' : 'rrule')
