/** Reads events. */
import { type SQL, sql } from 'drizzle-orm'
import type { EventResource, RelatedResource } from '../../../core/events/event.ts'
import { isUuid } from '../../../core/ids.ts'
import { type Instant, parseInstant } from '../../../core/instant.ts'
import type { JsonObject } from '../../../core/json-value.ts'
import { instantOf, type RawRow, type Statement, sqlStatement, texts, uuids } from '../../statement.ts'
import { type InstantFilter, instantConditions } from '../flow-runs/flow-run-filter.ts'
import { COUNTED_TO, type Count, countOf, type Keyset, type Page, pageClauses, type Rows, rowsOf } from '../page.ts'

export interface EventRow {
  id: string
  name: string
  occurred: Instant
  receivedAt: Instant
  resource: EventResource
  related: RelatedResource[]
  payload: JsonObject
  follows: string | null
  flowRunId: string | null
  taskRunId: string | null
}

/** What an index can tell of a text: no part of it but the first. */
export interface PrefixFilter {
  equals?: string | null
  in?: string[] | null
  startsWith?: string | null
}

export interface EventFilter {
  name?: PrefixFilter | null
  resource?: { id?: PrefixFilter | null } | null
  /** Whatever it is related to with this id, in this role if one is given. */
  related?: { id: string; role?: string | null } | null
  occurred?: InstantFilter | null
  /** The run that emitted it. */
  flowRunId?: string | null
}

/** `RECEIVED_ASC`: as the record has come to know them. What stands in front of a cursor never grows; what was stored a moment ago may not be there yet. */
export type EventOrder = 'OCCURRED_DESC' | 'OCCURRED_ASC' | 'RECEIVED_ASC'

interface ListedEvents {
  order: EventOrder
  filter?: EventFilter | null
  page: Page
}

/** Throws BadCursor. */
export function listEvents({ order, filter, page }: ListedEvents): Statement<Rows<EventRow>> {
  const keyset = keysetOf(order, filter)
  const { where, orderAndLimit, key } = pageClauses(keyset, page)
  return sqlStatement<SqlRow & { key: string[] }, Rows<EventRow>>(
    (workspaceId) =>
      sql`select ${COLUMNS}, ${key} as key from ${source(filter)} where ${condition(workspaceId, filter)}${isSettled(order)}${where}${orderAndLimit}`,
    (rows) => rowsOf(keyset, page, rows, rowOf),
  )
}

/** Exact to 10,000. */
export const countEvents = (filter?: EventFilter | null): Statement<Count> =>
  sqlStatement<{ counted: number }, Count>(
    (workspaceId) => sql`
      select count(*)::int as counted from (
        select 1 from ${source(filter)} where ${condition(workspaceId, filter)} limit ${COUNTED_TO + 1}
      ) counted`,
    ([row]) => countOf(row?.counted ?? 0),
  )

/** By id, in any order. */
export const findEvents = (ids: readonly string[]): Statement<EventRow[]> =>
  sqlStatement<SqlRow, EventRow[]>(
    (workspaceId) => sql`select ${COLUMNS} from events where events.workspace_id = ${workspaceId}::uuid and events.id = any(${uuids(ids)})`,
    (rows) => rows.map(rowOf),
  )

/** What is asked for by what it is related to is read from there, where it stands in order. */
const source = (filter?: EventFilter | null): SQL =>
  filter?.related
    ? sql`event_related join events on events.workspace_id = event_related.workspace_id and events.id = event_related.event_id and events.day = event_related.day`
    : sql`events`

function keysetOf(order: EventOrder, filter?: EventFilter | null): Keyset {
  if (order === 'RECEIVED_ASC') {
    return {
      name: 'EVENTS_RECEIVED',
      direction: 'asc',
      columns: [
        { expression: sql`events.xid`, type: 'xid8', isValid: (text) => /^\d{1,19}$/.test(text) },
        { expression: sql`events.id`, type: 'uuid', isValid: isUuid },
      ],
    }
  }
  const [occurred, id] = filter?.related ? [sql`event_related.occurred`, sql`event_related.event_id`] : [sql`events.occurred`, sql`events.id`]
  return {
    name: 'EVENTS_OCCURRED',
    direction: order === 'OCCURRED_DESC' ? 'desc' : 'asc',
    columns: [
      { expression: occurred, type: 'timestamptz', isValid: (text) => parseInstant(text) !== null },
      { expression: id, type: 'uuid', isValid: isUuid },
    ],
  }
}

/** Below the oldest transaction still running: nothing that commits late is passed by. */
const isSettled = (order: EventOrder): SQL => (order === 'RECEIVED_ASC' ? sql` and events.xid < pg_snapshot_xmin(pg_current_snapshot())` : sql``)

function condition(workspaceId: string, filter?: EventFilter | null): SQL {
  const { name, resource, related, occurred, flowRunId } = filter ?? {}
  const conditions = [
    related ? sql`event_related.workspace_id = ${workspaceId}::uuid` : sql`events.workspace_id = ${workspaceId}::uuid`,
    ...prefixConditions(sql`events.name`, name),
    ...prefixConditions(sql`events.resource_id`, resource?.id),
    ...(related ? [sql`event_related.resource_id = ${related.id}`] : []),
    ...(related?.role == null ? [] : [sql`${related.role} = any(event_related.roles)`]),
    ...instantConditions(related ? sql`event_related.occurred` : sql`events.occurred`, occurred),
    ...(flowRunId == null ? [] : [sql`events.flow_run_id = ${flowRunId}::uuid`]),
  ]
  return sql.join(conditions, sql` and `)
}

/** In the order of bytes, in which these columns are, no text with the prefix stands behind it with the last character of all. */
const LAST_CHARACTER = '\u{10FFFF}'

function prefixConditions(column: SQL, filter?: PrefixFilter | null): SQL[] {
  const conditions: SQL[] = []
  if (filter?.equals != null) conditions.push(sql`${column} = ${filter.equals}`)
  if (filter?.in) conditions.push(sql`${column} = any(${texts(filter.in)})`)
  if (filter?.startsWith) conditions.push(sql`${column} >= ${filter.startsWith} and ${column} < ${filter.startsWith + LAST_CHARACTER}`)
  return conditions
}

const COLUMNS = sql`events.id, events.name, events.occurred, events.received_at, events.resource_id, events.resource_labels, events.related, events.payload,
  events.follows, events.flow_run_id, events.task_run_id`

type SqlRow = RawRow & {
  id: string
  name: string
  occurred: string
  received_at: string
  resource_id: string
  resource_labels: Record<string, string>
  related: RelatedResource[]
  payload: JsonObject
  follows: string | null
  flow_run_id: string | null
  task_run_id: string | null
}

const rowOf = (row: SqlRow): EventRow => ({
  id: row.id,
  name: row.name,
  occurred: instantOf(row.occurred),
  receivedAt: instantOf(row.received_at),
  resource: { id: row.resource_id, labels: row.resource_labels },
  related: row.related,
  payload: row.payload,
  follows: row.follows,
  flowRunId: row.flow_run_id,
  taskRunId: row.task_run_id,
})
