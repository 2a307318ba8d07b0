/** What flow and task options have in common, checked where they are written, so that mistakes show at import and not in the night. */
import { type Duration, toMilliseconds } from '../core/duration.ts'
import { LIMITS } from '../core/limits.ts'
import { UsageError } from './errors.ts'

/** Node's timers hold no more: 24.8 days. */
const LONGEST_LIMIT = 2_147_483_647

/** Gives the name; throws UsageError for one that is no text, too long, or has characters that addresses and pages give a meaning. */
export function checkName(name: unknown, kind: 'flow' | 'task'): string {
  if (name === undefined) throw new UsageError(`a ${kind} needs a name, and its function has none`, `Give it one: ${kind}({ name: '…' }, …).`)
  if (typeof name !== 'string' || name === '' || name.length > LIMITS.name) {
    throw new UsageError(
      `the name of a ${kind} must be 1 to ${LIMITS.name} characters, and is ${typeof name === 'string' ? `${name.length} long` : String(name)}`,
    )
  }
  if (/[/%&<>]/.test(name)) throw new UsageError(`the name of ${kind} "${name}" must not contain / % & < >`)
  return name
}

/** The text, or null for none. */
export function checkVersion(version: unknown, owner: string): string | null {
  if (version === undefined) return null
  if (typeof version === 'string' && version !== '' && version.length <= LIMITS.name) return version
  const given = typeof version === 'string' ? `${version.length} long` : String(version)
  throw new UsageError(`version of ${owner} must be a text of 1 to ${LIMITS.name} characters, and is ${given}`)
}

/** Distinct tags, at most as many as the record takes. */
export function checkTags(tags: unknown, owner: string): string[] {
  if (tags === undefined) return []
  if (!Array.isArray(tags)) throw new UsageError(`tags of ${owner} must be a list of texts, and are ${typeof tags}`)
  for (const tag of tags as unknown[]) {
    if (typeof tag === 'string' && tag !== '' && tag.length <= LIMITS.tag) continue
    const given = typeof tag === 'string' ? `${tag.length} long` : String(tag)
    throw new UsageError(`tags of ${owner} must be a list of texts of 1 to ${LIMITS.tag} characters, and one is ${given}`)
  }
  const distinct = [...new Set(tags as string[])]
  if (distinct.length > LIMITS.tags) throw new UsageError(`tags of ${owner} must be at most ${LIMITS.tags}, and are ${distinct.length}`)
  return distinct
}

/** Milliseconds; throws UsageError for what is no duration. `what` as the message names it: `after of delay of task "load"`. */
export function checkDuration(duration: Duration, what: string): number {
  try {
    return toMilliseconds(duration)
  } catch (error) {
    throw new UsageError(`${what}: ${(error as Error).message}`)
  }
}

/** The limit of an attempt in milliseconds, or null for none. */
export function checkTimeout(timeout: Duration | undefined, owner: string): number | null {
  if (timeout === undefined) return null
  const milliseconds = checkDuration(timeout, `timeout of ${owner}`)
  if (milliseconds === 0) throw new UsageError(`timeout of ${owner} must be longer than 0`)
  return Math.min(milliseconds, LONGEST_LIMIT)
}

/** Unknown options are mistakes of spelling more often than of the future. */
export function checkKeys(options: object, known: readonly string[], owner: string): void {
  if (typeof options !== 'object' || options === null)
    throw new UsageError(`options of ${owner} must be an object of ${known.join(', ')}, and are ${options === null ? 'null' : typeof options}`)
  for (const key of Object.keys(options)) {
    if (!known.includes(key)) throw new UsageError(`${owner} has no option "${key}"; there are ${known.join(', ')}`)
  }
}

/** As it is: made by `asyncRunner`, `threadRunner` or `poolRunner`. */
export function checkRunner<Runner>(runner: Runner | undefined, owner: string): Runner | undefined {
  const { kind, concurrency } = Object(runner) as { kind?: unknown; concurrency?: unknown }
  if (runner !== undefined && (typeof kind !== 'string' || typeof concurrency !== 'number'))
    throw new UsageError(`runner of ${owner} must be made by asyncRunner, threadRunner or poolRunner, and is ${typeof runner}`)
  return runner
}

/** A copy of the list; an empty one when none was given. */
export function checkHooks<Hook>(hooks: Hook[] | undefined, kind: string, owner: string): Hook[] {
  if (hooks === undefined) return []
  if (!Array.isArray(hooks) || hooks.some((hook) => typeof hook !== 'function'))
    throw new UsageError(`${kind} of ${owner} must be a list of functions`)
  return [...hooks]
}

/** A template or a function, as it is. */
export function checkRunName<Name>(runName: Name | undefined, owner: string): Name | undefined {
  if (runName !== undefined && typeof runName !== 'string' && typeof runName !== 'function')
    throw new UsageError(`runName of ${owner} must be a template or a function, and is ${typeof runName}`)
  return runName
}

/** Throws UsageError when it is none. `owner` as the message names it: `flow`, `task "load"`. */
export function checkFunction(fn: unknown, owner: string): void {
  if (typeof fn !== 'function') throw new UsageError(`${owner} needs a function as its second argument, and got ${fn === null ? 'null' : typeof fn}`)
}

const GENERATOR = /^\[object (Async)?GeneratorFunction\]$/

/** Throws UsageError for a generator function, unless its pieces are stored: else its body would run when somebody asks for them, after the run of it has ended. */
export function checkGenerator(fn: unknown, { results }: { results?: unknown }, owner: string): void {
  if (results || !GENERATOR.test(Object.prototype.toString.call(fn))) return
  throw new UsageError(
    `${owner} is a generator function: its body would run only after the ${owner.split(' ')[0]} has ended`,
    'Give a list back, call a task for each piece from a generator that is none, or say how its pieces are stored: results: { serializer: serializers.bytes }.',
  )
}
