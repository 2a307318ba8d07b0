/** Asks for slots of named limits, gives them back, renews their leases. The SQL is the function `use_concurrency` of db/migrations. */
import { sql } from 'drizzle-orm'
import type { LimitFacts, SlotsProblem } from '../../../core/concurrency.ts'
import type { Instant } from '../../../core/instant.ts'
import type { ConcurrencyRequest, QueueAnswer, SlotsAsked } from '../../../core/protocol/concurrency.ts'
import { instantOf, jsonb, type Statement, sqlStatement } from '../../statement.ts'

export interface UseConcurrency extends Omit<ConcurrencyRequest, 'acquire'> {
  /** Speaks for this run alone; null = for everybody. */
  runner: { flowRunId: string; epoch: number } | null
  acquire: (SlotsAsked & { epoch: number | null })[]
  /** Milliseconds: life of a lease without a run, and of a place among those who wait. */
  life: number
  patience: number
}

/** `over`: the runner's run has another lease by now, or none. */
export type SlotsOutcome = { id: string } & (
  | { outcome: 'granted'; held: boolean; names: string[] }
  | { outcome: 'wait'; blocked: LimitFacts[] }
  | { outcome: 'refused'; problem: SlotsProblem }
  | { outcome: 'over' }
)

export interface ConcurrencyUsed {
  now: Instant
  gone: string[]
  /** In the order of asking. */
  acquired: SlotsOutcome[]
  queues: QueueAnswer[]
}

export const useConcurrency = (asked: UseConcurrency): Statement<ConcurrencyUsed> =>
  sqlStatement<{ now: string; answer: Omit<ConcurrencyUsed, 'now'> }, ConcurrencyUsed>(
    (workspaceId) => sql`select now, answer from use_concurrency(${workspaceId}::uuid, ${jsonb(asked)})`,
    ([row]) => {
      if (!row) throw new Error('use_concurrency answered without a row')
      return { now: instantOf(row.now), ...row.answer }
    },
  )
