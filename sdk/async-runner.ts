/** Submitted tasks run here, in this process, as promises. */
import { checkKeys } from './check-options.ts'
import type { TaskRunner } from './engine/task-runner.ts'
import { UsageError } from './errors.ts'

const DEFAULT_CONCURRENCY = 100

/** At most `concurrency` submitted tasks at once (default 100; Infinity for no cap). Directly called tasks are not counted. */
export function asyncRunner(options: { concurrency?: number } = {}): TaskRunner {
  checkKeys(options, ['concurrency'], 'asyncRunner')
  const { concurrency = DEFAULT_CONCURRENCY } = options
  if (concurrency !== Number.POSITIVE_INFINITY && !(Number.isInteger(concurrency) && concurrency > 0)) {
    throw new UsageError(`asyncRunner: concurrency must be a whole number above 0, and is ${String(concurrency)}`)
  }
  return { kind: 'async', concurrency }
}
