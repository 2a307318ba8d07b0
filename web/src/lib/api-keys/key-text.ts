/** API keys in words. */
import type { ApiKeyRole, ApiKeyRowFragment } from '#lib/graphql/generated/graphql.ts'

/** What each role may, the least first. */
export const ROLES: readonly { value: ApiKeyRole; label: string; words: string }[] = [
  { value: 'WORKER', label: 'Worker', words: 'serves work pools, and nothing else' },
  { value: 'VIEWER', label: 'Viewer', words: 'reads' },
  { value: 'EDITOR', label: 'Editor', words: 'deploys and runs' },
  { value: 'ADMIN', label: 'Admin', words: 'everything, keys included' },
]

/** How long a new key works; seconds, null = for ever. */
export const LIVES = [
  { value: '30d', label: '30 days', seconds: 30 * 86_400 },
  { value: '90d', label: '90 days', seconds: 90 * 86_400 },
  { value: '1y', label: '1 year', seconds: 365 * 86_400 },
  { value: 'ever', label: 'for ever', seconds: null },
] as const
/** One of them. */
export type Life = (typeof LIVES)[number]['value']

/** When a key made now ends; null = never. */
export function endOf(life: Life, now: number): string | null {
  const seconds = LIVES.find(({ value }) => value === life)?.seconds ?? null
  return seconds === null ? null : new Date(now + seconds * 1000).toISOString()
}

/** The one that comes nearest to how long a key was made for: what its successor is offered. */
export function lifeOf({ createdAt, expiresAt }: Pick<ApiKeyRowFragment, 'createdAt' | 'expiresAt'>): Life {
  if (expiresAt === null) return 'ever'
  const length = (Date.parse(expiresAt) - Date.parse(createdAt)) / 1000
  const offered = LIVES.flatMap(({ value, seconds }) => (seconds === null ? [] : [{ value, away: Math.abs(seconds - length) }]))
  return offered.reduce((nearest, one) => (one.away < nearest.away ? one : nearest)).value
}

/** Whether it opens anything now. */
export const stateOf = (
  { revokedAt, expiresAt }: Pick<ApiKeyRowFragment, 'revokedAt' | 'expiresAt'>,
  now: number,
): 'active' | 'ends-soon' | 'expired' | 'revoked' => {
  if (revokedAt !== null) return 'revoked'
  if (expiresAt === null) return 'active'
  const left = Date.parse(expiresAt) - now
  return left <= 0 ? 'expired' : left < 7 * 86_400_000 ? 'ends-soon' : 'active'
}

/** Permissions as typed: with commas, spaces or lines between them; null when nothing is typed. */
export function readScopes(text: string): string[] | null {
  const scopes = text.split(/[\s,]+/).filter(Boolean)
  return scopes.length > 0 ? scopes : null
}

/** How a key begins, short enough for a table: `weir_local_…81d07f8a…`. Its first characters are a time, so the last ones tell keys apart. */
export const shortPrefix = (prefix: string): string => prefix.replace(/^(.*_).*(.{8})$/, '$1…$2…')
