/**
 * A run that starts by itself, without a worker (a script): written RUNNING at epoch 1 with its runner as holder. No pool, no slots.
 * Its flow is made if nobody has named it yet. The SQL is the function `start_flow_run` of db/migrations.
 */
import { sql } from 'drizzle-orm'
import { formatInstant, type Instant } from '../../core/instant.ts'
import type { JsonObject } from '../../core/json-value.ts'
import type { State } from '../../core/states.ts'
import { instantOf, jsonb, type Statement, sqlStatement } from '../statement.ts'
import { stateRow } from './state-row.ts'

export interface StartedRun {
  /** Made by the client. */
  id: string
  /** Id of the flow, should the name be new. */
  flowId: string
  flowName: string
  name: string
  parameters: JsonObject
  tags: string[]
  createdAt: Instant
  createdBy: string | null
  /** RUNNING. */
  state: State
}

export interface StartFlowRunResult {
  now: Instant
  /** The id was there already: nothing was written. */
  existed: boolean
  /** The state the run has now; the given one unless it existed. */
  stateId: string
  epoch: number
}

/** Idempotent by id. */
export const startFlowRun = (run: StartedRun): Statement<StartFlowRunResult> =>
  sqlStatement<{ now: string; existed: boolean; state_id: string; epoch: number }, StartFlowRunResult>(
    (workspaceId) =>
      sql`select * from start_flow_run(${workspaceId}::uuid, ${jsonb({
        id: run.id,
        flow_id: run.flowId,
        flow_name: run.flowName,
        name: run.name,
        parameters: run.parameters,
        tags: [...new Set(run.tags)],
        created_at: formatInstant(run.createdAt),
        created_by: run.createdBy,
        state: stateRow(run.state),
      })})`,
    ([row]) => {
      if (!row) throw new Error('start_flow_run answered without a row')
      return { now: instantOf(row.now), existed: row.existed, stateId: row.state_id, epoch: row.epoch }
    },
  )
