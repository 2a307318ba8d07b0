import { LOG_LEVELS } from '../../../../core/protocol/reports.ts'
import { wrongUse } from '../../failure.ts'

/** A log level as the API writes it; undefined when none is given. Throws Failure. */
export function readLevel(given: string | undefined): string | undefined {
  if (given === undefined || (LOG_LEVELS as readonly string[]).includes(given.toLowerCase())) return given?.toUpperCase()
  throw wrongUse('UNKNOWN_LEVEL', `There is no log level "${given}".`, `Known: ${LOG_LEVELS.join(', ')}.`)
}
