/** The whole address of the run list: what is asked for, in which order, in which columns. Reload and share give the same list. */
import type { FlowRunOrder } from '#lib/graphql/generated/graphql.ts'
import { type RunFilter, readFilter, writeFilter } from './filter.ts'
import { knownColumns, type RunColumnId, USUAL_COLUMNS } from './run-columns.ts'

/** The orders that the API has, as people and the address call them; the first is the usual one: by when runs began or are due, however long ago a schedule made them. */
export const RUN_ORDERS = [
  { id: 'newest', label: 'newest first', order: 'START_TIME_DESC' },
  { id: 'oldest', label: 'oldest first', order: 'CREATED_ASC' },
  { id: 'made', label: 'made last first', order: 'CREATED_DESC' },
  { id: 'due', label: 'due first', order: 'SCHEDULED_TIME_ASC' },
] as const satisfies readonly { id: string; label: string; order: FlowRunOrder }[]
/** Name of an order in the address. */
export type RunOrderId = (typeof RUN_ORDERS)[number]['id']

/** What the address of the list says. */
export interface RunListAddress {
  filter: RunFilter
  order: RunOrderId
  columns: readonly RunColumnId[]
}

/** Whatever is missing or makes no sense is as usual. */
export function readRunListAddress(params: Pick<URLSearchParams, 'get' | 'getAll'>): RunListAddress {
  return {
    filter: readFilter(params),
    order: RUN_ORDERS.find(({ id }) => id === params.get('sort'))?.id ?? 'newest',
    columns: knownColumns(params.get('columns')?.split('.') ?? []),
  }
}

/** The search part, without the question mark; empty for the usual list of all runs. Two addresses that show the same are the same text. */
export function writeRunListAddress({ filter, order, columns }: RunListAddress): string {
  const params = new URLSearchParams(writeFilter(filter))
  if (order !== 'newest') params.set('sort', order)
  if (columns.join('.') !== USUAL_COLUMNS.join('.')) params.set('columns', knownColumns(columns).join('.'))
  return params.toString()
}

/** For the API. */
export const apiOrder = (id: RunOrderId): FlowRunOrder => RUN_ORDERS.find((order) => order.id === id)!.order
