import { safeLine } from '../../../safe-text.ts'
import { type CommonOptions, openSession } from '../../../session.ts'
import { printTable } from '../../../table.ts'
import { printJson } from '../../../terminal.ts'
import { blockTypeJson } from '../block-json.ts'
import { type BlockTypeRow, TYPES } from '../documents.ts'

/** `weir block type ls`. */
export async function execute(_: string[], options: CommonOptions): Promise<void> {
  const { client, json } = openSession(options)
  const { blockTypes } = await client.ask(TYPES, {})
  if (json) return printJson(blockTypes.map(blockTypeJson))
  printTable<BlockTypeRow>(
    [
      { title: 'TYPE', value: (row) => safeLine(row.slug) },
      { title: 'FIELDS', value: (row) => safeLine(Object.keys(row.schema.properties ?? {}).join(', ')), shrinks: true },
      { title: 'SECRET', value: (row) => safeLine(row.secretFields.join(', ')), shrinks: true },
      { title: 'DESCRIPTION', value: (row) => safeLine(row.description ?? ''), shrinks: true },
    ],
    blockTypes,
  )
}
