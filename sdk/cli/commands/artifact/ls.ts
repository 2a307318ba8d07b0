import { safeLine } from '../../safe-text.ts'
import { type CommonOptions, openSession } from '../../session.ts'
import { showAgo } from '../../show-time.ts'
import { printTable } from '../../table.ts'
import { printJson, say } from '../../terminal.ts'
import { findFlowRun } from '../flow-run/find-flow-run.ts'
import { artifactJson } from './artifact-json.ts'
import { type ArtifactRow, LIST } from './documents.ts'

/** `weir artifact ls FLOW_RUN`: oldest first. */
export async function execute([flowRun]: [string], options: CommonOptions): Promise<void> {
  const { client, json } = openSession(options)
  const id = await findFlowRun(client, flowRun)
  const artifacts = (await client.ask(LIST, { id })).flowRun?.artifacts ?? []
  if (json) return printJson(artifacts.map((artifact) => artifactJson(artifact, id)))
  if (artifacts.length === 0) return say('This flow run has no artifacts.')
  printTable<ArtifactRow>(
    [
      { title: 'ID', value: (artifact) => artifact.uuid },
      { title: 'KEY', value: (artifact) => safeLine(artifact.key ?? ''), shrinks: true },
      { title: 'TYPE', value: (artifact) => artifact.type.toLowerCase() },
      { title: 'UPDATED', value: (artifact) => showAgo(artifact.updatedAt) },
      { title: 'DESCRIPTION', value: (artifact) => safeLine(artifact.description ?? ''), shrinks: true },
    ],
    artifacts,
  )
}
