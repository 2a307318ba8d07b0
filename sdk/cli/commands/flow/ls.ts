import { readAll } from '../../read-all.ts'
import { safeLine } from '../../safe-text.ts'
import { type CommonOptions, openSession } from '../../session.ts'
import { showAgo } from '../../show-time.ts'
import { printTable } from '../../table.ts'
import { printJson, say } from '../../terminal.ts'
import { type FlowRow, LIST } from './documents.ts'
import { flowJson } from './flow-json.ts'

/** `weir flow ls`. */
export async function execute(_: string[], options: CommonOptions): Promise<void> {
  const { client, json } = openSession(options)
  const rows = await readAll(async (after) => (await client.ask(LIST, { after })).flows)
  if (json) return printJson(rows.map(flowJson))
  if (rows.length === 0) return say('No flow yet. Run one here (weir run FILE:EXPORT), or deploy it: weir deploy FILE:EXPORT --name NAME --pool POOL')
  printTable<FlowRow>(
    [
      { title: 'NAME', value: (row) => safeLine(row.name) },
      {
        title: 'DEPLOYMENTS',
        value: (row) => safeLine(row.deployments.map(({ fullName }) => fullName.slice(row.name.length + 1)).join(', ')),
        shrinks: true,
      },
      { title: 'CREATED', value: (row) => showAgo(row.createdAt) },
    ],
    rows,
  )
}
