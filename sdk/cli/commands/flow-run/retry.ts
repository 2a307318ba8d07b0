import { wrongUse } from '../../failure.ts'
import { successOf } from '../../read-result.ts'
import { safeLine } from '../../safe-text.ts'
import { openSession, type Session } from '../../session.ts'
import { print, printJson, say, showState } from '../../terminal.ts'
import { changeMany, type ManyOptions, readMany } from './change-many.ts'
import { PLACE, RETRY, RETRY_MANY, RETRY_PREVIEW } from './documents.ts'
import { findFlowRun } from './find-flow-run.ts'
import { flowRunJson } from './flow-run-json.ts'
import { followFlowRun } from './follow-flow-run.ts'

interface Options extends ManyOptions {
  onLatest?: boolean
  fromTask?: string
  watch?: boolean
}

/**
 * `weir flow-run retry ID`: the same run once more, under a new epoch; or many, with a filter. Watched, it shows what comes from now on, not what earlier
 * attempts said.
 */
export async function execute([wanted]: string[], options: Options): Promise<number | void> {
  const session = openSession(options)
  const { client, json } = session
  const { fromTask } = options
  const filter = readMany(wanted, fromTask === undefined ? options : { ...options, dryRun: false })
  const onLatest = options.onLatest === true
  if (filter && fromTask !== undefined) throw wrongUse('WRONG_USE', '--from-task is of one flow run.', 'Leave it out, or name the run.')
  if (filter && options.watch) throw wrongUse('WRONG_USE', '--watch shows one flow run.', 'Leave it out, or name the run.')
  if (filter)
    return changeMany(
      session,
      RETRY_MANY,
      { filter, onLatestVersion: onLatest },
      { dryRun: options.dryRun === true, verb: 'retry', done: 'queued again' },
    )
  const id = await findFlowRun(client, wanted as string)
  if (fromTask !== undefined && options.dryRun) return preview(session, id, fromTask)
  const before = options.watch ? (await client.ask(PLACE, { id })).flowRun : null
  const { flowRun, reusedCount, againCount } = successOf((await client.ask(RETRY, { id, onLatest, fromTask })).retryFlowRun)
  if (reusedCount !== null && !json) say(`${taskRuns(reusedCount)} used again; ${againCount} that had finished run again.`)
  if (options.watch) return followFlowRun(client, id, json, { state: before?.state.timestamp, log: before?.logs.pageInfo.endCursor })
  if (json) return printJson(flowRunJson(flowRun))
  print(`${showState(flowRun.state)}  ${safeLine(flowRun.name)}`)
}

const taskRuns = (count: number): string => `${count} task run${count === 1 ? ' is' : 's are'}`

/** What a retry from the task would use again and run again; nothing is changed. */
async function preview({ client, json }: Session, id: string, fromTask: string): Promise<void> {
  const found = (await client.ask(RETRY_PREVIEW, { id, fromTask })).flowRun?.retryPreview
  if (!found) throw wrongUse('NOT_FOUND', 'The flow run is not there any more.')
  const { problem, reused, reusedCount, again, againCount } = found
  if (problem !== null) throw wrongUse('CONFLICT', safeLine(problem))
  if (json) return printJson({ reused, reusedCount, again, againCount })
  print(`Used again (${reusedCount}): ${listed(reused, reusedCount)}`)
  print(`Run again (${againCount}), besides what had not finished: ${listed(again, againCount)}`)
}

const listed = (names: readonly string[], count: number): string => {
  const shown = names.slice(0, 50).map(safeLine).join(', ')
  return `${shown === '' ? 'nothing' : shown}${count > 50 ? ` and ${count - 50} more` : ''}`
}
