/** `logPrints`: what a flow says with `console.*` becomes log lines of the run, of the task that said it. Console is wrapped once, at first need. */
import { format } from 'node:util'
import type { LogLevel } from '../../core/protocol/reports.ts'
import { writeLog } from '../logger.ts'
import { runScopes } from '../run-context.ts'

const LEVELS = { debug: 'debug', log: 'info', info: 'info', warn: 'warn', error: 'error' } as const satisfies Record<string, LogLevel>
const KEY = Symbol.for('weirflow.capture-prints')

/** Wraps `console`; a second call does nothing. Runs without `logPrints` print as before. */
export function capturePrints(): void {
  const marked = globalThis as { [KEY]?: true }
  if (marked[KEY]) return
  marked[KEY] = true
  for (const [method, level] of Object.entries(LEVELS) as [keyof typeof LEVELS, LogLevel][]) {
    const original = console[method].bind(console)
    console[method] = (...args: unknown[]) => {
      const scope = runScopes.getStore()
      if (scope?.flowRun?.logPrints) writeLog(scope, level, format(...args))
      else original(...args)
    }
  }
}
