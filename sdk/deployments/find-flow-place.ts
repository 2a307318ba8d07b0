/**
 * Where a flow lies: its file and the name it is exported under, told from the place where `flow(…)` or `.with(…)` was called. A worker imports it from there.
 * The file is read, not imported: it may be the very module that is running.
 */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { UsageError } from '../errors.ts'
import type { FlowHandle, FlowPlace } from '../engine/flow-handle.ts'
import { readEntrypoint } from '../runner/import-module.ts'

/** From what the author says, else what is known, else from the stack of the call that made the flow. Throws UsageError that says what to write. */
export function findFlowPlace({ name, place }: Pick<FlowHandle, 'name' | 'place'>, entrypoint?: string): FlowPlace {
  if (entrypoint !== undefined) return readEntrypoint(entrypoint, process.cwd())
  if ('exportName' in place) return place
  const call = callerOf(place)
  const exportName = call && exportedAs(call)
  if (!call || !exportName) {
    throw new UsageError(
      `it cannot be told what flow "${name}" is exported as${call ? ` (${call.file}:${call.line})` : ''}`,
      'Export it where it is made (export const etl = flow(…)), or say entrypoint: "flows/etl.ts:etl".',
    )
  }
  return { file: call.file, exportName }
}

interface Call {
  file: string
  line: number
  column: number
}

/** The first frame of the stack: the package's own were left out when it was taken. */
function callerOf(madeAt: Error): Call | null {
  const frame = madeAt.stack?.split('\n').find((line) => /^\s+at /.test(line))
  const found = frame && /\(?((?:file:\/\/|\/|[A-Za-z]:\\)[^()]*?)(?:\?[^()]*?)?:(\d+):(\d+)\)?$/.exec(frame)
  if (!found) return null
  const [, where = '', line, column] = found
  return { file: where.startsWith('file:') ? fileURLToPath(where) : resolve(where), line: Number(line), column: Number(column) }
}

/** What stands before the call: `export const etl = `. */
function exportedAs({ file, line, column }: Call): string | null {
  const lines = readSource(file)?.split('\n')
  if (!lines) return null
  const source = lines.join('\n')
  const before = [...lines.slice(Math.max(0, line - 6), line - 1), (lines[line - 1] ?? '').slice(0, column - 1)].join('\n')
  if (/\bexport\s+default\s+[\w$.]*$/.test(before)) return 'default'
  const name = /(?:^|[;\s])(?:const|let|var)\s+([A-Za-z_$][\w$]*)\s*(?::[^=;]*)?=\s*[\w$.]*$/.exec(before)?.[1]
  if (name === undefined) return null
  if (new RegExp(`\\bexport\\s+(?:const|let|var)\\s+${quoted(name)}\\b`).test(source)) return name
  for (const [, list = ''] of source.matchAll(/\bexport\s*\{([^}]*)\}(?!\s*from)/g)) {
    for (const part of list.split(',')) {
      const [own, shown = own] = part.trim().split(/\s+as\s+/)
      if (own === name && shown) return shown
    }
  }
  return new RegExp(`\\bexport\\s+default\\s+${quoted(name)}\\b`).test(source) ? 'default' : null
}

const quoted = (name: string): string => name.replaceAll('$', '\\$')

function readSource(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null
  }
}
