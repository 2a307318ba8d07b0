import { integer, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import type { JsonObject } from '../../core/json-value.ts'
import { instant, workspaceId } from './columns.ts'

/** What blocks of a type have, and which of their fields are secret. Those that every workspace has are no rows (core/blocks/built-in-types.ts). */
export const blockTypes = pgTable(
  'block_types',
  {
    workspaceId: workspaceId(),
    id: uuid('id').notNull(),
    /** Unique; `[a-z0-9][a-z0-9_-]{0,99}`. */
    slug: text('slug').notNull(),
    name: text('name').notNull(),
    description: text('description'),
    logoUrl: text('logo_url'),
    /** JSON Schema; `writeOnly` marks secret fields. */
    schema: jsonb('schema').$type<JsonObject>().notNull(),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
    updatedBy: text('updated_by'),
  },
  (table) => [primaryKey({ columns: [table.workspaceId, table.id] })],
)

/** Named settings of a type. Secrets in them are sealed with a key that is not in the database. */
export const blocks = pgTable(
  'blocks',
  {
    workspaceId: workspaceId(),
    id: uuid('id').notNull(),
    typeSlug: text('type_slug').notNull(),
    /** Unique within its type. */
    name: text('name').notNull(),
    /** `********` stands where a value is sealed. */
    data: jsonb('data').$type<JsonObject>().notNull(),
    /** JSON pointer to sealed text. */
    sealed: jsonb('sealed').$type<Record<string, string>>().notNull(),
    /** Keys that the values were sealed with. */
    keyIds: text('key_ids').array().notNull(),
    /** Raised with every write. */
    revision: integer('revision').notNull(),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
    updatedBy: text('updated_by'),
  },
  (table) => [primaryKey({ columns: [table.workspaceId, table.id] })],
)
