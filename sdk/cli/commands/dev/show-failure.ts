/** Where a task of a run failed: its name, and the line of the author's own file with those around it. */
import { readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { GraphqlClient } from '../../graphql.ts'
import { safeLine, safeText } from '../../safe-text.ts'
import { say, styleError } from '../../terminal.ts'
import { FAILED_TASK_RUNS } from './documents.ts'

/** Lines shown before and after. */
const AROUND = 2

/** Prints the failed task runs of a run, the first few, each with its source line. Nothing when none has failed. */
export async function showFailures(client: GraphqlClient, flowRunId: string, root: string): Promise<void> {
  const { flowRun } = await client.ask(FAILED_TASK_RUNS, { id: flowRunId })
  for (const { name, runCount, state } of flowRun?.taskRuns.nodes ?? []) {
    const frame = frameOf(state.error?.stack, root)
    const attempts = runCount > 1 ? ` after ${runCount} attempts` : ''
    say(
      `\n${styleError('red', `✕ ${safeLine(name)} failed${attempts}`)}${frame ? ` at ${relative(process.cwd(), frame.file)}:${frame.line}:${frame.column}` : ''}`,
    )
    if (state.error) say(`  ${safeText(`${state.error.name}: ${state.error.message}`)}`)
    if (frame) say(sourceAround(frame))
  }
}

interface Frame {
  file: string
  line: number
  column: number
}

/** The first frame of a stack that lies in this folder and in no package. */
export function frameOf(stack: string | null | undefined, root: string): Frame | null {
  for (const line of stack?.split('\n') ?? []) {
    const found = /^\s+at .*?\(?((?:file:\/\/)?(?:\/|[A-Za-z]:\\)[^()]*?):(\d+):(\d+)\)?$/.exec(line)
    if (!found) continue
    const [, where = '', row, column] = found
    const file = where.startsWith('file:') ? fileURLToPath(where) : where
    if (file.startsWith(root) && !file.slice(root.length).includes('node_modules')) return { file, line: Number(row), column: Number(column) }
  }
  return null
}

/** The line with a mark below its column, between its neighbours. Empty when the file cannot be read. */
export function sourceAround({ file, line, column }: Frame): string {
  let lines: string[]
  try {
    lines = readFileSync(file, 'utf8').split('\n')
  } catch {
    return ''
  }
  const first = Math.max(1, line - AROUND)
  const last = Math.min(lines.length, line + AROUND)
  const width = String(last).length
  const shown: string[] = []
  for (let number = first; number <= last; number++) {
    const text = safeText(lines[number - 1] ?? '')
    const isIt = number === line
    shown.push(
      `${isIt ? styleError('red', '>') : ' '} ${styleError('dim', `${String(number).padStart(width)} |`)} ${isIt ? text : styleError('dim', text)}`,
    )
    if (isIt) shown.push(`  ${' '.repeat(width)} ${styleError('dim', '|')} ${' '.repeat(Math.max(0, column - 1))}${styleError('red', '^')}`)
  }
  return shown.join('\n')
}
