/**
 * One JSON line per happening, with the id of the request that caused it. Errors are written with name, message, code and stack; values under names that promise
 * a secret never are.
 */
import type { Env } from './env.ts'
import { currentRequestId } from './requests/request-id.ts'

type LogFields = Record<string, unknown>

const LEVELS = ['debug', 'info', 'warn', 'error'] as const
export type LogLevel = (typeof LEVELS)[number]

export interface Log {
  debug(message: string, fields?: LogFields): void
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  error(message: string, fields?: LogFields): void
  /** Whether lines of this level are written: for lines that cost something to put together. */
  writes(level: LogLevel): boolean
  /** The same log with more fields on every line. */
  with(fields: LogFields): Log
}

const SECRET = /authorization|cookie|secret|token|password|^key$|connection/i

type Write = (level: LogLevel, line: string) => void
const toConsole: Write = (level, line) => console[level](line)

/** A log that writes to `write` (the console by default) what is of `lowest` or above; `fields` stand on every line. */
export const makeLog = (fields: LogFields = {}, write: Write = toConsole, lowest: LogLevel = 'info'): Log => new JsonLog(fields, write, lowest)

/** A class, because every request makes one. */
class JsonLog implements Log {
  readonly #fields: LogFields
  readonly #write: Write
  readonly #lowest: LogLevel

  constructor(fields: LogFields, write: Write, lowest: LogLevel) {
    this.#fields = fields
    this.#write = write
    this.#lowest = lowest
  }

  debug(message: string, fields?: LogFields): void {
    this.#line('debug', message, fields)
  }
  info(message: string, fields?: LogFields): void {
    this.#line('info', message, fields)
  }
  warn(message: string, fields?: LogFields): void {
    this.#line('warn', message, fields)
  }
  error(message: string, fields?: LogFields): void {
    this.#line('error', message, fields)
  }

  writes(level: LogLevel): boolean {
    return LEVELS.indexOf(level) >= LEVELS.indexOf(this.#lowest)
  }

  with(fields: LogFields): Log {
    return new JsonLog({ ...this.#fields, ...fields }, this.#write, this.#lowest)
  }

  #line(level: LogLevel, message: string, fields: LogFields = {}): void {
    if (!this.writes(level)) return
    const requestId = currentRequestId()
    const all = { ...(requestId === undefined ? {} : { requestId }), ...this.#fields, ...fields }
    this.#write(level, JSON.stringify({ time: new Date().toISOString(), level, message, ...plain(all) }))
  }
}

/** The log of this Worker or object, at its LOG_LEVEL; `info` for what is none. */
export const logOf = (env: Pick<Env, 'LOG_LEVEL'>, fields: LogFields = {}): Log =>
  makeLog(fields, toConsole, LEVELS.find((level) => level === env.LOG_LEVEL) ?? 'info')

function plain(fields: LogFields): LogFields {
  const safe: LogFields = {}
  for (const [name, value] of Object.entries(fields)) {
    if (SECRET.test(name)) safe[name] = '[hidden]'
    else if (value instanceof Error) safe[name] = plainError(value)
    else if (typeof value === 'bigint') safe[name] = value.toString()
    else safe[name] = value
  }
  return safe
}

function plainError(error: Error, depth = 0): LogFields {
  const { code, cause } = error as { code?: unknown; cause?: unknown }
  return {
    name: error.name,
    message: error.message,
    ...(code === undefined ? {} : { code }),
    stack: error.stack,
    ...(cause instanceof Error && depth < 3 ? { cause: plainError(cause, depth + 1) } : {}),
  }
}
