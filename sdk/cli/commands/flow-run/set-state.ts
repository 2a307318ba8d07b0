import { successOf } from '../../read-result.ts'
import { safeLine } from '../../safe-text.ts'
import { type CommonOptions, openSession } from '../../session.ts'
import { print, printJson, showState } from '../../terminal.ts'
import { SET_STATE } from './documents.ts'
import { findFlowRun } from './find-flow-run.ts'
import { flowRunJson } from './flow-run-json.ts'

interface Options extends CommonOptions {
  type: string
  name?: string
  message?: string
}

/** `weir flow-run set-state ID --type completed`: how the run has ended, whatever the record says. */
export async function execute([wanted]: string[], options: Options): Promise<void> {
  const { client, json } = openSession(options)
  const id = await findFlowRun(client, wanted as string)
  const input = { id, type: options.type.toUpperCase(), name: options.name ?? null, message: options.message ?? null }
  const { flowRun } = successOf((await client.ask(SET_STATE, { input })).setFlowRunState)
  if (json) return printJson(flowRunJson(flowRun))
  print(`${showState(flowRun.state)}  ${safeLine(flowRun.name)}`)
}
