import { readAll } from '../../read-all.ts'
import { safeLine } from '../../safe-text.ts'
import { type CommonOptions, openSession } from '../../session.ts'
import { showAgo } from '../../show-time.ts'
import { printTable } from '../../table.ts'
import { printJson, say } from '../../terminal.ts'
import { LIST, type SecretRow } from './documents.ts'
import { secretJson } from './secret-json.ts'

/** `weir secret ls`. */
export async function execute(_: string[], options: CommonOptions): Promise<void> {
  const { client, json } = openSession(options)
  const rows = await readAll(async (after) => (await client.ask(LIST, { after })).blocks)
  if (json) return printJson(rows.map(secretJson))
  if (rows.length === 0) return say('No secret yet. Make one: weir secret set NAME')
  printTable<SecretRow>(
    [
      { title: 'NAME', value: (row) => safeLine(row.name) },
      { title: 'UPDATED', value: (row) => showAgo(row.updatedAt) },
      { title: 'BY', value: (row) => safeLine(row.updatedBy ?? ''), shrinks: true },
    ],
    rows,
  )
}
