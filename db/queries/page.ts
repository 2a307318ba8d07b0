/** One page of a list: keyset, so that it stays valid while rows come and go. */
export interface Page {
  /** At most 200. */
  limit: number
  /** Rows after this cursor, in the list's order. */
  after?: string | null
  /** Rows before this cursor: the last `limit` of them, still in the list's order. */
  before?: string | null
  /** The last `limit` rows of the list (with `before` or without). */
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

/** A cursor's text was not made by this list. */
export class BadCursor extends Error {
  readonly code = 'BAD_CURSOR'
  constructor(cursor: string) {
    super(`"${cursor.slice(0, 80)}" is no cursor of this list. Pass a cursor that the same list has returned, or none.`)
    this.name = 'BadCursor'
  }
}
