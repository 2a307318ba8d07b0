import { printDetails } from '../../details.ts'
import { safeLine } from '../../safe-text.ts'
import { type CommonOptions, openSession } from '../../session.ts'
import { showInstant } from '../../show-time.ts'
import { printJson, style } from '../../terminal.ts'
import { blockJson } from './block-json.ts'
import { findBlock } from './find-block.ts'

/** `weir block inspect TYPE/NAME`. */
export async function execute([wanted]: [string], options: CommonOptions): Promise<void> {
  const { client, json } = openSession(options)
  const block = await findBlock(client, wanted)
  if (json) return printJson(blockJson(block))
  printDetails(style('bold', safeLine(block.fullName)), [
    ...Object.entries(block.data).map(([field, value]): [string, string] => [
      safeLine(field),
      safeLine(typeof value === 'string' ? value : JSON.stringify(value)),
    ]),
    ['Id', block.uuid],
    ['Created', showInstant(block.createdAt)],
    ['Updated', `${showInstant(block.updatedAt)}${block.updatedBy ? ` by ${safeLine(block.updatedBy)}` : ''}`],
  ])
}
