import { and, desc, eq, isNull, sql } from 'drizzle-orm'
import type { Instant } from '../../../core/instant.ts'
import { apiKeys } from '../../schema/index.ts'
import { type Statement, type SystemStatement, statement, systemStatement } from '../../statement.ts'

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

/** Newest first; at most 500. */
export const listApiKeys = (): Statement<ApiKeyRow[]> =>
  statement(
    (query, workspaceId) => query.select().from(apiKeys).where(eq(apiKeys.workspaceId, workspaceId)).orderBy(desc(apiKeys.id)).limit(500),
    (rows) => rows,
  )

/** Answers false when there is no such key, or it was revoked before. */
export const revokeApiKey = (id: string): Statement<boolean> =>
  statement(
    (query, workspaceId) =>
      query
        .update(apiKeys)
        .set({ revokedAt: sql`now()` as never })
        .where(and(eq(apiKeys.workspaceId, workspaceId), eq(apiKeys.id, id), isNull(apiKeys.revokedAt)))
        .returning({ id: apiKeys.id }),
    (rows) => rows.length === 1,
  )
