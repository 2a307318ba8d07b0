import { rawId } from '../../raw-id.ts'
import { safeLine } from '../../safe-text.ts'
import { say, styleError } from '../../terminal.ts'
import type { OperationRow } from './documents.ts'

/** `cancel`, `retry`, `delete`. */
export const verbOf = ({ kind }: OperationRow): string => kind.split('_')[0]?.toLowerCase() ?? kind

/** `running`, `stopping`, `completed`, `stopped`. */
export const stateOf = ({ state, isStopping }: OperationRow): string => (state === 'RUNNING' && isStopping ? 'stopping' : state.toLowerCase())

/** On stderr: what it had to leave as it is, and why. */
export function sayRefusals({ refusals, refusedCount }: OperationRow): void {
  for (const refusal of refusals) say(`${styleError('yellow', 'left')}: ${rawId(refusal.flowRunId)}  ${safeLine(refusal.message)}`)
  if (refusedCount > refusals.length) say(`… and ${refusedCount - refusals.length} more.`)
}
