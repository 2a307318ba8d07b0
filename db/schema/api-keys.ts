import { pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { instant, workspaceId } from './columns.ts'

/** `weir_<cell>_<id>_<secret>`: the id finds the row, the hash proves the secret, which is stored nowhere. */
export const apiKeys = pgTable(
  'api_keys',
  {
    workspaceId: workspaceId(),
    id: uuid('id').notNull(),
    name: text('name').notNull(),
    role: text('role', { enum: ['ADMIN', 'EDITOR', 'VIEWER', 'WORKER'] }).notNull(),
    /** SHA-256 of the secret, hex. */
    secretHash: text('secret_hash').notNull(),
    createdAt: instant('created_at').notNull(),
    createdBy: text('created_by'),
    expiresAt: instant('expires_at'),
    revokedAt: instant('revoked_at'),
    /** To about a minute. */
    lastUsedAt: instant('last_used_at'),
    /** Permissions, or `noun:*`; null = everything that the role may. */
    scopes: text('scopes').array(),
    /** Whose it is; null = a person's. */
    serviceAccountId: uuid('service_account_id'),
  },
  (table) => [primaryKey({ columns: [table.workspaceId, table.id] })],
)

/** Who a machine is: keys of a service account have its role. */
export const serviceAccounts = pgTable(
  'service_accounts',
  {
    workspaceId: workspaceId(),
    id: uuid('id').notNull(),
    name: text('name').notNull(),
    description: text('description'),
    role: text('role', { enum: ['ADMIN', 'EDITOR', 'VIEWER', 'WORKER'] }).notNull(),
    createdAt: instant('created_at').notNull(),
    createdBy: text('created_by'),
  },
  (table) => [primaryKey({ columns: [table.workspaceId, table.id] })],
)

/** Which request made what, for seven days: the same request again is answered with it. */
export const idempotencyKeys = pgTable(
  'idempotency_keys',
  {
    workspaceId: workspaceId(),
    /** Name of the mutation. */
    verb: text('verb').notNull(),
    key: text('key').notNull(),
    /** SHA-256 of what was asked. */
    requestHash: text('request_hash').notNull(),
    /** Id of what was made. */
    subject: uuid('subject').notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.workspaceId, table.verb, table.key] })],
)

/** One-time sign-in links: a row appears when a token is used, so that no token works twice. */
export const signInTokens = pgTable(
  'sign_in_tokens',
  {
    workspaceId: workspaceId(),
    /** SHA-256 of the token, hex. */
    tokenHash: text('token_hash').notNull(),
    usedAt: instant('used_at').notNull(),
    /** The row may go when the token itself has expired. */
    expiresAt: instant('expires_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.workspaceId, table.tokenHash] })],
)

/** A browser's session: its cookie says who it is, the row whether it still holds. */
export const sessions = pgTable(
  'sessions',
  {
    workspaceId: workspaceId(),
    id: uuid('id').notNull(),
    userId: uuid('user_id').notNull(),
    userName: text('user_name').notNull(),
    startedAt: instant('started_at').notNull(),
    expiresAt: instant('expires_at').notNull(),
    /** Since when it does not hold any more: somebody has signed out. */
    endedAt: instant('ended_at'),
  },
  (table) => [primaryKey({ columns: [table.workspaceId, table.id] })],
)
