/**
 * Writes decided changes of many runs in one statement: each run's change with all its facts, or nothing of it.
 * The guard (state id, epoch, report number, heard_at) is checked on the locked row. The SQL is the function `apply_changes` of db/migrations.
 */
import { sql } from 'drizzle-orm'
import type { FlowRunFacts } from '../../core/flow-run.ts'
import type { Instant } from '../../core/instant.ts'
import { FLOW_RUNS_TOPIC, flowRunTopic } from '../../core/topics.ts'
import { isListenedTo } from '../queries/changes/listened-topics.ts'
import { type FlowRunFactsRow, flowRunFactsOf } from '../queries/flow-runs/flow-run-facts.ts'
import { instantOf, instantOrNull, jsonb, type RawRow, type Statement, sqlStatement } from '../statement.ts'
import type { RunWrite } from './run-write.ts'
import { changesOf, payloadOf } from './run-write-payload.ts'

export interface Applied {
  /** The database's clock at the statement. */
  now: Instant
  /** Somebody listens to the list of runs. */
  isListListenedTo: boolean
  /** One for each write, in the same order. */
  runs: AppliedRun[]
}

export interface AppliedRun {
  flowRunId: string
  /** False: a guard did not hold and nothing was written; decide again from `facts`. */
  written: boolean
  /** The run as it stands now, written or not. Null: there is no such run. */
  facts: FlowRunFacts | null
  /** Somebody looks at it until then. */
  watchedUntil: Instant | null
  /** Whether the run's state changed, so that lists are to be rung too. */
  stateChanged: boolean
  /** Topics to ring: the names in core/topics.ts under which the statement wrote rows of `changes`. */
  topics: string[]
  /** A lease ended, or the run became claimable: ring its pool (`facts.workPoolId`), at `dueAt` if that lies ahead. */
  ringWorkPool: boolean
  /** When the run, now SCHEDULED and free, is due. */
  dueAt: Instant | null
  /** Limits that have a place again. */
  freedLimitIds: string[]
}

/** At most some hundred runs at a time, at least one. Two writes for the same run: only the first is written. */
export const applyChanges = (writes: readonly RunWrite[]): Statement<Applied> =>
  sqlStatement<AppliedRow, Applied>(
    (workspaceId) => sql`
      select applied.*, ${isListenedTo(workspaceId, FLOW_RUNS_TOPIC)} as is_list_listened_to
      from apply_changes(${workspaceId}::uuid, ${jsonb(payloadOf(writes))}) applied`,
    (rows) => {
      const byId = new Map(rows.map((row) => [row.id, row]))
      const firstOf = new Map(writes.map((write, index) => [write.change.flowRunId, index] as const).reverse())
      const runs = writes.map((write, index) => {
        const { flowRunId } = write.change
        return appliedRun(write, byId.get(flowRunId), firstOf.get(flowRunId) === index)
      })
      return { now: instantOf(rows[0]?.now), isListListenedTo: rows[0]?.is_list_listened_to === true, runs }
    },
  )

/** One for every run that was named, also for those that do not exist. */
type AppliedRow = RawRow & {
  now: string
  is_list_listened_to: boolean
  id: string
  written: boolean
  facts: FlowRunFactsRow | null
  watched_until: string | null
  ring_work_pool: boolean
  due_at: string | null
  freed_limit_ids: string[]
  /** Subflows that ended with the run. */
  ended_child_ids: string[]
}

function appliedRun(write: RunWrite, row: AppliedRow | undefined, isFirst: boolean): AppliedRun {
  const written = row?.written === true && isFirst
  return {
    flowRunId: write.change.flowRunId,
    written,
    facts: row?.facts ? flowRunFactsOf(row.facts) : null,
    watchedUntil: instantOrNull(row?.watched_until),
    stateChanged: written && write.change.states.length > 0,
    topics: written ? [...new Set([...changesOf(write).map((change) => change.topic), ...row.ended_child_ids.map(flowRunTopic)])] : [],
    ringWorkPool: written && row.ring_work_pool,
    dueAt: written ? instantOrNull(row.due_at) : null,
    freedLimitIds: written ? row.freed_limit_ids : [],
  }
}
