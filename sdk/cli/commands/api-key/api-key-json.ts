import type { ApiKeyRow } from './documents.ts'

/** Whether a key works now: `active`, `expired` or `revoked`. */
export const statusOf = ({ expiresAt, revokedAt }: Pick<ApiKeyRow, 'expiresAt' | 'revokedAt'>): 'active' | 'expired' | 'revoked' =>
  revokedAt !== null ? 'revoked' : expiresAt !== null && Date.parse(expiresAt) <= Date.now() ? 'expired' : 'active'

/** The shape of an API key in `-o json`; stable. */
export const apiKeyJson = (key: ApiKeyRow) => ({
  id: key.uuid,
  name: key.name,
  role: key.role,
  status: statusOf(key),
  prefix: key.prefix,
  createdAt: key.createdAt,
  createdBy: key.createdBy,
  expiresAt: key.expiresAt,
  revokedAt: key.revokedAt,
  lastUsedAt: key.lastUsedAt,
  scopes: key.scopes,
  serviceAccount: key.serviceAccount?.name ?? null,
})
