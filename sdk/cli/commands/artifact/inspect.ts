import { printDetails } from '../../details.ts'
import { safeLine, safeText } from '../../safe-text.ts'
import { type CommonOptions, openSession } from '../../session.ts'
import { showInstant } from '../../show-time.ts'
import { printTable } from '../../table.ts'
import { print, printJson, style } from '../../terminal.ts'
import { artifactJson } from './artifact-json.ts'
import type { ArtifactRow } from './documents.ts'
import { findArtifact } from './find-artifact.ts'

/** `weir artifact inspect FLOW_RUN ARTIFACT`: by key, id, or the last characters of the id. */
export async function execute([flowRun, wanted]: [string, string], options: CommonOptions): Promise<void> {
  const { client, json } = openSession(options)
  const artifact = await findArtifact(client, flowRun, wanted)
  if (json) return printJson(artifactJson(artifact, artifact.flowRunId))
  printDetails(style('bold', safeLine(artifact.key ?? artifact.uuid)), [
    ['Type', artifact.type.toLowerCase()],
    ['Id', artifact.uuid],
    ['Flow run', artifact.flowRunId],
    ['Description', safeLine(artifact.description ?? '')],
    ['Created', showInstant(artifact.createdAt)],
    ['Updated', showInstant(artifact.updatedAt)],
  ])
  print('')
  printData(artifact)
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
