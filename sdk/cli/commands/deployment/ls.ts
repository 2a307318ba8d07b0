import { readAll } from '../../read-all.ts'
import { safeLine } from '../../safe-text.ts'
import { type CommonOptions, openSession } from '../../session.ts'
import { showAgo } from '../../show-time.ts'
import { printTable } from '../../table.ts'
import { printJson, say, style } from '../../terminal.ts'
import { deploymentJson } from './deployment-json.ts'
import { type DeploymentRow, LIST } from './documents.ts'

interface Options extends CommonOptions {
  flow?: string[]
  workPool?: string[]
  tag?: string[]
  paused?: boolean
}

/** `weir deployment ls`. */
export async function execute(_: string[], options: Options): Promise<void> {
  const { client, json } = openSession(options)
  const filter = {
    ...(options.flow ? { flow: { name: options.flow } } : {}),
    ...(options.workPool ? { workPool: { name: options.workPool } } : {}),
    ...(options.tag ? { tags: { all: options.tag } } : {}),
    ...(options.paused ? { isPaused: true } : {}),
  }
  const rows = await readAll(async (after) => (await client.ask(LIST, { first: 200, after, filter })).deployments)
  if (json) return printJson(rows.map(deploymentJson))
  if (rows.length === 0 && Object.keys(filter).length > 0) return say('No deployment matches.')
  if (rows.length === 0) return say('No deployment yet. Make one: weir deploy FILE:EXPORT --name NAME --pool POOL')
  printTable<DeploymentRow>(
    [
      { title: 'NAME', value: (row) => safeLine(row.fullName) },
      { title: 'WORK POOL', value: (row) => safeLine(row.workPool?.name ?? '') },
      { title: 'VERSION', value: (row) => String(row.version.number), right: true },
      { title: 'ENTRYPOINT', value: (row) => safeLine(row.version.entrypoint), shrinks: true },
      { title: 'UPDATED', value: (row) => showAgo(row.updatedAt) },
      { title: '', value: (row) => (row.isPaused ? style('yellow', '‖ paused') : '') },
    ],
    rows,
  )
}
