import { wrongUse } from '../../failure.ts'
import { successOf } from '../../read-result.ts'
import { safeLine } from '../../safe-text.ts'
import { openSession } from '../../session.ts'
import { print, printJson } from '../../terminal.ts'
import { blockJson } from './block-json.ts'
import { UPDATE } from './documents.ts'
import { findBlock, findBlockType } from './find-block.ts'
import { type DataOptions, readData } from './read-data.ts'

/** `weir block update TYPE/NAME`. */
export async function execute([wanted]: [string], options: DataOptions & { name?: string }): Promise<void> {
  const { client, json } = openSession(options)
  const before = await findBlock(client, wanted)
  const given = await readData(options, await findBlockType(client, before.typeSlug))
  if (options.name === undefined && Object.keys(given).length === 0)
    throw wrongUse('NOTHING_TO_CHANGE', 'Nothing was named that is to be different.', 'Use --set, --secret, --from-env, --data or --name.')
  // What is shown as ******** stays as it is.
  const input = { id: before.uuid, ...(options.name === undefined ? {} : { name: options.name }), data: { ...before.data, ...given } }
  const { block } = successOf((await client.ask(UPDATE, { input })).updateBlock)
  if (json) return printJson(blockJson(block))
  print(`Changed block ${safeLine(block.fullName)}.`)
}
