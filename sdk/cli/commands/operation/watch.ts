import { type CommonOptions, openSession } from '../../session.ts'
import { print, printJson, say } from '../../terminal.ts'
import type { OperationRow } from './documents.ts'
import { findOperation } from './find-operation.ts'
import { followOperation } from './follow-operation.ts'
import { operationJson } from './operation-json.ts'
import { sayRefusals, stateOf } from './show-operation.ts'

/** `weir operation watch ID`: until it is over. Answers the exit code: 1 when it was stopped, or a run had to be left as it is. */
export async function execute([wanted]: [string], options: CommonOptions): Promise<number> {
  const { client, json } = openSession(options)
  const found = await findOperation(client, wanted)
  const tell = ({ processedCount, totalCount }: OperationRow) => say(`${processedCount} of ${totalCount}`)
  if (!json && found.state === 'RUNNING') tell(found)
  const last = await followOperation(client, found, json ? () => {} : tell)
  if (json) printJson(operationJson(last))
  else {
    print(`It is ${stateOf(last)}: changed ${last.changedCount} of ${last.totalCount}.`)
    sayRefusals(last)
  }
  return last.state === 'COMPLETED' && last.refusedCount === 0 ? 0 : 1
}
