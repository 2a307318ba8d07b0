import { hintWhenThere, successOf } from '../../read-result.ts'
import { safeLine } from '../../safe-text.ts'
import { openSession } from '../../session.ts'
import { print, printJson } from '../../terminal.ts'
import { blockJson } from './block-json.ts'
import { CREATE } from './documents.ts'
import { findBlockType, readBlockName } from './find-block.ts'
import { type DataOptions, readData } from './read-data.ts'

/** `weir block create TYPE/NAME`. */
export async function execute([wanted]: [string], options: DataOptions): Promise<void> {
  const { client, json } = openSession(options)
  const { type: slug, name } = readBlockName(wanted)
  const type = await findBlockType(client, slug)
  const needed = type.secretFields.filter((field) => type.schema.required?.includes(field))
  const data = await readData(options, type, needed)
  const made = (await client.ask(CREATE, { input: { type: slug, name, data } })).createBlock
  const { block } = successOf(hintWhenThere(made, `Change it: weir block update ${slug}/${name}`))
  if (json) return printJson(blockJson(block))
  print(`Created block ${safeLine(block.fullName)}.`)
}
