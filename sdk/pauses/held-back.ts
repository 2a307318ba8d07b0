/** What a suspended run does not start any more. */
import { runScopes } from '../run-context.ts'
import { transactionScopes } from '../transactions/transaction-scope.ts'

/**
 * Whether the call at hand must not start, because its run is suspended here: a call of the flow's own function. What tasks, subflows and transactions call belongs
 * to what runs, and comes to its end. To be asked before each start: this is where a run suspends that somebody asked for its process.
 */
export function isHeldBack(): boolean {
  const scope = runScopes.getStore()
  if (!scope?.flowRun || scope.taskRun !== null || transactionScopes.getStore() !== undefined) return false
  const { record, pauses } = scope.flowRun
  return record.id === record.rootFlowRunId && pauses.leaves()
}

/** As people read it at what had been called already, and waited for its place. */
export const NOT_STARTED = 'Not started: its flow run is suspended, and calls it anew when it goes on'

/** What a call that is held back gives: nothing of the author's code goes on. */
export const neverSettles = (): Promise<never> => new Promise(() => {})
