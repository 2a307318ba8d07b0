/** The filter of flow-run lists: the GraphQL input's own words, ids already decoded to uuids. */
import type { Instant } from '../../../core/instant.ts'
import type { StateType } from '../../../core/states.ts'

export interface FlowRunFilter {
  state?: { type?: { in?: StateType[] | null; notIn?: StateType[] | null } | null; name?: StringFilter | null } | null
  name?: StringFilter | null
  tags?: { all?: string[] | null; any?: string[] | null } | null
  flow?: ReferenceFilter | null
  /** Names are `flow/deployment`. */
  deployment?: ReferenceFilter | null
  workPool?: ReferenceFilter | null
  startTime?: InstantFilter | null
  createdAt?: InstantFilter | null
  scheduledTime?: InstantFilter | null
  and?: FlowRunFilter[] | null
  or?: FlowRunFilter[] | null
  not?: FlowRunFilter | null
}

export interface StringFilter {
  equals?: string | null
  /** Anywhere in the text, in any case. */
  contains?: string | null
  in?: string[] | null
}

export interface ReferenceFilter {
  id?: string[] | null
  name?: string[] | null
}

/** `after` is inclusive, `before` exclusive. */
export interface InstantFilter {
  after?: Instant | null
  before?: Instant | null
}

export type FlowRunOrder = 'CREATED_DESC' | 'CREATED_ASC' | 'START_TIME_DESC' | 'SCHEDULED_TIME_ASC'
