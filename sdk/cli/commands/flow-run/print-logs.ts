import { wrongUse } from '../../failure.ts'
import type { GraphqlClient } from '../../graphql.ts'
import { type LogPage, LOGS } from './documents.ts'
import type { LogChoice } from './log-choice.ts'
import { mergeStreams, streamOf } from './merge-streams.ts'

/** Prints the lines of a run that were chosen, in the order in which they were said, as they come. Throws Failure. */
export async function printLogs(client: GraphqlClient, id: string, { filter, tail, begin, show }: LogChoice): Promise<void> {
  const lines = mergeStreams({ stored: true })
  begin()
  for (let after: string | null = null; ; ) {
    const piece: { first: number; after: string | null } | { last: number } = tail === undefined ? { first: 200, after } : { last: tail }
    const page: LogPage | null = (await client.ask(LOGS, { id, filter, ...piece })).flowRun
    if (!page) throw wrongUse('NOT_FOUND', `There is no flow run ${id}.`, 'List them: weir flow-run ls')
    for (const log of page.logs.nodes) lines.add(streamOf(log), log.time, () => show(log))
    if (!page.logs.pageInfo.hasNextPage || tail !== undefined) return lines.close()
    after = page.logs.pageInfo.endCursor
  }
}
