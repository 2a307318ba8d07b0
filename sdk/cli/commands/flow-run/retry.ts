import { successOf } from '../../read-result.ts'
import { safeLine } from '../../safe-text.ts'
import { type CommonOptions, openSession } from '../../session.ts'
import { print, printJson, showState } from '../../terminal.ts'
import { PLACE, RETRY } from './documents.ts'
import { findFlowRun } from './find-flow-run.ts'
import { flowRunJson } from './flow-run-json.ts'
import { followFlowRun } from './follow-flow-run.ts'

interface Options extends CommonOptions {
  onLatest?: boolean
  watch?: boolean
}

/** `weir flow-run retry ID`: the same run once more, under a new epoch. Watched, it shows what comes from now on, not what earlier attempts said. */
export async function execute([wanted]: string[], options: Options): Promise<number | void> {
  const { client, json } = openSession(options)
  const id = await findFlowRun(client, wanted as string)
  const before = options.watch ? (await client.ask(PLACE, { id })).flowRun : null
  const { flowRun } = successOf((await client.ask(RETRY, { id, onLatest: options.onLatest === true })).retryFlowRun)
  if (options.watch) return followFlowRun(client, id, json, { state: before?.state.timestamp, log: before?.logs.pageInfo.endCursor })
  if (json) return printJson(flowRunJson(flowRun))
  print(`${showState(flowRun.state)}  ${safeLine(flowRun.name)}`)
}
