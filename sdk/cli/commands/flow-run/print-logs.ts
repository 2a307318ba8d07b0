import { wrongUse } from '../../failure.ts'
import type { GraphqlClient } from '../../graphql.ts'
import { type LogPage, LOGS } from './documents.ts'
import { mergeStreams, streamOf } from './merge-streams.ts'
import { showLog } from './show-log.ts'

/** Prints the lines of a run that are in the LogFilter, in the order in which they were said, as they come. Throws Failure. */
export async function printLogs(client: GraphqlClient, id: string, filter: Record<string, unknown>, json: boolean): Promise<void> {
  const lines = mergeStreams({ stored: true })
  for (let after: string | null = null; ; ) {
    const page: LogPage | null = (await client.ask(LOGS, { id, after, filter })).flowRun
    if (!page) throw wrongUse('NOT_FOUND', `There is no flow run ${id}.`, 'List them: weir flow-run ls')
    for (const log of page.logs.nodes) lines.add(streamOf(log), log.time, () => showLog(log, json))
    if (!page.logs.pageInfo.hasNextPage) return lines.close()
    after = page.logs.pageInfo.endCursor
  }
}
