/** API keys: looked up across workspaces by whoever authenticates, made, listed and revoked inside one. */
import { and, desc, eq, getTableColumns, inArray, sql } from 'drizzle-orm'
import { formatInstant, type Instant } from '../../../core/instant.ts'
import { credentialTopic } from '../../../core/topics.ts'
import { apiKeys, serviceAccounts } from '../../schema/index.ts'
import { instantOrNull, jsonb, type Statement, type SystemStatement, sqlStatement, statement, systemStatement } from '../../statement.ts'
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
  /** Permissions, or `noun:*`; null = everything that the role may. */
  scopes: string[] | null
  serviceAccountId: string | null
}

/** A key as whoever authenticates needs it: with the name of its service account. */
export type FoundApiKey = ApiKeyRow & { serviceAccount: string | null }

/** The key of this id, whichever workspace it opens; revoked and expired ones too, the caller looks. */
export const findApiKey = (id: string): SystemStatement<FoundApiKey | null> =>
  systemStatement(
    statement(
      (query) =>
        query
          .select({ key: apiKeys, serviceAccount: serviceAccounts.name })
          .from(apiKeys)
          .leftJoin(serviceAccounts, and(eq(serviceAccounts.workspaceId, apiKeys.workspaceId), eq(serviceAccounts.id, apiKeys.serviceAccountId)))
          .where(eq(apiKeys.id, id))
          .limit(1),
      ([row]) => (row ? { ...row.key, serviceAccount: row.serviceAccount } : null),
    ),
  )

interface NewApiKey {
  id: string
  name: string
  role: ApiKeyRole
  secretHash: string
  createdBy: string | null
  expiresAt: Instant | null
  scopes?: string[] | null
  serviceAccountId?: string | null
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

/** The keys of some service accounts, newest first. */
export const listKeysOfServiceAccounts = (ids: readonly string[]): Statement<ListedApiKeyRow[]> =>
  statement(
    (query, workspaceId) =>
      query
        .select(listed)
        .from(apiKeys)
        .where(and(eq(apiKeys.workspaceId, workspaceId), inArray(apiKeys.serviceAccountId, [...ids])))
        .orderBy(desc(apiKeys.id))
        .limit(500),
    (rows) => rows,
  )

/** Null when there is no such key. */
export const renameApiKey = (id: string, name: string, deed: Deed): Statement<boolean> =>
  sqlStatement<{ id: string }, boolean>(
    (workspaceId) => sql`
      with renamed as (
        update api_keys set name = ${name} where workspace_id = ${workspaceId}::uuid and id = ${id}::uuid returning id
      ), noted as (
        select note_deed(${workspaceId}::uuid, ${jsonb(deed)}, id::text) from renamed
      )
      select id, (select count(*) from noted) from renamed`,
    (rows) => rows.length === 1,
  )

interface ReplacingKey {
  id: string
  secretHash: string
  by: string
  expiresAt: Instant | null
  /** Noted of the new one. */
  created: Deed
  /** Noted of the one that it replaces. */
  ending: Deed
}

/** A key with the same name, role and scopes in the place of one, which ends `overlap` milliseconds from now: when. Null when there is none that works. */
export const rotateApiKey = (id: string, replacing: ReplacingKey, overlap: number): Statement<Instant | null> =>
  sqlStatement<{ ends_at: string | null }, Instant | null>(
    (workspaceId) => sql`
      select rotate_api_key(${workspaceId}::uuid, ${id}::uuid, ${jsonb({
        id: replacing.id,
        secret_hash: replacing.secretHash,
        by: replacing.by,
        expires_at: replacing.expiresAt === null ? null : formatInstant(replacing.expiresAt),
        created: replacing.created,
        ending: replacing.ending,
      })}, ${overlap}::float8) as ends_at`,
    ([row]) => instantOrNull(row?.ends_at ?? null),
  )
