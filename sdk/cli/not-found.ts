import { type Failure, wrongUse } from './failure.ts'
import { nearest } from './nearest.ts'
import { safeLine } from './safe-text.ts'

/** Letters of what was typed that an error repeats. */
const SHOWN = 100

/** The failure for a name that nothing has: with the nearest one that exists, or what to do instead. */
export function notFound(noun: string, wanted: string, names: readonly string[], instead: string): Failure {
  const near = nearest(wanted, names)
  const message = `There is no ${noun} "${safeLine(wanted.slice(0, SHOWN))}".`
  return wrongUse('NOT_FOUND', message, near === null || near === wanted ? instead : `Did you mean "${near}"?`)
}
