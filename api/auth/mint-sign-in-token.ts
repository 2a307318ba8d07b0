/** Sign-in links for browsers. Signed, not stored; that one was used is a row. The local server imports this file as Node code. */
import type { Instant } from '../../core/instant.ts'
import type { Role } from './actor.ts'
import { sign } from './signature.ts'

/** How long a sign-in link may be used. */
export const SIGN_IN_LIFE = 15 * 60_000

/** The token of a one-time link: whoever opens `/sign-in?token=…` first gets a session of this user. */
export const mintSignInToken = (
  tokenSecret: string,
  user: { workspaceId: string; userId: string; name: string; role: Role },
  expiresAt: Instant,
): Promise<string> =>
  sign(tokenSecret, 'sign-in', { w: user.workspaceId, u: user.userId, n: user.name, r: user.role, x: Math.floor(expiresAt), j: crypto.randomUUID() })
