/** Makes, changes, empties and deletes named limits. The SQL is functions of db/migrations. */
import { sql } from 'drizzle-orm'
import { jsonb, type Statement, sqlStatement } from '../../statement.ts'
import type { Deed } from '../audit-rows/deed.ts'
import { namedDeed } from '../audit-rows/subject-name.ts'

interface NewConcurrencyLimit {
  id: string
  name: string
  max: number
  isActive: boolean
  slotDecayPerSecond: number | null
  by: string
}

/** False: there is one of this name. */
export const createConcurrencyLimit = (given: NewConcurrencyLimit, deed: Deed): Statement<boolean> =>
  sqlStatement<{ created: boolean }, boolean>(
    (workspaceId) => sql`select create_concurrency_limit(${workspaceId}::uuid, ${jsonb({ ...given, deed })}) as created`,
    ([row]) => row?.created ?? false,
  )

/** What is left out stays as it is. */
export interface ConcurrencyLimitChange {
  name?: string
  max?: number
  isActive?: boolean
  /** Null = none. */
  slotDecayPerSecond?: number | null
}

type Outcome = 'changed' | 'unchanged' | 'taken' | null

/** Null when there is no such limit; `taken`: another one has the new name. */
export const updateConcurrencyLimit = (id: string, change: ConcurrencyLimitChange & { by: string }, deed: Deed): Statement<Outcome> =>
  sqlStatement<{ outcome: Outcome }, Outcome>(
    (workspaceId) => sql`select update_concurrency_limit(${workspaceId}::uuid, ${id}::uuid, ${jsonb({ ...change, deed })}) as outcome`,
    ([row]) => row?.outcome ?? null,
  )

/** Takes slots away: of one lease (with everything that it holds), or null = of everybody. Answers how many leases are gone; null = no such limit. */
export const resetConcurrencyLimit = (id: string, leaseId: string | null, deed: Deed): Statement<number | null> =>
  sqlStatement<{ gone: number | null }, number | null>(
    (workspaceId) => sql`select reset_concurrency_limit(${workspaceId}::uuid, ${id}::uuid, ${leaseId}::uuid, ${jsonb(deed)}) as gone`,
    ([row]) => row?.gone ?? null,
  )

/** False when there is no such limit. Its slots go with it. */
export const deleteConcurrencyLimit = (id: string, deed: Deed): Statement<boolean> =>
  sqlStatement<{ deleted: boolean }, boolean>(
    (workspaceId) =>
      sql`select delete_concurrency_limit(${workspaceId}::uuid, ${id}::uuid, ${namedDeed(deed, 'concurrency-limits', workspaceId, id)}) as deleted`,
    ([row]) => row?.deleted ?? false,
  )
