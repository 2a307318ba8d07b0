/**
 * Of what a cached task's key is made.
 *
 *     cache: { key: cache.inputs.except('verbose').and(cache.taskSource), expires: '1h' }
 *     cache: ({ args: [city] }) => `weather/${city}`
 */
import type { DeclaredParameters } from '../engine/declared-parameters.ts'
import { messageOf, UsageError, WeirError } from '../errors.ts'
import { hashValue, NotHashable } from './hash-value.ts'

/** What a key is made of, for one call. */
export interface CacheKeyContext {
  /** Name of the task. */
  taskName: string
  /** Futures replaced by their values; the context that the task function gets is not among them. */
  args: readonly unknown[]
  /** Null outside of flows. */
  flowRunId: string | null
  /** UUID of the task run that asks. */
  taskRunId: string
  /** Parameters of the flow's run as they were given; undefined outside of flows. */
  flowParameters: unknown
}

/** Gives the key itself, shared by all tasks that give the same one; null = this call is not cached. */
export type CacheKeyFunction = (context: CacheKeyContext) => string | null | Promise<string | null>

/** A task as policies look at it. */
export interface CachedTask {
  readonly name: string
  readonly fn: (...args: never[]) => unknown
  readonly declared: DeclaredParameters
}

/** Bytes of one argument, or of the parameters, as they are hashed. */
const LARGEST = 64 * 1_048_576

type Part =
  | { kind: 'inputs' | 'flowParameters'; except: readonly string[] }
  | { kind: 'taskSource' | 'runId' }
  | { kind: 'function'; compute: CacheKeyFunction }

const BRAND = Symbol.for('weirflow.cache-policy')

/** Made by combining those of `cache`; never changed itself. */
export class CachePolicy {
  readonly #parts: readonly Part[]

  /** Made by `cache`. */
  constructor(parts: readonly Part[]) {
    this.#parts = parts
  }

  /** No part: nothing is cached. */
  get isNone(): boolean {
    return this.#parts.length === 0
  }

  /** Equal only where both are. With `cache.none` it stays what it is. */
  and(other: CachePolicy | CacheKeyFunction): CachePolicy {
    if (typeof other === 'function') return new CachePolicy([...this.#parts, { kind: 'function', compute: other }])
    if (!isCachePolicy(other))
      throw new UsageError(`a cache policy can be combined with another one or with a function, and not with ${String(other)}`)
    return new CachePolicy([...this.#parts, ...other.#parts])
  }

  /**
   * Without these arguments, by the name that the function gives them (`'verbose'`), by position (`'1'`), or a property of one (`'options.verbose'`; just
   * `'verbose'` where the function takes the argument apart).
   * Of `cache.flowParameters` it leaves out the parameter of this name.
   */
  except(...names: string[]): CachePolicy {
    if (!this.#parts.some((part) => 'except' in part)) {
      throw new UsageError(
        'except(…) leaves out arguments or parameters, and this cache policy looks at none',
        'Use it on cache.inputs, cache.flowParameters or cache.default.',
      )
    }
    return new CachePolicy(this.#parts.map((part) => ('except' in part ? { ...part, except: [...part.except, ...names] } : part)))
  }

  /** Throws UsageError for a name in `except` that the task does not have. */
  check(task: CachedTask, owner: string): void {
    const { names, parts } = task.declared
    const known = names.flatMap((name, at) => name ?? parts[at] ?? [])
    for (const part of this.#parts) {
      if (part.kind !== 'inputs' || this.#parts.some(({ kind }) => kind === 'flowParameters')) continue
      for (const name of part.except) {
        const first = name.split('.')[0] as string
        if (/^\d+$/.test(first) || known.includes(first)) continue
        throw new UsageError(
          `cache of ${owner}: except('${name}') names no argument; there are ${known.join(', ') || 'none with a name'}`,
          "By position: '0'.",
        )
      }
    }
  }

  /** The key of one call; null = not cached. Throws NotHashable, and what an author's function throws. */
  async keyOf(task: CachedTask, context: CacheKeyContext): Promise<string | null> {
    const parts: string[] = []
    for (const part of this.#parts) {
      const key = await keyOfPart(part, task, context).catch((error) => {
        throw error instanceof NotHashable ? new NotHashable(error.path, error.what, error.hint, task.name) : error
      })
      if (key === null) return null
      parts.push(key)
    }
    // A function alone says the whole key: so tasks can share what they compute.
    if (this.#parts.length === 1 && this.#parts[0]?.kind === 'function') return parts[0] as string
    return hashValue([task.name, ...parts], 'the key')
  }
}
Object.defineProperty(CachePolicy.prototype, BRAND, { value: true })

/** Of whatever copy of this package. */
export const isCachePolicy = (value: unknown): value is CachePolicy => typeof value === 'object' && value !== null && BRAND in value

async function keyOfPart(part: Part, task: CachedTask, context: CacheKeyContext): Promise<string | null> {
  switch (part.kind) {
    case 'inputs':
      return `inputs:${hashInputs(task.declared, context.args, part.except)}`
    case 'flowParameters':
      return `parameters:${hashValue(without(context.flowParameters, part.except), 'the parameters of the flow', LARGEST)}`
    case 'runId':
      return `run:${context.flowRunId ?? context.taskRunId}`
    case 'taskSource':
      return `source:${await hashSource(task)}`
    case 'function':
      return callKeyFunction(part.compute, context)
  }
}

function hashInputs({ names, parts }: DeclaredParameters, args: readonly unknown[], except: readonly string[]): string {
  // `load('x')` and `load('x', undefined)` are one call.
  let count = args.length
  while (count > 0 && args[count - 1] === undefined) count--
  const digests: unknown[] = []
  for (const [at, argument] of args.slice(0, count).entries()) {
    const name = names[at] ?? null
    const excluded = except.flatMap((path) => {
      const [first = '', ...rest] = path.split('.')
      if (first === String(at) || first === name) return [rest.join('.')]
      return parts[at]?.includes(first) ? [path] : []
    })
    if (excluded.includes('')) continue
    digests.push([at, hashValue(without(argument, excluded), name === null ? `argument ${at + 1}` : `argument ${at + 1} (${name})`, LARGEST)])
  }
  return hashValue(digests, 'the arguments')
}

/** A copy without these properties. Whatever is no plain object has none to leave out: a Map, a Date, a list stay what they are. */
function without(value: unknown, paths: readonly string[]): unknown {
  if (paths.length === 0 || !isPlain(value)) return value
  const copy: Record<string, unknown> = {}
  for (const [key, element] of Object.entries(value)) {
    if (paths.includes(key)) continue
    const inner = paths.flatMap((path) => (path.startsWith(`${key}.`) ? [path.slice(key.length + 1)] : []))
    Object.defineProperty(copy, key, { value: without(element, inner), enumerable: true })
  }
  return copy
}

function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype
}

const sources = new WeakMap<object, string>()

async function hashSource({ name, fn }: CachedTask): Promise<string> {
  const known = sources.get(fn)
  if (known !== undefined) return known
  const { normalizeSource } = await import('./normalize-source.ts')
  const source = normalizeSource(fn)
  if (source === null) {
    throw new NotHashable(
      `the source of task "${name}"`,
      'not readable (a bound or native function)',
      'Use cache.inputs, or wrap it in a function of its own.',
    )
  }
  const digest = hashValue(source, 'the source')
  sources.set(fn, digest)
  return digest
}

async function callKeyFunction(compute: CacheKeyFunction, context: CacheKeyContext): Promise<string | null> {
  let key: unknown
  try {
    key = await compute(context)
  } catch (error) {
    throw new WeirError('cache_key_failed', `the cache key function of task "${context.taskName}" threw: ${messageOf(error)}`, { cause: error })
  }
  if (key === null || (typeof key === 'string' && key !== '')) return key
  throw new WeirError(
    'cache_key_failed',
    `the cache key function of task "${context.taskName}" must give a text or null, and gave ${key === '' ? 'an empty text' : typeof key}`,
  )
}

/** The policies to begin with. */
export const cache = {
  /** The arguments of the call (and the task's name). */
  inputs: new CachePolicy([{ kind: 'inputs', except: [] }]),
  /** The code of the task's function; not of what that calls. */
  taskSource: new CachePolicy([{ kind: 'taskSource' }]),
  /** The parameters of the flow's run. */
  flowParameters: new CachePolicy([{ kind: 'flowParameters', except: [] }]),
  /** The flow's run: over its attempts, never over runs. */
  runId: new CachePolicy([{ kind: 'runId' }]),
  /** inputs, taskSource and runId. */
  default: new CachePolicy([{ kind: 'inputs', except: [] }, { kind: 'taskSource' }, { kind: 'runId' }]),
  /** Not cached. */
  none: new CachePolicy([]),
} as const
