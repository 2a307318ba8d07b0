/** What the event commands ask the API. Checked against api/schema.graphql by test/sdk/cli/documents.test.ts. */
import { document } from '../../graphql.ts'
import type { Page } from '../../read-all.ts'
import { ERROR_FIELDS, type UnionError } from '../../read-result.ts'

/** An event as the commands show it; ids of runs are opaque. */
export interface EventRow {
  uuid: string
  name: string
  occurred: string
  receivedAt: string
  resource: { id: string; labels: Record<string, string> }
  related: { id: string; role: string; labels: Record<string, string> }[]
  payload: Record<string, unknown>
  follows: string | null
  flowRunId: string | null
  taskRunId: string | null
}

const ROW = 'uuid name occurred receivedAt resource { id labels } related { id role labels } payload follows flowRunId taskRunId'

/** A page of events, the latest first. */
export const LIST = document<
  { events: Page<EventRow> & { totalCount: number } },
  { first: number; after: string | null; filter: Record<string, unknown> | null }
>(
  `query Events($first: Int!, $after: String, $filter: EventFilter) { events(first: $first, after: $after, filter: $filter) { totalCount pageInfo { hasNextPage endCursor } nodes { ${ROW} } } }`,
)

/** Events in the order in which they came, after a cursor of that order. */
export const NEW = document<{ events: Page<EventRow> }, { after: string | null; filter: Record<string, unknown> | null }>(
  `query NewEvents($after: String, $filter: EventFilter) { events(first: 200, after: $after, filter: $filter, orderBy: RECEIVED_ASC) { pageInfo { hasNextPage endCursor } nodes { ${ROW} } } }`,
)

/** The end of that order, as it is now. */
export const END = document<{ events: { pageInfo: { endCursor: string | null } } }>(
  'query EndOfEvents { events(last: 1, orderBy: RECEIVED_ASC) { pageInfo { endCursor } } }',
)

/** One event by its id. */
export const FIND = document<{ event: EventRow | null }, { id: string }>(`query Event($id: ID!) { event(id: $id) { ${ROW} } }`)

/** Stores an event; one whose id is there stays as it is. */
export const EMIT = document<
  { emitEvent: { __typename: 'EmitEventSuccess'; created: boolean; event: EventRow } | UnionError },
  { input: Record<string, unknown> }
>(
  `mutation EmitEvent($input: EmitEventInput!) { emitEvent(input: $input) { __typename ... on EmitEventSuccess { created event { ${ROW} } } ${ERROR_FIELDS} } }`,
)
