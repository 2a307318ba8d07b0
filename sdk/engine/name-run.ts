/** The names of flow runs and task runs: from the author's template or function, else made. A broken template costs a warning, never the run. */
import { cutTo, LIMITS } from '../../core/limits.ts'
import { messageOf } from '../errors.ts'
import { redactText } from '../redaction/hidden-values.ts'
import type { DeclaredParameters } from './declared-parameters.ts'
import { generateName } from './names.ts'

/** `weather {day}`, `{order.id}`, or a function of the parameters. */
export type RunName<Parameters> = string | ((context: { flowName: string; parameters: Parameters }) => string)

/** `load {city}` (by the name of the argument, or of a property where it is taken apart), `page {0}` (by position), or a function of the arguments. */
export type TaskRunName = string | ((context: { taskName: string; args: readonly unknown[] }) => string)

interface Named {
  name: string
  /** Why the author's own name was not used; null when it was, or when there is none. */
  problem: string | null
}

/** A flow run's; without a `runName` the one that it has, or (when that is empty) two words such as `brave-otter`. */
export function nameRun(runName: RunName<never> | null, flowName: string, parameters: unknown, given: string): Named {
  const otherwise = () => given || generateName()
  if (runName === null) return { name: otherwise(), problem: null }
  const make = () => (typeof runName === 'function' ? runName({ flowName, parameters: parameters as never }) : fill(runName, parameters))
  return nameBy(runName, make, otherwise)
}

/** A task run's, from its resolved arguments; `fallback` when there is no `runName`, or it fails. */
export function nameTaskRun(
  task: { name: string; runName: TaskRunName | null; declared: DeclaredParameters },
  args: readonly unknown[],
  fallback: string,
): Named {
  const { name: taskName, runName, declared } = task
  if (runName === null) return { name: fallback, problem: null }
  const make = () => (typeof runName === 'function' ? runName({ taskName, args }) : fill(runName, byNameAndPosition(declared, args)))
  return nameBy(runName, make, () => fallback)
}

/** Of an argument that is taken apart its properties, too. */
function byNameAndPosition({ names, parts }: DeclaredParameters, args: readonly unknown[]): Record<string, unknown> {
  const found: Record<string, unknown> = {}
  for (const [position, value] of args.entries()) {
    found[position] = value
    const name = names[position]
    if (name) found[name] = value
    for (const part of parts[position] ?? [])
      if (typeof value === 'object' && value !== null && Object.hasOwn(value, part)) found[part] = (value as Record<string, unknown>)[part]
  }
  return found
}

function nameBy(runName: string | ((context: never) => string), make: () => unknown, fallback: () => string): Named {
  try {
    const name = make()
    if (typeof name !== 'string') throw new Error(`it gave ${typeof name}`)
    // Names are shown in lists, links and terminals; a secret in one is hidden while it can still be recognised.
    const clean = redactText(name)
      .replace(/[\u0000-\u001f\u007f]/g, ' ')
      .replace(/[/%&<>]/g, '-')
      .trim()
    if (clean === '') throw new Error('it gave an empty text')
    return { name: cutTo(clean, LIMITS.name), problem: null }
  } catch (error) {
    return {
      name: fallback(),
      problem: `the run name ${typeof runName === 'string' ? `template "${runName}"` : 'function'} failed: ${messageOf(error)}`,
    }
  }
}

function fill(template: string, parameters: unknown): string {
  return template.replace(/\{([^{}]*)\}/g, (_, path: string) => {
    let value: unknown = parameters
    for (const part of path.trim().split('.')) {
      if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) throw new Error(`there is no parameter "${path.trim()}"`)
      value = (value as Record<string, unknown>)[part]
    }
    return show(value)
  })
}

function show(value: unknown): string {
  if (value instanceof Date) return value.toISOString()
  if (Array.isArray(value)) return value.map(show).join(', ')
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value)
}
