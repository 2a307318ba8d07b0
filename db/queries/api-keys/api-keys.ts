/** API keys: looked up across workspaces by whoever authenticates, made, listed and revoked inside one. */
import { and, desc, eq, getTableColumns, inArray, sql } from 'drizzle-orm'
import type { Instant } from '../../../core/instant.ts'
import { credentialTopic } from '../../../core/topics.ts'
import { apiKeys } from '../../schema/index.ts'
import { jsonb, type Statement, type SystemStatement, sqlStatement, statement, systemStatement } from '../../statement.ts'
import type { Deed } from '../audit-rows/deed.ts'

export type ApiKeyRole = 'ADMIN' | 'EDITOR' | 'VIEWER' | 'WORKER'

export interface ApiKeyRow {
  id: string
  workspaceId: string
  name: string
  role: ApiKeyRole
  /** SHA-256 of the secret, hex. */
  secretHash: string
  createdAt: Instant
  createdBy: string | null
  expiresAt: Instant | null
  revokedAt: Instant | null
  /** To about a minute. */
  lastUsedAt: Instant | null
}

/** The key of this id, whichever workspace it opens; revoked and expired ones too, the caller looks. */
export const findApiKey = (id: string): SystemStatement<ApiKeyRow | null> =>
  systemStatement(
    statement(
      (query) => query.select().from(apiKeys).where(eq(apiKeys.id, id)).limit(1),
      ([row]) => row ?? null,
    ),
  )

interface NewApiKey {
  id: string
  name: string
  role: ApiKeyRole
  secretHash: string
  createdBy: string | null
  expiresAt: Instant | null
}

export const insertApiKey = (key: NewApiKey): Statement<ApiKeyRow> =>
  statement(
    (query, workspaceId) =>
      query
        .insert(apiKeys)
        .values({ workspaceId, ...key, createdAt: sql`now()` as never })
        .returning(),
    ([row]) => row as ApiKeyRow,
  )

/** A key as people see it: its hash is nobody's business. */
export type ListedApiKeyRow = Omit<ApiKeyRow, 'secretHash'>

const { secretHash: _, ...listed } = getTableColumns(apiKeys)

/** Newest first, revoked and expired ones too; at most 500. */
export const listApiKeys = (): Statement<ListedApiKeyRow[]> =>
  statement(
    (query, workspaceId) => query.select(listed).from(apiKeys).where(eq(apiKeys.workspaceId, workspaceId)).orderBy(desc(apiKeys.id)).limit(500),
    (rows) => rows,
  )

/** By id, in any order. */
export const findApiKeys = (ids: readonly string[]): Statement<ListedApiKeyRow[]> =>
  statement(
    (query, workspaceId) =>
      query
        .select(listed)
        .from(apiKeys)
        .where(and(eq(apiKeys.workspaceId, workspaceId), inArray(apiKeys.id, [...ids]))),
    (rows) => rows,
  )

/** Answers false when there is no such key, or it was revoked before. Its streams are told by their Feed. */
export const revokeApiKey = (id: string, deed: Deed): Statement<boolean> =>
  sqlStatement<{ revoked: boolean }, boolean>(
    (workspaceId) => sql`
      with revoked as (
        update api_keys set revoked_at = now() where workspace_id = ${workspaceId}::uuid and id = ${id}::uuid and revoked_at is null returning id
      ), noted as (
        insert into audit_rows (workspace_id, id, occurred_at, actor, action, subject, details)
        select ${workspaceId}::uuid, ${deed.id}::uuid, now(), ${deed.actor}, ${deed.action}, id::text, ${jsonb(deed.details)} from revoked
      ), told as (
        insert into changes (workspace_id, topic, changed) select ${workspaceId}::uuid, ${credentialTopic(id)}, '{}' from revoked
      )
      select count(*) > 0 as revoked from revoked`,
    ([row]) => row?.revoked ?? false,
  )

/** Remembers that a key is in use, at most once a minute: a busy key costs one write in that time. */
export const noteApiKeyUse = (id: string): Statement<void> =>
  sqlStatement(
    (workspaceId) => sql`
      update api_keys set last_used_at = now()
      where workspace_id = ${workspaceId}::uuid and id = ${id}::uuid and (last_used_at is null or last_used_at < now() - interval '55 seconds')`,
    () => undefined,
  )
