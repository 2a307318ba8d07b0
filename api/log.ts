/** One JSON line per happening. Errors are written with name, message, code and stack; values under names that promise a secret never are. */

type LogFields = Record<string, unknown>

export interface Log {
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  error(message: string, fields?: LogFields): void
  /** The same log with more fields on every line. */
  with(fields: LogFields): Log
}

const SECRET = /authorization|cookie|secret|token|password|^key$|connection/i

/** A log that writes to `write` (the console by default); `fields` stand on every line. */
export function makeLog(
  fields: LogFields = {},
  write: (level: 'info' | 'warn' | 'error', line: string) => void = (level, line) => console[level](line),
): Log {
  const at =
    (level: 'info' | 'warn' | 'error') =>
    (message: string, more: LogFields = {}) => {
      write(level, JSON.stringify({ time: new Date().toISOString(), level, message, ...plain({ ...fields, ...more }) }))
    }
  return { info: at('info'), warn: at('warn'), error: at('error'), with: (more) => makeLog({ ...fields, ...more }, write) }
}

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
