import { successOf } from '../../read-result.ts'
import { safeLine } from '../../safe-text.ts'
import { type CommonOptions, openSession } from '../../session.ts'
import { print, printJson, showState } from '../../terminal.ts'
import { RETRY } from './documents.ts'
import { findFlowRun } from './find-flow-run.ts'
import { flowRunJson } from './flow-run-json.ts'
import { followFlowRun } from './follow-flow-run.ts'

interface Options extends CommonOptions {
  onLatest?: boolean
  watch?: boolean
}

/** `weir flow-run retry ID`: the same run once more, under a new epoch. */
export async function execute([wanted]: string[], options: Options): Promise<number | void> {
  const { client, json } = openSession(options)
  const id = await findFlowRun(client, wanted as string)
  const { flowRun } = successOf((await client.ask(RETRY, { id, onLatest: options.onLatest === true })).retryFlowRun)
  if (options.watch) return followFlowRun(client, id, json)
  if (json) return printJson(flowRunJson(flowRun))
  print(`${showState(flowRun.state)}  ${safeLine(flowRun.name)}`)
}
