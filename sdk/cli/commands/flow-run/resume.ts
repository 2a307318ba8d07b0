import { successOf } from '../../read-result.ts'
import { safeLine } from '../../safe-text.ts'
import { type CommonOptions, openSession } from '../../session.ts'
import { print, printJson, showState } from '../../terminal.ts'
import { RESUME } from './documents.ts'
import { findFlowRun } from './find-flow-run.ts'
import { flowRunJson } from './flow-run-json.ts'

/** `weir flow-run resume ID`: the run goes on, at its own time when that is still to come. */
export async function execute([wanted]: string[], options: CommonOptions): Promise<void> {
  const { client, json } = openSession(options)
  const id = await findFlowRun(client, wanted as string)
  const { flowRun } = successOf((await client.ask(RESUME, { id })).resumeFlowRun)
  if (json) return printJson(flowRunJson(flowRun))
  print(`${showState(flowRun.state)}  ${safeLine(flowRun.name)}`)
}
