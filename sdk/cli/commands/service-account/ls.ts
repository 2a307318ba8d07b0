import { readAll } from '../../read-all.ts'
import { safeLine } from '../../safe-text.ts'
import { type CommonOptions, openSession } from '../../session.ts'
import { showAgo } from '../../show-time.ts'
import { printTable } from '../../table.ts'
import { printJson, say } from '../../terminal.ts'
import { LIST } from './documents.ts'
import { serviceAccountJson } from './service-account-json.ts'

/** `weir service-account ls`. */
export async function execute(_: string[], options: CommonOptions): Promise<void> {
  const { client, json } = openSession(options)
  const rows = (await readAll(async (after) => (await client.ask(LIST, { after })).serviceAccounts)).map(serviceAccountJson)
  if (json) return printJson(rows)
  if (rows.length === 0) return say('No service account yet. Make one: weir service-account create NAME --role editor')
  printTable<(typeof rows)[number]>(
    [
      { title: 'NAME', value: (row) => safeLine(row.name) },
      { title: 'ROLE', value: (row) => row.role.toLowerCase() },
      { title: 'ACTIVE KEYS', value: (row) => String(row.activeKeys), right: true },
      { title: 'CREATED', value: (row) => showAgo(row.createdAt) },
      { title: 'DESCRIPTION', value: (row) => safeLine(row.description ?? ''), shrinks: true },
    ],
    rows,
  )
}
