/** The filter of flow-run lists: the GraphQL input's own words, ids already decoded to uuids. */
import { type SQL, sql } from 'drizzle-orm'
import { formatInstant, type Instant } from '../../../core/instant.ts'
import type { StateType } from '../../../core/states.ts'
import { texts, uuids } from '../../statement.ts'
import { due } from './flow-run-times.ts'

export interface FlowRunFilter {
  /** `endsWith`: lower case, characters of a uuid. */
  id?: { in?: string[] | null | undefined; endsWith?: string | null | undefined } | null | undefined
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
  /** From its first RUNNING to its end, or to now. */
  duration?: DurationFilter | null
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

/** Either of the two. */
export interface ReferenceFilter {
  id?: string[] | null
  name?: string[] | null
}

/** `after` is inclusive, `before` exclusive. */
export interface InstantFilter {
  after?: Instant | null
  before?: Instant | null
}

/** Seconds, both inclusive. */
interface DurationFilter {
  atLeast?: number | null
  atMost?: number | null
}

export type FlowRunOrder = 'CREATED_DESC' | 'CREATED_ASC' | 'START_TIME_DESC' | 'SCHEDULED_TIME_ASC'

/** The condition on `flow_runs`; `true` without a filter. */
export function flowRunCondition(workspaceId: string, filter?: FlowRunFilter | null): SQL {
  if (!filter) return sql`true`
  const { id, state, tags } = filter
  const conditions = [
    id?.in ? sql`flow_runs.id = any(${uuids(id.in)})` : null,
    id?.endsWith ? sql`flow_runs.id::text like ${`%${id.endsWith}`}` : null,
    state?.type?.in ? oneOf(sql`flow_runs.state_type`, state.type.in) : null,
    state?.type?.notIn ? sql`flow_runs.state_type <> all(${texts(state.type.notIn)})` : null,
    ...textConditions(sql`flow_runs.state_name`, state?.name),
    ...textConditions(sql`flow_runs.name`, filter.name),
    ...(tags?.all ?? []).map((tag) => hasTag(workspaceId, [tag])),
    tags?.any ? hasTag(workspaceId, tags.any) : null,
    referenceCondition(
      sql`flow_runs.flow_id`,
      filter.flow,
      (names) => sql`select id from flows where workspace_id = ${workspaceId}::uuid and name = any(${texts(names)})`,
    ),
    referenceCondition(
      sql`flow_runs.deployment_id`,
      filter.deployment,
      (names) => sql`
        select deployments.id from deployments join flows on flows.workspace_id = deployments.workspace_id and flows.id = deployments.flow_id
        where deployments.workspace_id = ${workspaceId}::uuid and flows.name || '/' || deployments.name = any(${texts(names)})`,
    ),
    referenceCondition(
      sql`flow_runs.work_pool_id`,
      filter.workPool,
      (names) => sql`select id from work_pools where workspace_id = ${workspaceId}::uuid and name = any(${texts(names)})`,
    ),
    ...instantConditions(sql`flow_runs.start_time`, filter.startTime),
    ...instantConditions(sql`flow_runs.created_at`, filter.createdAt),
    ...instantConditions(due, filter.scheduledTime),
    filter.scheduledTime?.after == null ? null : sql`flow_runs.scheduled_time is not null`,
    ...durationConditions(filter.duration),
    ...(filter.and ?? []).map((each) => flowRunCondition(workspaceId, each)),
    filter.or ? any(filter.or.map((each) => flowRunCondition(workspaceId, each))) : null,
    // A condition on an absent value is unknown, and `not` of it would be too: what is not known to match does not match.
    filter.not ? sql`(${flowRunCondition(workspaceId, filter.not)}) is not true` : null,
  ].filter((condition) => condition !== null)
  return conditions.length === 0 ? sql`true` : sql`(${sql.join(conditions, sql` and `)})`
}

/** A single type is compared for equality: some indexes hold runs of one type only. */
const oneOf = (column: SQL, types: string[]): SQL => (types.length === 1 ? sql`${column} = ${types[0]}` : sql`${column} = any(${texts(types)})`)

/** `like` pattern of a text that may contain the pattern's own signs. */
export const containing = (text: string): string => `%${text.replace(/[\\%_]/g, '\\$&')}%`

export function textConditions(column: SQL, filter?: StringFilter | null): SQL[] {
  const conditions: SQL[] = []
  if (filter?.equals !== null && filter?.equals !== undefined) conditions.push(sql`${column} = ${filter.equals}`)
  if (filter?.in) conditions.push(sql`${column} = any(${texts(filter.in)})`)
  if (filter?.contains) conditions.push(sql`${column} ilike ${containing(filter.contains)}`)
  return conditions
}

const hasTag = (workspaceId: string, tags: string[]): SQL => sql`
  exists (select 1 from flow_run_tags where flow_run_tags.workspace_id = ${workspaceId}::uuid and flow_run_tags.flow_run_id = flow_runs.id and flow_run_tags.tag = any(${texts(tags)}))`

/** Ids or names, of which there is one each; either may match. Null without any. A single one is compared for equality: so an index by it has the rows in its order. */
export function referenceCondition(column: SQL, filter: ReferenceFilter | null | undefined, idsByName: (names: string[]) => SQL): SQL | null {
  const either: SQL[] = []
  if (filter?.id?.length === 1 && !filter.name) return sql`${column} = ${filter.id[0]}::uuid`
  if (filter?.name?.length === 1 && !filter.id) return sql`${column} = (${idsByName(filter.name)})`
  if (filter?.id) either.push(sql`${column} = any(${uuids(filter.id)})`)
  if (filter?.name) either.push(sql`${column} in (${idsByName(filter.name)})`)
  return either.length === 0 ? null : any(either)
}

export function instantConditions(column: SQL, filter?: InstantFilter | null): SQL[] {
  const conditions: SQL[] = []
  if (filter?.after !== null && filter?.after !== undefined) conditions.push(sql`${column} >= ${formatInstant(filter.after)}::timestamptz`)
  if (filter?.before !== null && filter?.before !== undefined) conditions.push(sql`${column} < ${formatInstant(filter.before)}::timestamptz`)
  return conditions
}

/** A run that has not begun has no duration and matches none. */
function durationConditions(filter?: DurationFilter | null): SQL[] {
  const seconds = sql`extract(epoch from coalesce(flow_runs.end_time, now()) - flow_runs.start_time)::float8`
  const conditions: SQL[] = []
  if (filter?.atLeast !== null && filter?.atLeast !== undefined) conditions.push(sql`${seconds} >= ${filter.atLeast}::float8`)
  if (filter?.atMost !== null && filter?.atMost !== undefined) conditions.push(sql`${seconds} <= ${filter.atMost}::float8`)
  return conditions
}

const any = (conditions: SQL[]): SQL => (conditions.length === 0 ? sql`false` : sql`(${sql.join(conditions, sql` or `)})`)
