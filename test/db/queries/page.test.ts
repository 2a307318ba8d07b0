/** Cursors of lists. */
import { sql } from 'drizzle-orm'
import { PgDialect } from 'drizzle-orm/pg-core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Keyset, pageClauses, rowsOf } from '../../../db/queries/page.ts'

const dialect = new PgDialect()
const keyset: Keyset = { name: 'name', direction: 'asc', columns: [{ expression: sql`name`, type: 'text', isValid: () => true }] }

test('a cursor leads on from a name in any script', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('請求書を送る 🧾', 'تقرير-المبيعات', 'café', '\\u00e9')), (name) => {
      const [cursor] = rowsOf(keyset, { limit: 1 }, [{ key: [name] }], () => null).cursors
      expect(cursor).toMatch(/^[\w-]+$/)
      expect(dialect.sqlToQuery(pageClauses(keyset, { limit: 1, after: cursor }).where).params).toEqual([name])
    }),
  )
})
