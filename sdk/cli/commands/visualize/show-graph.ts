import { writeFileSync } from 'node:fs'
import { UsageError } from '../../../errors.ts'
import { drawSvg } from '../../../visualize/draw-svg.ts'
import { layOut } from '../../../visualize/lay-out.ts'
import { Definitions } from '../../../visualize/read-definitions.ts'
import { graphOf } from '../../../visualize/visualize.ts'
import { Failure, wrongUse } from '../../failure.ts'
import { readEntrypoint } from '../../load-flow.ts'
import { type CommonOptions, wantsJson } from '../../session.ts'
import { printJson, say } from '../../terminal.ts'

interface Options extends CommonOptions {
  out?: string
}

/** `weir visualize FILE:EXPORT`: reads the source, runs nothing. */
export async function execute([target]: string[], options: Options): Promise<void> {
  const json = wantsJson(options)
  const { file, exportName } = readEntrypoint(target as string)
  if (exportName === null) throw wrongUse('EXPORT_MISSING', `"${target}" names no flow.`, 'Expected FILE:EXPORT, for example flows/etl.ts:etl.')
  const graph = graphAt(file, exportName)
  const told = json ? null : drawSvg(layOut(graph))
  if (options.out === undefined) {
    if (told === null) return printJson(graph)
    process.stdout.write(told)
    return
  }
  try {
    writeFileSync(options.out, told ?? `${JSON.stringify(graph, null, 2)}\n`)
  } catch (error) {
    throw new Failure(3, 'NOT_WRITABLE', `${options.out} cannot be written: ${(error as Error).message}`)
  }
  say(`Wrote ${options.out}: ${graph.nodes.length} boxes.`)
}

function graphAt(file: string, exportName: string) {
  try {
    return graphOf({ file, exportName }, new Definitions(file).findExport(exportName)?.name ?? exportName)
  } catch (error) {
    if (error instanceof UsageError) throw wrongUse('NO_FLOW', error.message, error.hint)
    throw error
  }
}
