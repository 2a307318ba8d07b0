/** Pages of lists: keyset, so that they stay valid while rows come and go. */
import { type SQL, sql } from 'drizzle-orm'

export interface Page {
  /** At most 200. */
  limit: number
  /** Rows after this cursor, in the list's order. */
  after?: string | null
  /** Rows before this cursor. */
  before?: string | null
  /** The last `limit` of what the cursors leave, still in the list's order; otherwise the first. */
  fromEnd?: boolean
}

export interface Rows<Row> {
  rows: Row[]
  /** One for each row; opaque to everybody but the list that made it. */
  cursors: string[]
  hasNextPage: boolean
  hasPreviousPage: boolean
}

/** Exact up to 10,000; beyond that `count` is 10,000 and `isExact` false. */
export interface Count {
  count: number
  isExact: boolean
}

export const COUNTED_TO = 10_000

/** From rows counted to one more than 10,000. */
export const countOf = (counted: number): Count => ({ count: Math.min(counted, COUNTED_TO), isExact: counted <= COUNTED_TO })

/** A cursor's text was not made by this list. */
export class BadCursor extends Error {
  readonly code = 'BAD_CURSOR'
  constructor(cursor: string) {
    super(`"${cursor.slice(0, 80)}" is no cursor of this list. Pass a cursor that the same list has returned, or none.`)
    this.name = 'BadCursor'
  }
}

/** What a list is ordered by: columns that together are unique, all rising or all falling. */
export interface Keyset {
  /** Name of the order, part of every cursor. */
  name: string
  direction: 'asc' | 'desc'
  columns: { expression: SQL; type: string; isValid: (text: string) => boolean }[]
}

/** The parts of a list's statement that make it a page: `and …` for the where, and order and limit. Throws BadCursor. */
export function pageClauses(keyset: Keyset, page: Page): { where: SQL; orderBy: SQL; orderAndLimit: SQL; key: SQL } {
  const rising = (keyset.direction === 'asc') !== Boolean(page.fromEnd)
  const columns = sql.join(
    keyset.columns.map(({ expression }) => expression),
    sql`, `,
  )
  const beyond = (cursor: string, above: boolean) => {
    const values = sql.join(
      readCursor(keyset, cursor).map((value, index) => sql`${value}::${sql.raw(keyset.columns[index]?.type ?? 'text')}`),
      sql`, `,
    )
    return above ? sql` and (${columns}) > (${values})` : sql` and (${columns}) < (${values})`
  }
  const listRises = keyset.direction === 'asc'
  const after = page.after ? beyond(page.after, listRises) : sql``
  const before = page.before ? beyond(page.before, !listRises) : sql``
  const order = sql.join(
    keyset.columns.map(({ expression }) => (rising ? sql`${expression} asc` : sql`${expression} desc`)),
    sql`, `,
  )
  const key = sql.join(
    keyset.columns.map(({ expression }) => sql`(${expression})::text`),
    sql`, `,
  )
  const orderBy = sql` order by ${order}`
  return { where: sql`${after}${before}`, orderBy, orderAndLimit: sql`${orderBy} limit ${page.limit + 1}`, key: sql`array[${key}]` }
}

/** From rows in the order of the statement (one more than the page has, if there are more), each with its key. */
export function rowsOf<SqlRow extends { key: string[] }, Row>(keyset: Keyset, page: Page, sqlRows: SqlRow[], read: (row: SqlRow) => Row): Rows<Row> {
  const { fromEnd = false } = page
  const more = sqlRows.length > page.limit
  const kept = sqlRows.slice(0, page.limit)
  if (fromEnd) kept.reverse()
  return {
    rows: kept.map(read),
    cursors: kept.map((row) => writeCursor(keyset, row.key)),
    // What a cursor has cut off is more, too.
    hasNextPage: (!fromEnd && more) || Boolean(page.before),
    hasPreviousPage: (fromEnd && more) || Boolean(page.after),
  }
}

/** As ASCII, which is all that btoa takes: a name may be in any script. */
const toAscii = (json: string): string => json.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)

const writeCursor = (keyset: Keyset, key: string[]): string =>
  btoa(toAscii(JSON.stringify([keyset.name, ...key])))
    .replace(/\+/g, '-')
    .replace(/\//g, '_')
    .replace(/=+$/, '')

function readCursor(keyset: Keyset, cursor: string): string[] {
  try {
    const parts: unknown = JSON.parse(atob(cursor.replace(/-/g, '+').replace(/_/g, '/')))
    if (Array.isArray(parts)) {
      const [name, ...key] = parts as unknown[]
      const isOurs = name === keyset.name && key.length === keyset.columns.length
      if (isOurs && key.every((value, index) => typeof value === 'string' && keyset.columns[index]?.isValid(value))) return key as string[]
    }
  } catch {
    // told below
  }
  throw new BadCursor(cursor)
}
