import { LOG_LEVELS } from '../../../../core/protocol/reports.ts'
import { wrongUse } from '../../failure.ts'
import { type CommonOptions, openSession } from '../../session.ts'
import { say, styleError } from '../../terminal.ts'
import { FOLLOW_LOGS, type LogPage, LOGS } from './documents.ts'
import { findFlowRun } from './find-flow-run.ts'
import { showLog } from './show-log.ts'

interface Options extends CommonOptions {
  follow?: boolean
  level?: string
}

/** `weir flow-run logs ID`: all lines, oldest first; with `--follow` until the run is over. */
export async function execute([wanted]: string[], options: Options): Promise<void> {
  const { client, json } = openSession(options)
  const level = options.level?.toUpperCase()
  if (level !== undefined && !(LOG_LEVELS as readonly string[]).includes(level.toLowerCase())) {
    throw wrongUse('UNKNOWN_LEVEL', `There is no log level "${options.level}".`, `Known: ${LOG_LEVELS.join(', ')}.`)
  }
  const id = await findFlowRun(client, wanted as string)
  if (options.follow) {
    const shown = (one: string) =>
      level === undefined || LOG_LEVELS.indexOf(one.toLowerCase() as never) >= LOG_LEVELS.indexOf(level.toLowerCase() as never)
    const messages = client.follow(
      FOLLOW_LOGS,
      { id, after: null as string | null },
      {
        resume: (last, variables) => ({ ...variables, after: last.logs.cursor }),
        onGap: (reason) => say(styleError('dim', `… ${reason} Trying again.`)),
      },
    )
    for await (const { logs: message } of messages) {
      for (const log of message.logs) if (shown(log.level)) showLog(log, json)
      if (message.complete) return
    }
    return
  }
  for (let after: string | null = null; ; ) {
    const page: LogPage | null = (await client.ask(LOGS, { id, after, filter: level === undefined ? null : { level } })).flowRun
    if (!page) throw wrongUse('NOT_FOUND', `There is no flow run ${wanted}.`, 'List them: weir flow-run ls')
    for (const log of page.logs.nodes) showLog(log, json)
    if (!page.logs.pageInfo.hasNextPage) return
    after = page.logs.pageInfo.endCursor
  }
}
