import { rawId } from '../../raw-id.ts'
import { MOST_ROWS, readUpTo } from '../../read-all.ts'
import { safeLine } from '../../safe-text.ts'
import { type CommonOptions, openSession, type Session } from '../../session.ts'
import { showAgo } from '../../show-time.ts'
import { printTable } from '../../table.ts'
import { printJson, say } from '../../terminal.ts'
import { findFlowRun } from '../flow-run/find-flow-run.ts'
import { artifactJson } from './artifact-json.ts'
import { type ArtifactRow, LIST, LIST_ALL } from './documents.ts'

interface Options extends CommonOptions {
  key?: string
  limit: number
}

type Row = ArtifactRow & { flowRunId: string }

/** `weir artifact ls [FLOW_RUN]`: of one run, oldest first; of all, newest first. */
export async function execute([flowRun]: string[], options: Options): Promise<void> {
  const session = openSession(options)
  const { rows, hasMore } = flowRun === undefined ? await readAllRuns(session, options) : await readOneRun(session, flowRun, options)
  if (session.json) return printJson(rows.map((row) => artifactJson(row, row.flowRunId)))
  if (rows.length === 0)
    return say(options.key !== undefined ? 'No artifact has this key.' : 'No artifact yet: a flow makes them, see docs/authoring.md.')
  printTable<Row>(
    [
      { title: 'ID', value: (row) => row.uuid },
      { title: 'KEY', value: (row) => safeLine(row.key ?? ''), shrinks: true },
      { title: 'TYPE', value: (row) => row.type.toLowerCase() },
      ...(flowRun === undefined ? [{ title: 'FLOW RUN', value: (row: Row) => row.flowRunId }] : []),
      { title: 'UPDATED', value: (row) => showAgo(row.updatedAt) },
      { title: 'DESCRIPTION', value: (row) => safeLine(row.description ?? ''), shrinks: true },
    ],
    rows,
  )
  if (hasMore) say(`The newest ${rows.length}. More: --limit ${Math.min(MOST_ROWS, Math.max(200, rows.length * 10))}`)
}

async function readAllRuns({ client }: Session, { key, limit }: Options): Promise<{ rows: Row[]; hasMore: boolean }> {
  const filter = key === undefined ? null : { key: { equals: key } }
  const { rows, last } = await readUpTo(limit, async (first, after) => (await client.ask(LIST_ALL, { first, after, filter })).artifacts)
  return { rows: rows.map((row) => ({ ...row, flowRunId: rawId(row.flowRunId) })), hasMore: last.pageInfo.hasNextPage }
}

async function readOneRun({ client }: Session, flowRun: string, { key, limit }: Options): Promise<{ rows: Row[]; hasMore: boolean }> {
  const flowRunId = await findFlowRun(client, flowRun)
  const all = (await client.ask(LIST, { id: flowRunId })).flowRun?.artifacts ?? []
  const wanted = all.filter((artifact) => key === undefined || artifact.key === key)
  return { rows: wanted.slice(0, limit).map((artifact) => ({ ...artifact, flowRunId })), hasMore: wanted.length > limit }
}
