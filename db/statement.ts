/**
 * A statement is a value: how to build one SQL query for a workspace, and how to read its answer. `Db.run` sends one, `Db.batch` sends several in
 * one round trip and one transaction. No statement can be built without naming its workspace.
 */
import { type SQL, sql } from 'drizzle-orm'
import type { BatchItem } from 'drizzle-orm/batch'
import type { NeonHttpDatabase } from 'drizzle-orm/neon-http'
import { type Instant, parseInstant } from '../core/instant.ts'

/** Drizzle's query builder over Neon's HTTP wire. */
export type QueryBuilder = NeonHttpDatabase<Record<string, never>>
export type Query = BatchItem<'pg'>

export interface Statement<Answer> {
  build(query: QueryBuilder, workspaceId: string): Query
  /** Gets what Drizzle makes of the answer: typed rows of the builder, or `{ rows }` of plain SQL. */
  read(result: unknown): Answer
}

/** A statement made with Drizzle's builder; `read` gets its typed rows. */
export const statement = <BuiltQuery extends Query, Answer>(
  build: (query: QueryBuilder, workspaceId: string) => BuiltQuery,
  read: (result: BuiltQuery['_']['result']) => Answer,
): Statement<Answer> => ({ build, read: read as (result: unknown) => Answer })

/** A value as Postgres sends it before anybody has given it a meaning. */
export type RawRow = Record<string, unknown>

/** A statement in plain SQL; `read` gets the rows as the driver parsed them: instants as text, json parsed, bigint as text. */
export const sqlStatement = <Row extends RawRow, Answer>(build: (workspaceId: string) => SQL, read: (rows: Row[]) => Answer): Statement<Answer> => ({
  build: (query, workspaceId) => query.execute(build(workspaceId)) as unknown as Query,
  read: (result) => read((result as { rows: Row[] }).rows),
})

declare const acrossWorkspaces: unique symbol

/** A statement that looks across workspaces: only `SystemDb` (role `weir_system`) runs it. */
export interface SystemStatement<Answer> extends Statement<Answer> {
  readonly [acrossWorkspaces]: true
}

/** Marks a statement that names no single workspace. */
export const systemStatement = <Answer>(statement: Statement<Answer>): SystemStatement<Answer> => statement as SystemStatement<Answer>

/** Text of a `timestamptz` as Postgres sends it, bare or inside json. */
export function instantOf(text: unknown): Instant {
  const instant = typeof text === 'string' ? parseInstant(text) : null
  if (instant === null) throw new TypeError(`the database answered ${JSON.stringify(text)} where an instant was expected`)
  return instant
}

export const instantOrNull = (text: unknown): Instant | null => (text === null || text === undefined ? null : instantOf(text))

/** One jsonb parameter. */
export const jsonb = (value: unknown): SQL => sql`${JSON.stringify(value)}::jsonb`

/** A uuid array parameter, as one literal, so that the text of the statement does not depend on its length. */
export const uuids = (ids: readonly string[]): SQL => sql`${`{${ids.join(',')}}`}::uuid[]`

/**
 * Whether a column is one of these ids. One id is said with `=`: a connection keeps the plan of that, while a list of unknown length looks so dear to the
 * planner that it makes a new plan each time, for longer than it takes to read the row.
 */
export const isOneOf = (column: SQL, ids: readonly string[]): SQL =>
  ids.length === 1 ? sql`${column} = ${ids[0]}::uuid` : sql`${column} = any(${uuids(ids)})`

/** A text array parameter, as one literal. */
export const texts = (values: readonly string[]): SQL =>
  sql`${`{${values.map((value) => `"${value.replace(/[\\"]/g, '\\$&')}"`).join(',')}}`}::text[]`
