/** Job variables as a command line gives them: `--job-variable name=value`, and `--env NAME=VALUE` for those of the environment. */
import { judgeJobVariables } from '../../core/job-variables.ts'
import type { JsonObject } from '../../core/json-value.ts'
import { hasReferences } from '../references/has-references.ts'
import { wrongUse } from './failure.ts'
import { readValue } from './read-parameters.ts'

/** `--env` wins over an `env` among the others, variable by variable. Throws Failure for what no run could be started with. */
export function readJobVariables({ env, jobVariable }: { env?: string[]; jobVariable?: string[] }): JsonObject {
  const given = Object.fromEntries(
    (jobVariable ?? []).map((pair) => split(pair, '--job-variable region=eu')).map(([name, text]) => [name, readValue(text)]),
  )
  const jobVariables = { ...given, ...(env ? { env: { ...(given['env'] as object | undefined), ...readEnvironment(env) } } : {}) } as JsonObject
  const [issue] = judgeJobVariables(jobVariables)
  if (issue)
    throw wrongUse('BAD_JOB_VARIABLE', `The job variable ${issue.path.join('.')} cannot be used: ${issue.message}.`, `Expected ${issue.expected}.`)
  return jobVariables
}

/** A value that reads as a reference is one, and text otherwise. */
function readEnvironment(pairs: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const [name, text] = split(pair, '--env NAME=VALUE')
      const value = text.startsWith('{') ? readValue(text) : text
      return [name, hasReferences(value) ? value : text]
    }),
  )
}

function split(pair: string, expected: string): [name: string, text: string] {
  const equals = pair.indexOf('=')
  if (equals < 1) throw wrongUse('BAD_VARIABLE', `"${pair}" is no variable with a value.`, `Expected ${expected}.`)
  return [pair.slice(0, equals), pair.slice(equals + 1)]
}
