import { successOf } from '../../read-result.ts'
import { safeLine } from '../../safe-text.ts'
import { openSession } from '../../session.ts'
import { print, printJson, showState } from '../../terminal.ts'
import { changeMany, type ManyOptions, readMany } from './change-many.ts'
import { CANCEL, CANCEL_MANY } from './documents.ts'
import { findFlowRun } from './find-flow-run.ts'
import { flowRunJson } from './flow-run-json.ts'

/** `weir flow-run cancel ID`, or with a filter. */
export async function execute([wanted]: string[], options: ManyOptions & { reason?: string }): Promise<number | void> {
  const session = openSession(options)
  const filter = readMany(wanted, options)
  const reason = options.reason ?? null
  if (filter) return changeMany(session, CANCEL_MANY, { filter, reason }, { dryRun: options.dryRun === true, verb: 'cancel', done: 'cancelled' })
  const id = await findFlowRun(session.client, wanted as string)
  const { flowRun } = successOf((await session.client.ask(CANCEL, { id, reason })).cancelFlowRun)
  if (session.json) return printJson(flowRunJson(flowRun))
  print(`${showState(flowRun.state)}  ${safeLine(flowRun.name)}`)
}
