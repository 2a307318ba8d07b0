import { readAll } from '../../read-all.ts'
import { safeLine } from '../../safe-text.ts'
import { type CommonOptions, openSession } from '../../session.ts'
import { showAgo } from '../../show-time.ts'
import { printTable } from '../../table.ts'
import { printJson, say } from '../../terminal.ts'
import { LIST, type VariableRow } from './documents.ts'
import { variableJson } from './variable-json.ts'

/** `weir variable ls`. */
export async function execute(_: string[], options: CommonOptions & { tag?: string[] }): Promise<void> {
  const { client, json } = openSession(options)
  const filter = options.tag ? { tags: { all: options.tag } } : null
  const rows = await readAll(async (after) => (await client.ask(LIST, { after, filter })).variables)
  if (json) return printJson(rows.map(variableJson))
  if (rows.length === 0) return say(filter ? 'No variable has these tags.' : 'No variable yet. Make one: weir variable set NAME VALUE')
  printTable<VariableRow>(
    [
      { title: 'NAME', value: (row) => safeLine(row.name) },
      { title: 'VALUE', value: (row) => safeLine(JSON.stringify(row.value)), shrinks: true },
      { title: 'TAGS', value: (row) => safeLine(row.tags.join(', ')), shrinks: true },
      { title: 'UPDATED', value: (row) => showAgo(row.updatedAt) },
    ],
    rows,
  )
}
