import { rawId } from '../../raw-id.ts'
import { safeLine, safeText } from '../../safe-text.ts'
import { showStack } from '../../show-stack.ts'
import { showClock } from '../../show-time.ts'
import { print, printJsonLine, style } from '../../terminal.ts'
import type { LogRow } from './documents.ts'

const STYLES = { DEBUG: 'dim', INFO: 'cyan', WARN: 'yellow', ERROR: 'red' } as const

/** Below the level's column. */
const INDENT = `\n${' '.repeat(21)}`

/** One log line, with the task run that said it; further lines of its message, and the stacks of errors among its fields, are indented below it. With `json`, one object a line. */
export function showLog(log: LogRow, json: boolean): void {
  if (json) {
    const { time, level, message, fields, source, taskRunId, taskRunName } = log
    printJsonLine({ event: 'log', time, level, message, fields, source, taskRunId: taskRunId === null ? null : rawId(taskRunId), taskRunName })
    return
  }
  const level = style(STYLES[log.level as keyof typeof STYLES] ?? 'dim', log.level.padEnd(5))
  const stacks: string[] = []
  const withoutStack = (key: string, value: unknown): unknown => {
    if (key !== 'stack' || typeof value !== 'string') return value
    stacks.push(showStack(value))
    return undefined
  }
  const fields = log.fields && Object.keys(log.fields).length > 0 ? ` ${style('dim', safeText(JSON.stringify(log.fields, withoutStack)))}` : ''
  const below = stacks.map((stack) => `${INDENT}${stack.replaceAll('\n', INDENT)}`).join('')
  const from = log.taskRunName === null ? '' : style('dim', `${safeLine(log.taskRunName)} › `)
  print(`${style('dim', showClock(log.time))}  ${level}  ${from}${safeText(log.message).replaceAll('\n', INDENT)}${fields}${below}`)
}
