/** The columns of a run that rules and guards ask for, as one json object, and back into `FlowRunFacts`. */
import { type SQL, sql } from 'drizzle-orm'
import type { FlowRunFacts, Holder } from '../../../core/flow-run.ts'
import type { RetryPolicy } from '../../../core/retry-policy.ts'
import type { StateDetails, StateType } from '../../../core/states.ts'
import { instantOf, instantOrNull } from '../../statement.ts'

export interface FlowRunFactsRow {
  id: string
  workspace_id: string
  state_id: string
  state_type: StateType
  state_name: string
  state_message: string | null
  state_timestamp: string
  state_details: StateDetails
  epoch: number
  last_n: number
  holder_kind: 'worker' | 'runner' | null
  holder_session_id: string | null
  heard_at: string | null
  claimed_at: string | null
  clock_shift: number | null
  run_count: number
  deployment_id: string | null
  work_pool_id: string | null
  work_pool_type: string | null
  root_flow_run_id: string | null
  start_time: string | null
  retries: RetryPolicy
  retry_on_crash: number
  on_contact_lost: 'continue' | 'stop'
  start_again: boolean
}

/** To stand in a select list; `alias` is the run's table alias. */
export const flowRunFactsColumns = (alias = 'flow_runs'): SQL =>
  sql.raw(
    [
      'id, workspace_id, state_id, state_type, state_name, state_message, state_timestamp, state_details, epoch, last_n, holder_kind, holder_session_id',
      'heard_at, claimed_at, clock_shift, run_count, deployment_id, work_pool_id, work_pool_type, root_flow_run_id, start_time, retries, retry_on_crash',
      'on_contact_lost, start_again',
    ]
      .flatMap((line) => line.split(', '))
      .map((column) => `${alias}.${column}`)
      .join(', '),
  )

export const flowRunFactsOf = (row: FlowRunFactsRow): FlowRunFacts => ({
  id: row.id,
  workspaceId: row.workspace_id,
  state: {
    id: row.state_id,
    type: row.state_type,
    name: row.state_name,
    timestamp: instantOf(row.state_timestamp),
    message: row.state_message,
    details: row.state_details,
  },
  epoch: row.epoch,
  lastN: row.last_n,
  holder: holderOf(row),
  heardAt: instantOrNull(row.heard_at),
  claimedAt: instantOrNull(row.claimed_at),
  clockShift: row.clock_shift,
  runCount: row.run_count,
  deploymentId: row.deployment_id,
  workPoolId: row.work_pool_id,
  workPoolType: row.work_pool_type,
  rootFlowRunId: row.root_flow_run_id,
  startTime: instantOrNull(row.start_time),
  policy: { retries: row.retries, retryOnCrash: row.retry_on_crash, onContactLost: row.on_contact_lost, startAgain: row.start_again },
})

function holderOf(row: FlowRunFactsRow): Holder | null {
  if (row.holder_kind === null) return null
  return row.holder_kind === 'worker' ? { kind: 'worker', sessionId: row.holder_session_id as string } : { kind: 'runner' }
}
