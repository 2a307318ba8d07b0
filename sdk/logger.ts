/** Log lines of the run that the calling code is part of: recorded with it, and shown on the terminal when there is one to show them on. */
import { LOG_LEVELS, type LogLevel, type LogLine } from '../core/protocol/reports.ts'
import type { JsonObject } from '../core/json-value.ts'
import { LIMITS } from '../core/limits.ts'
import { cutFields } from '../core/protocol/cut-fact.ts'
import { now } from './engine/clock.ts'
import type { Session } from './engine/flow-run-scope.ts'
import { printLine } from './engine/print-line.ts'
import { showAsJsonObject } from './engine/show-as-json.ts'
import { redactJson, redactText } from './redaction/hidden-values.ts'
import { runScopes, type RunScope } from './run-context.ts'

/** One line each, with fields as JSON beside it. Whatever is longer than the record takes is cut and marked; nothing is thrown. */
export interface Logger {
  /** Kept only with `WEIR_LOG_LEVEL=debug`. */
  debug(message: string, fields?: object): void
  /** What happens, for people who look at the run. */
  info(message: string, fields?: object): void
  /** Something is wrong, and the run goes on. */
  warn(message: string, fields?: object): void
  /** Something has failed. The run's state is not changed by it. */
  error(message: string, fields?: object): void
}

/** The logger of the present run. It finds out at each line where it is called from; outside of runs lines go to the terminal alone. */
export const logger = (): Logger => contextLogger

const contextLogger: Logger = {
  debug: (message, fields) => writeLog(runScopes.getStore(), 'debug', message, fields),
  info: (message, fields) => writeLog(runScopes.getStore(), 'info', message, fields),
  warn: (message, fields) => writeLog(runScopes.getStore(), 'warn', message, fields),
  error: (message, fields) => writeLog(runScopes.getStore(), 'error', message, fields),
}

/** WEIR_LOG_LEVEL, as the environment (a deployment's, too) has it at this moment; info by default, and for what is no level. */
export function wantedLogLevel(): LogLevel {
  const wanted = process.env['WEIR_LOG_LEVEL']?.toLowerCase() as LogLevel
  return LOG_LEVELS.includes(wanted) ? wanted : 'info'
}

/** Whether lines of this level are kept. */
const isLogged = (level: LogLevel, least: LogLevel): boolean => LOG_LEVELS.indexOf(level) >= LOG_LEVELS.indexOf(least)

/** One line of `scope`'s run. `source` as in the protocol: undefined for the author's logger, `weir` for the engine's own words. */
export function writeLog(
  scope: Pick<RunScope, 'flowRun' | 'taskRun'> | undefined,
  level: LogLevel,
  message: unknown,
  fields?: object,
  source?: LogLine['source'],
): void {
  const session: Session | undefined = scope?.flowRun?.session
  if (!isLogged(level, session?.logLevel ?? wantedLogLevel())) return
  const text = cut(redactText(typeof message === 'string' ? message : textOf(message)))
  const shown: JsonObject | undefined = fields === undefined ? undefined : cutFields(redactJson(showAsJsonObject(fields)))
  const print = session ? session.print : printLine
  print?.({
    level,
    message: text,
    fields: shown,
    flowRun: scope?.flowRun?.record.name ?? null,
    taskRun: scope?.taskRun?.name ?? null,
    own: source === 'weir',
  })
  if (!session || !scope?.flowRun) return
  const line: LogLine = { time: now(), level, message: text }
  if (scope.taskRun) line.taskRunId = scope.taskRun.id
  if (shown) line.fields = shown
  if (source) line.source = source
  session.recorder.log(scope.flowRun.record.id, line)
}

function textOf(message: unknown): string {
  try {
    return message instanceof Error ? (message.stack ?? message.message) : String(message)
  } catch {
    return '[unreadable]'
  }
}

/** What is kept with the words that tell of the rest. */
const KEPT = LIMITS.logMessage - 64

const cut = (text: string): string => (text.length > LIMITS.logMessage ? `${text.slice(0, KEPT)} … cut, ${text.length - KEPT} characters more` : text)
