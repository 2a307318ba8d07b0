import { printDetails } from '../../../details.ts'
import { safeLine } from '../../../safe-text.ts'
import { type CommonOptions, openSession } from '../../../session.ts'
import { print, printJson, style } from '../../../terminal.ts'
import { blockTypeJson } from '../block-json.ts'
import { findBlockType } from '../find-block.ts'

/** `weir block type inspect SLUG`. */
export async function execute([wanted]: [string], options: CommonOptions): Promise<void> {
  const { client, json } = openSession(options)
  const type = await findBlockType(client, wanted)
  if (json) return printJson(blockTypeJson(type))
  printDetails(style('bold', safeLine(type.slug)), [
    ['Name', safeLine(type.name)],
    ['Description', safeLine(type.description ?? '')],
    ['Secret', safeLine(type.secretFields.join(', '))],
    ['Id', type.uuid],
    ['Registered', type.isBuiltIn ? 'built in' : safeLine(type.updatedBy ?? '')],
  ])
  print(JSON.stringify(type.schema, null, 2))
}
