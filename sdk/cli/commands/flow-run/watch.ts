import { type CommonOptions, openSession } from '../../session.ts'
import { findFlowRun } from './find-flow-run.ts'
import { followFlowRun } from './follow-flow-run.ts'

/** `weir flow-run watch ID`: states and logs until it is over; exit code 1 unless it completed. */
export async function execute([wanted]: string[], options: CommonOptions): Promise<number> {
  const { client, json } = openSession(options)
  return followFlowRun(client, await findFlowRun(client, wanted as string), json)
}
