/** db/schema (what queries are typed by) against db/migrations (what runs). */
import { getTableConfig, type PgTable } from 'drizzle-orm/pg-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type pg from 'pg'
import * as schema from '../../db/schema/index.ts'
import { startTestDatabase, type TestDatabase } from '../support/database.ts'

let database: TestDatabase
let owner: pg.Client

beforeAll(async () => {
  database = await startTestDatabase()
  owner = await database.client()
})
afterAll(() => database?.stop())

const TYPE_NAMES: Record<string, string> = {
  timestamptz: 'timestamp with time zone',
  'text[]': 'text[]',
  'uuid[]': 'uuid[]',
}

test('every table of the database is in the schema, and every table of the schema is in the database', async () => {
  const { rows } = await owner.query(
    `select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition and relname <> 'migrations' order by 1`,
  )
  expect(
    Object.values(schema)
      .map((table) => getTableConfig(table as PgTable).name)
      .sort(),
  ).toEqual(rows.map((row) => row.relname))
})

test('columns, their types, whether they may be null, and primary keys are the same on both sides', async () => {
  for (const table of Object.values(schema)) {
    const config = getTableConfig(table as PgTable)
    const { rows } = await owner.query(
      `select attname, format_type(atttypid, atttypmod) as type, attnotnull from pg_attribute where attrelid = $1::regclass and attnum > 0 and not attisdropped order by attnum`,
      [config.name],
    )
    const declared = config.columns.map((column) => ({
      attname: column.name,
      type: TYPE_NAMES[column.getSQLType()] ?? column.getSQLType(),
      attnotnull: column.notNull,
    }))
    expect(declared, config.name).toEqual(rows)
    const { rows: keys } = await owner.query(
      `select array_agg(attname::text order by array_position(conkey, attnum)) as columns from pg_constraint join pg_attribute on attrelid = conrelid and attnum = any(conkey)
       where conrelid = $1::regclass and contype = 'p'`,
      [config.name],
    )
    const key =
      config.primaryKeys[0]?.columns.map((column) => column.name) ?? config.columns.filter((column) => column.primary).map((column) => column.name)
    expect(key, config.name).toEqual(keys[0].columns)
  }
})

test('the workspace comes first in the key of everything that belongs to one', async () => {
  const { rows } = await owner.query(
    `select conrelid::regclass::text as table, attname from pg_constraint join pg_class on pg_class.oid = conrelid join pg_attribute on attrelid = conrelid and attnum = conkey[1]
     where contype = 'p' and relnamespace = 'public'::regnamespace and not relispartition order by 1`,
  )
  const others = rows.filter((row) => row.attname !== 'workspace_id').map((row) => row.table)
  expect(others).toEqual(['accounts', 'migrations', 'workspaces'])
})
