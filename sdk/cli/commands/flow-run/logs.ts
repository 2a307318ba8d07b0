import { LOG_LEVELS } from '../../../../core/protocol/reports.ts'
import { type CommonOptions, openSession } from '../../session.ts'
import { say, styleError } from '../../terminal.ts'
import { FOLLOW_LOGS } from './documents.ts'
import { findFlowRun } from './find-flow-run.ts'
import { mergeStreams, streamOf } from './merge-streams.ts'
import { printLogs } from './print-logs.ts'
import { readLevel } from './read-level.ts'
import { showLog } from './show-log.ts'

interface Options extends CommonOptions {
  follow?: boolean
  level?: string
}

/** `weir flow-run logs ID`: all lines, oldest first; with `--follow` until the run is over. */
export async function execute([wanted]: string[], options: Options): Promise<void> {
  const { client, json } = openSession(options)
  const level = readLevel(options.level)
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
    const lines = mergeStreams()
    try {
      for await (const { logs: message } of messages) {
        for (const log of message.logs) if (shown(log.level)) lines.add(streamOf(log), log.time, () => showLog(log, json))
        if (message.complete) return
      }
    } finally {
      lines.close()
    }
    return
  }
  await printLogs(client, id, level === undefined ? {} : { level }, json)
}
