import { MOST_ROWS, readUpTo } from '../../read-all.ts'
import { readInstant } from '../../read-instant.ts'
import { safeLine } from '../../safe-text.ts'
import { type CommonOptions, openSession } from '../../session.ts'
import { showInstant } from '../../show-time.ts'
import { printTable } from '../../table.ts'
import { printJson, say } from '../../terminal.ts'
import { type AuditRow, LIST } from './documents.ts'

type Options = CommonOptions & { action?: string; actor?: string; subject?: string; since?: string; until?: string; limit: number }

/** `weir audit ls`. */
export async function execute(_: string[], options: Options): Promise<void> {
  const { client, json } = openSession(options)
  const { action, actor, subject, since, until, limit } = options
  const occurredAt = { ...(since === undefined ? {} : { after: readInstant(since) }), ...(until === undefined ? {} : { before: readInstant(until) }) }
  const parts = {
    ...(action === undefined ? {} : { action: { contains: action } }),
    ...(actor === undefined ? {} : { actor: { contains: actor } }),
    ...(subject === undefined ? {} : { subject: { contains: subject } }),
    ...(Object.keys(occurredAt).length === 0 ? {} : { occurredAt }),
  }
  const filter = Object.keys(parts).length === 0 ? null : parts
  const { rows, last } = await readUpTo(limit, async (first, after) => (await client.ask(LIST, { first, after, filter })).auditRows)
  if (json) return printJson(rows.map(({ uuid, ...row }) => ({ id: uuid, ...row })))
  if (rows.length === 0) return say(filter ? 'Nothing matches.' : 'Nothing has been done yet.')
  printTable<AuditRow>(
    [
      { title: 'WHEN', value: (row) => showInstant(row.occurredAt) },
      { title: 'WHAT', value: (row) => row.action },
      { title: 'WHO', value: (row) => safeLine(row.actor), shrinks: true },
      { title: 'TO WHAT', value: (row) => safeLine(row.subjectName ?? row.subject), shrinks: true },
      { title: 'DETAILS', value: (row) => safeLine(JSON.stringify(row.details)), shrinks: true },
    ],
    rows,
  )
  if (last.pageInfo.hasNextPage) say(`${rows.length} of ${last.totalCount}. More: --limit ${Math.min(MOST_ROWS, Math.max(200, rows.length * 10))}`)
}
