import type { Session } from '../../session.ts'
import { onInterrupt, say, styleError } from '../../terminal.ts'
import { OPERATION, type OperationRow } from './documents.ts'

/** Milliseconds between two looks at an operation. */
const LOOK = 300

/** Looks until it is over, and answers what it was then. An interrupt ends the looking, not the operation. */
export async function followOperation(
  client: Session['client'],
  operation: OperationRow,
  onprogress: (operation: OperationRow) => void = () => {},
): Promise<OperationRow> {
  const forget = onInterrupt(() => say(styleError('dim', `\nNot watched any more; operation ${operation.uuid} goes on.`)))
  let last = operation
  while (last.state === 'RUNNING') {
    await new Promise((resolve) => setTimeout(resolve, LOOK))
    const before = last.processedCount
    last = (await client.ask(OPERATION, { id: operation.uuid })).operation ?? { ...last, state: 'STOPPED' }
    if (last.processedCount !== before) onprogress(last)
  }
  forget()
  return last
}
