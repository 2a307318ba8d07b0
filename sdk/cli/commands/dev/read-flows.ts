/**
 * What the files of a folder export, read in a process of its own: a module that was imported once cannot be imported anew, and what a file does at its top
 * level must not end `weir dev`.
 */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { type FlowHandle, flowHandle } from '../../../engine/flow-handle.ts'
import { flowParameterSchema } from '../../../deployments/parameter-schema.ts'
import { CannotLoadFlow, importModule } from '../../../runner/import-module.ts'
import { tellError } from '../../../engine/describe-error.ts'
import { weirProgram } from '../../package-files.ts'

/** A flow of a file: what its deployment needs. */
export interface FoundFlow {
  file: string
  exportName: string
  name: string
  description: string | null
  tags: string[]
  parameterSchema: Record<string, unknown> | null
}

/** One file: its flows, or why it cannot be read. */
export type ReadFile = { file: string; flows: FoundFlow[] } | { file: string; problem: string }

/** Before each line of ours, so that what a module prints while it is imported is told apart. */
const MARK = '\u0001weir '

/** Milliseconds for all files together. */
const PATIENCE = 60_000

/** One answer for each file, in their order. */
export async function readFlows(files: string[]): Promise<ReadFile[]> {
  if (files.length === 0) return []
  const ended = await promisify(execFile)(process.execPath, [weirProgram(), '__flows', ...files], {
    timeout: PATIENCE,
    maxBuffer: 64 * 1024 * 1024,
  }).catch((error: { stdout?: string; stderr?: string; message: string }) => ({
    stdout: error.stdout ?? '',
    stderr: error.stderr || error.message,
  }))
  const read = new Map(
    ended.stdout
      .split('\n')
      .filter((line) => line.startsWith(MARK))
      .map((line) => JSON.parse(line.slice(MARK.length)) as ReadFile)
      .map((one) => [one.file, one]),
  )
  return files.map((file) => read.get(file) ?? { file, problem: `reading it ended: ${ended.stderr.trim().split('\n').slice(-3).join(' ')}` })
}

/** `weir __flows FILE…`: the other side. One line of JSON for each file. */
export async function printFlows(files: string[]): Promise<void> {
  for (const file of files) process.stdout.write(`${MARK}${JSON.stringify(await readFile(file))}\n`)
  process.exit(0)
}

async function readFile(file: string): Promise<ReadFile> {
  try {
    const module = await importModule(file, file)
    const flows: FoundFlow[] = []
    const seen = new Set<FlowHandle>()
    for (const exportName of Object.keys(module)) {
      const handle = flowHandle(module[exportName])
      // `export default etl` beside `export const etl` is one flow.
      if (!handle || seen.has(handle)) continue
      seen.add(handle)
      const { name, description, tags } = handle
      flows.push({ file, exportName, name, description, tags: [...tags], parameterSchema: flowParameterSchema(handle) })
    }
    return { file, flows }
  } catch (error) {
    const cause = error instanceof CannotLoadFlow && error.cause instanceof Error ? error.cause : error
    const frame = cause instanceof Error ? cause.stack?.split('\n').find((line) => /^\s+at /.test(line) && line.includes(file)) : undefined
    const told = error instanceof CannotLoadFlow ? error.message.replace(`cannot load ${file}: `, '') : tellError(error)
    return { file, problem: `${told}${frame ? `\n  ${frame.trim()}` : ''}` }
  }
}
