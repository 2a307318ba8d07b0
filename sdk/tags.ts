/**
 * `tags`: runs that begin within a function get these tags besides their own.
 *
 *     await tags('backfill', () => etl({ day: '2026-01-01' }))
 *
 * They follow the code, not the process: a flow that a worker starts, in a process of its own, has those that it was started with and passes none on.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { checkTags } from './check-options.ts'
import { UsageError } from './errors.ts'

const KEY = Symbol.for('weirflow.tags')
type Holder = { [KEY]?: AsyncLocalStorage<readonly string[]> }

/** One per process, for all copies of the package. */
const scopes: AsyncLocalStorage<readonly string[]> = ((globalThis as Holder)[KEY] ??= new AsyncLocalStorage<readonly string[]>())

/**
 * Runs `body`, and gives what it gives. Flows, tasks, runs of deployments and background tasks that it starts, and what those call in this process, have the
 * tags besides their own; inside of another `tags` those of both. A tag of a task may have a limit. Throws UsageError for what is no tag.
 */
export function tags<T>(names: string | readonly string[], body: () => T): T {
  const owner = `tags(${JSON.stringify(names)})`
  const given = checkTags(typeof names === 'string' ? [names] : names, owner)
  if (typeof body !== 'function') throw new UsageError(`${owner} needs a function to run with them`)
  return scopes.run(checkTags([...tagsAround(), ...given], owner), body)
}

/** What the `tags` around this code say; empty outside of them. */
export const tagsAround = (): readonly string[] => scopes.getStore() ?? []

/** A run's own and those around the code that begins it. The list itself where there are none around. */
export function withTagsAround(own: string[]): string[] {
  const around = tagsAround()
  return around.length === 0 ? own : [...new Set([...own, ...around])]
}
