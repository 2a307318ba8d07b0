import { readAll } from '../../read-all.ts'
import { safeLine } from '../../safe-text.ts'
import { type CommonOptions, openSession } from '../../session.ts'
import { showAgo } from '../../show-time.ts'
import { printTable } from '../../table.ts'
import { printJson, say } from '../../terminal.ts'
import { blockJson } from './block-json.ts'
import { type BlockRow, LIST } from './documents.ts'

/** `weir block ls`. */
export async function execute(_: string[], options: CommonOptions & { type?: string }): Promise<void> {
  const { client, json } = openSession(options)
  const filter = options.type === undefined ? null : { type: { equals: options.type } }
  const rows = await readAll(async (after) => (await client.ask(LIST, { after, filter })).blocks)
  if (json) return printJson(rows.map(blockJson))
  if (rows.length === 0)
    return say(filter ? 'No block is of this type.' : 'No block yet. Make one: weir block create TYPE/NAME, or weir secret set NAME')
  printTable<BlockRow>(
    [
      { title: 'BLOCK', value: (row) => safeLine(row.fullName) },
      { title: 'DATA', value: (row) => safeLine(JSON.stringify(row.data)), shrinks: true },
      { title: 'UPDATED', value: (row) => showAgo(row.updatedAt) },
    ],
    rows,
  )
}
