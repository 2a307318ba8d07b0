/** What the concurrency-limit commands ask the API. Checked against api/schema.graphql by test/sdk/cli/documents.test.ts. */
import { deleteDocument } from '../../delete-thing.ts'
import { document } from '../../graphql.ts'
import type { Page } from '../../read-all.ts'
import { ERROR_FIELDS, type UnionError } from '../../read-result.ts'

/** A limit as lists and answers show it. */
export interface LimitRow {
  uuid: string
  name: string
  limit: number
  isActive: boolean
  slotDecayPerSecond: number | null
  activeSlots: number
  waitingCount: number
  createdAt: string
  updatedAt: string
  updatedBy: string | null
}

/** Who holds slots, or waits for some. */
export interface LeaseRow {
  leaseId: string
  slots: number
  holder: string
  flowRun: { uuid: string; name: string } | null
  askedAt: string
  takenAt: string | null
  deadline: string | null
}

/** A limit with those who hold and wait. */
export type LimitDetail = LimitRow & { holders: LeaseRow[]; waiters: LeaseRow[] }

const ROW = 'uuid name limit isActive slotDecayPerSecond activeSlots waitingCount createdAt updatedAt updatedBy'
const LEASE = 'leaseId slots holder flowRun { uuid name } askedAt takenAt deadline'
const answer = (name: string, more = '') => `__typename ... on ${name}Success { ${more} concurrencyLimit { ${ROW} } } ${ERROR_FIELDS}`
type Answer<Name extends string, More = unknown> = ({ __typename: `${Name}Success`; concurrencyLimit: LimitRow } & More) | UnionError

/** A page of limits. */
export const LIST = document<{ concurrencyLimits: Page<LimitRow> }, { after: string | null }>(
  `query ConcurrencyLimits($after: String) { concurrencyLimits(first: 200, after: $after) { pageInfo { hasNextPage endCursor } nodes { ${ROW} } } }`,
)

/** One limit by name. */
export const FIND = document<{ concurrencyLimit: LimitDetail | null }, { name: string }>(
  `query ConcurrencyLimit($name: String!) { concurrencyLimit(name: $name) { ${ROW} holders { ${LEASE} } waiters { ${LEASE} } } }`,
)

/** Names of limits, for a suggestion. */
export const NAMES = document<{ concurrencyLimits: { nodes: { name: string }[] } }>(
  'query ConcurrencyLimitNames { concurrencyLimits(first: 200) { nodes { name } } }',
)

/** Makes a limit. */
export const CREATE = document<
  { createConcurrencyLimit: Answer<'CreateConcurrencyLimit'> },
  { input: { name: string; limit: number; slotDecayPerSecond: number | null; isActive: boolean } }
>(
  `mutation CreateConcurrencyLimit($input: CreateConcurrencyLimitInput!) { createConcurrencyLimit(input: $input) { ${answer('CreateConcurrencyLimit')} } }`,
)

/** What is to be different about a limit. */
export interface LimitChange {
  name?: string
  limit?: number
  slotDecayPerSecond?: number | null
  isActive?: boolean
}

/** Changes a limit. */
export const UPDATE = document<{ updateConcurrencyLimit: Answer<'UpdateConcurrencyLimit'> }, { input: { id: string } & LimitChange }>(
  `mutation UpdateConcurrencyLimit($input: UpdateConcurrencyLimitInput!) { updateConcurrencyLimit(input: $input) { ${answer('UpdateConcurrencyLimit')} } }`,
)

/** Takes slots away. */
export const RESET = document<
  { resetConcurrencyLimit: Answer<'ResetConcurrencyLimit', { releasedLeases: number }> },
  { input: { id: string; leaseId?: string } }
>(
  `mutation ResetConcurrencyLimit($input: ResetConcurrencyLimitInput!) { resetConcurrencyLimit(input: $input) { ${answer('ResetConcurrencyLimit', 'releasedLeases')} } }`,
)

/** Takes a limit away. */
export const DELETE = deleteDocument('DeleteConcurrencyLimit')
