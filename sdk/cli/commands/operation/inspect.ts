import { printDetails } from '../../details.ts'
import { safeLine } from '../../safe-text.ts'
import { type CommonOptions, openSession } from '../../session.ts'
import { showAgo, showInstant } from '../../show-time.ts'
import { printJson } from '../../terminal.ts'
import { findOperation } from './find-operation.ts'
import { operationJson } from './operation-json.ts'
import { sayRefusals, stateOf, verbOf } from './show-operation.ts'

/** `weir operation inspect ID`. */
export async function execute([wanted]: [string], options: CommonOptions): Promise<void> {
  const { client, json } = openSession(options)
  const operation = await findOperation(client, wanted)
  if (json) return printJson(operationJson(operation))
  const { uuid, totalCount, processedCount, changedCount, unchangedCount, refusedCount, createdAt, createdBy, endedAt } = operation
  printDetails(`${verbOf(operation)} ${totalCount} flow runs`, [
    ['id', uuid],
    ['state', stateOf(operation)],
    ['met', `${processedCount} of ${totalCount}`],
    ['changed', String(changedCount)],
    ['so already, or gone', unchangedCount > 0 && String(unchangedCount)],
    ['left as they are', refusedCount > 0 && String(refusedCount)],
    ['begun', `${showInstant(createdAt)}, ${showAgo(createdAt)}, by ${safeLine(createdBy)}`],
    ['ended', showInstant(endedAt)],
  ])
  sayRefusals(operation)
}
