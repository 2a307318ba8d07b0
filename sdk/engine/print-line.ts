/** How log lines look on a terminal. They go to stderr, so that what a flow prints itself can be piped. */
import type { JsonValue } from '../../core/json-value.ts'
import type { Print } from './flow-run-scope.ts'

const LEVELS = { debug: 'DEBUG', info: 'INFO ', warn: 'WARN ', error: 'ERROR' } as const
const COLORS = { debug: '2', info: '36', warn: '33', error: '31' } as const

/** `12:04:05.123 INFO  brave-otter › fetch-day-0  loaded  rows=120` */
export const printLine: Print = ({ level, message, fields, flowRun, taskRun, own }) => {
  const color = wantsColor()
  const paint = (code: string, text: string) => (color ? `\u001b[${code}m${text}\u001b[0m` : text)
  const where = [flowRun, taskRun].filter((name) => name !== null).join(' › ')
  const parts = [paint('2', wallTime()), paint(COLORS[level], LEVELS[level])]
  if (where !== '') parts.push(paint('2', where))
  parts.push(` ${own && level !== 'error' && level !== 'warn' ? paint('2', message) : message}`)
  if (fields)
    for (const [name, value] of Object.entries(fields))
      parts.push(` ${paint('2', `${name}=`)}${typeof value === 'string' ? value : (stackOf(value) ?? JSON.stringify(value))}`)
  process.stderr.write(`${parts.join(' ')}\n`)
}

/** An error is read as its stack, line by line. */
function stackOf(value: JsonValue | undefined): string | null {
  const { stack } = Object(value) as { stack?: unknown }
  return typeof stack === 'string' ? stack : null
}

function wallTime(): string {
  const date = new Date()
  const two = (value: number) => String(value).padStart(2, '0')
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${String(date.getMilliseconds()).padStart(3, '0')}`
}

/** NO_COLOR beats FORCE_COLOR beats what the terminal is. */
function wantsColor(): boolean {
  if (process.env['NO_COLOR']) return false
  if (process.env['FORCE_COLOR'] && process.env['FORCE_COLOR'] !== '0') return true
  return process.stderr.isTTY === true
}
