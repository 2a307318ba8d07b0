import { successOf } from '../../read-result.ts'
import { type CommonOptions, openSession } from '../../session.ts'
import { print, printJson } from '../../terminal.ts'
import { STOP } from './documents.ts'
import { findOperation } from './find-operation.ts'
import { operationJson } from './operation-json.ts'
import { stateOf } from './show-operation.ts'

/** `weir operation cancel ID`: what is done stays done. One that is over stays as it is. */
export async function execute([wanted]: [string], options: CommonOptions): Promise<void> {
  const { client, json } = openSession(options)
  const { uuid } = await findOperation(client, wanted)
  const { operation } = successOf((await client.ask(STOP, { id: uuid })).stopOperation)
  if (json) return printJson(operationJson(operation))
  print(`It is ${stateOf(operation)}: ${operation.processedCount} of ${operation.totalCount} were met.`)
}
