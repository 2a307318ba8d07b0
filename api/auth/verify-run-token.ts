/** Reading run tokens back. What one may still do is the caller's to judge. */
import { isUuid } from '../../core/ids.ts'
import { RUN_TOKEN_PREFIX, type RunToken } from './run-token.ts'
import { unsign } from './signature.ts'

/**
 * What the token says when we signed it, expired or not: the caller compares `expiresAt`, because an expired token may still deliver reports.
 * Null for anything else.
 */
export async function verifyRunToken(tokenSecret: string, token: string): Promise<RunToken | null> {
  if (!token.startsWith(RUN_TOKEN_PREFIX)) return null
  const value = await unsign(tokenSecret, 'run', token.slice(RUN_TOKEN_PREFIX.length))
  if (typeof value !== 'object' || value === null) return null
  const { w, r, e, x } = value as Record<string, unknown>
  if (typeof w !== 'string' || typeof r !== 'string' || !isUuid(w) || !isUuid(r) || !Number.isSafeInteger(e) || !Number.isSafeInteger(x)) return null
  return { workspaceId: w, flowRunId: r, epoch: e as number, expiresAt: x as number }
}
