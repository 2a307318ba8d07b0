import { printDetails } from '../../details.ts'
import { wrongUse } from '../../failure.ts'
import { notFound } from '../../not-found.ts'
import { safeLine, safeText } from '../../safe-text.ts'
import { type CommonOptions, openSession } from '../../session.ts'
import { showInstant } from '../../show-time.ts'
import { printTable } from '../../table.ts'
import { print, printJson, style } from '../../terminal.ts'
import { findFlowRun } from '../flow-run/find-flow-run.ts'
import { artifactJson } from './artifact-json.ts'
import { type ArtifactRow, LIST } from './documents.ts'

/** `weir artifact inspect FLOW_RUN ARTIFACT`: by key, id, or the last characters of the id. */
export async function execute([flowRun, wanted]: [string, string], options: CommonOptions): Promise<void> {
  const { client, json } = openSession(options)
  const id = await findFlowRun(client, flowRun)
  const artifact = choose((await client.ask(LIST, { id })).flowRun?.artifacts ?? [], wanted, flowRun)
  if (json) return printJson(artifactJson(artifact, id))
  printDetails(style('bold', safeLine(artifact.key ?? artifact.uuid)), [
    ['Type', artifact.type.toLowerCase()],
    ['Id', artifact.uuid],
    ['Flow run', id],
    ['Description', safeLine(artifact.description ?? '')],
    ['Created', showInstant(artifact.createdAt)],
    ['Updated', showInstant(artifact.updatedAt)],
  ])
  print('')
  printData(artifact)
}

function choose(artifacts: ArtifactRow[], wanted: string, flowRun: string): ArtifactRow {
  const keyed = artifacts.filter(({ key }) => key === wanted)
  const meant = keyed.length > 0 ? keyed : wanted.length < 4 ? [] : artifacts.filter(({ uuid }) => uuid.endsWith(wanted.toLowerCase()))
  if (meant.length === 1) return meant[0] as ArtifactRow
  if (meant.length > 1)
    throw wrongUse('AMBIGUOUS', `${meant.length} artifacts of this flow run match "${wanted}".`, `Give the id of one, for example ${meant[0]?.uuid}`)
  throw notFound(
    'artifact of this flow run called',
    wanted,
    artifacts.flatMap(({ key }) => key ?? []),
    `List them: weir artifact ls ${flowRun}`,
  )
}

/** As it reads best in a terminal. */
function printData({ type, data }: ArtifactRow): void {
  const rows = type === 'TABLE' && Array.isArray(data) ? (data as Record<string, unknown>[]) : null
  if (rows && rows.length > 0) {
    const titles = [...new Set(rows.flatMap((row) => Object.keys(row)))]
    const show = (value: unknown) =>
      value === undefined || value === null ? '' : safeLine(typeof value === 'string' ? value : JSON.stringify(value))
    return printTable(
      titles.map((title) => ({ title: safeLine(title), value: (row: Record<string, unknown>) => show(row[title]), shrinks: true })),
      rows,
    )
  }
  if (type === 'PROGRESS' && typeof data === 'number') return print(`${data} %`)
  print(safeText(typeof data === 'string' ? data : JSON.stringify(data, null, 2)))
}
