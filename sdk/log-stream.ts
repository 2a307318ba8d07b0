/**
 * Where loggers of other packages write to: each line becomes a log line of the run that said it. Lines of JSON (pino, winston's json format, bunyan) keep their level
 * and their fields; any other line is an info line.
 *
 *     const log = pino(logStream())
 *     const log = winston.createLogger({ format: winston.format.json(), transports: [new winston.transports.Stream({ stream: logStream() })] })
 */
import { Writable } from 'node:stream'
import type { LogLevel } from '../core/protocol/reports.ts'
import { writeLog } from './logger.ts'
import { runScopes } from './run-context.ts'

/** What those loggers say of every line and the run's record knows anyway, or knows better. */
const KNOWN = new Set(['level', 'msg', 'message', 'time', 'timestamp', 'pid', 'hostname', 'v', 'name'])

/** Outside of runs lines go to the terminal, like those of `logger()`. Nothing is thrown for what it is given. */
export function logStream(): Writable {
  let rest = ''
  return new Writable({
    decodeStrings: false,
    write(chunk: string | Buffer, _encoding, done) {
      const lines = `${rest}${chunk}`.split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) writeLine(line)
      done()
    },
    final(done) {
      writeLine(rest)
      rest = ''
      done()
    },
  })
}

function writeLine(line: string): void {
  if (line.trim() === '') return
  const scope = runScopes.getStore()
  const said = readJson(line)
  if (!said) return writeLog(scope, 'info', line)
  const message = said['msg'] ?? said['message'] ?? ''
  const fields = Object.fromEntries(Object.entries(said).filter(([name]) => !KNOWN.has(name)))
  writeLog(
    scope,
    levelOf(said['level']),
    typeof message === 'string' ? message : JSON.stringify(message),
    Object.keys(fields).length > 0 ? fields : undefined,
  )
}

function readJson(line: string): Record<string, unknown> | null {
  if (!line.startsWith('{')) return null
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null
  } catch {
    return null
  }
}

/** Numbers as pino and bunyan have them (30 = info), words as everybody has them. */
function levelOf(level: unknown): LogLevel {
  if (typeof level === 'number') return level < 30 ? 'debug' : level < 40 ? 'info' : level < 50 ? 'warn' : 'error'
  const word = String(level).toLowerCase()
  if (['trace', 'debug', 'verbose', 'silly'].includes(word)) return 'debug'
  if (word.startsWith('warn')) return 'warn'
  return ['error', 'fatal', 'crit', 'critical', 'alert', 'emerg'].includes(word) ? 'error' : 'info'
}
