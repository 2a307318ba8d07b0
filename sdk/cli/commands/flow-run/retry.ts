import { wrongUse } from '../../failure.ts'
import { successOf } from '../../read-result.ts'
import { safeLine } from '../../safe-text.ts'
import { openSession } from '../../session.ts'
import { print, printJson, showState } from '../../terminal.ts'
import { changeMany, type ManyOptions, readMany } from './change-many.ts'
import { PLACE, RETRY, RETRY_MANY } from './documents.ts'
import { findFlowRun } from './find-flow-run.ts'
import { flowRunJson } from './flow-run-json.ts'
import { followFlowRun } from './follow-flow-run.ts'

interface Options extends ManyOptions {
  onLatest?: boolean
  watch?: boolean
}

/**
 * `weir flow-run retry ID`: the same run once more, under a new epoch; or many, with a filter. Watched, it shows what comes from now on, not what earlier
 * attempts said.
 */
export async function execute([wanted]: string[], options: Options): Promise<number | void> {
  const session = openSession(options)
  const { client, json } = session
  const filter = readMany(wanted, options)
  const onLatest = options.onLatest === true
  if (filter && options.watch) throw wrongUse('WRONG_USE', '--watch shows one flow run.', 'Leave it out, or name the run.')
  if (filter)
    return changeMany(
      session,
      RETRY_MANY,
      { filter, onLatestVersion: onLatest },
      { dryRun: options.dryRun === true, verb: 'retry', done: 'queued again' },
    )
  const id = await findFlowRun(client, wanted as string)
  const before = options.watch ? (await client.ask(PLACE, { id })).flowRun : null
  const { flowRun } = successOf((await client.ask(RETRY, { id, onLatest })).retryFlowRun)
  if (options.watch) return followFlowRun(client, id, json, { state: before?.state.timestamp, log: before?.logs.pageInfo.endCursor })
  if (json) return printJson(flowRunJson(flowRun))
  print(`${showState(flowRun.state)}  ${safeLine(flowRun.name)}`)
}
